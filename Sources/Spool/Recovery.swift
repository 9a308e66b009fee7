internal import Logging
internal import SystemCalls

/// What an earlier run has left in `work/`.
///
/// Files that it had claimed are labelled from their beginning; parts of outputs are removed, as they will be made
/// again. (A ledger will know better: how far each job was, and which were committed.)
struct Recovery {
  /// The jobs to do again, the oldest first.
  private(set) var jobs: [Job] = []

  /// Looks through `work` and tidies it up.
  init(of work: Directory, log: Logger) throws(SystemCallError) {
    var parts: [FileName] = []
    var entries = try work.entries()
    while let entry = try entries.next() {
      if let job = Job(claimed: entry.name) {
        jobs.append(job)
      } else if Job.isPart(entry.name) {
        parts.append(entry.name)
      } else {
        log.warning("left alone in work/: not of this program's making", metadata: ["file": "\(entry.name)"])
      }
    }
    for part in parts { try work.remove(part) }
    jobs.sort { $0.id < $1.id }
    guard !jobs.isEmpty || !parts.isEmpty else { return }
    log.notice(
      "an earlier run was interrupted; its files are labelled from their beginning",
      metadata: ["files": "\(jobs.count)", "parts_removed": "\(parts.count)"])
  }
}
