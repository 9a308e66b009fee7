internal import Statistics
internal import SystemCalls
internal import SystemPackage

/// Why a whole file was refused: what `rejected/<name>.why.json` says.
struct Refusal {
  let job: Job
  /// A word that scripts can tell apart: `refused`, `unreadable`, `still_written`, `not_a_file`.
  let reason: String
  /// A sentence for people; never holds text of a tweet.
  let detail: String

  /// The file's text.
  var text: String {
    JSONText.object([
      ("src", .string(job.name.description)), ("job", .string(job.id)), ("reason", .string(reason)),
      ("detail", .string(detail)), ("time", .string(UTCTime.now.rfc3339)),
    ]).line + "\n"
  }

  /// Puts the text on disk as a part of the job, in place of what an earlier attempt has left.
  func write(into work: Directory) throws(SystemCallError) {
    let name = job.partName(.why)
    do {
      try work.remove(name)
    } catch {
      guard error.reason == .noSuchFileOrDirectory else { throw error }
    }
    let subject = "\(work.path)/\(name)"
    let file = try work.create(name, mode: [.ownerReadWrite, .groupRead])
    defer { try? file.close() }
    let bytes = Array(text.utf8)
    try file.write(all: bytes.span, to: subject)
    try file.synchronizeData(subject)
  }
}
