internal import SystemCalls

/// What lies in `work/`.
struct WorkListing {
  /// A part of an output.
  struct Part {
    /// The identity of the job that it is of.
    let id: String
    let name: FileName
  }

  /// Claimed inputs, by their jobs' identities.
  private(set) var inputs: [String: Job] = [:]
  private(set) var parts: [Part] = []
  /// What is not of this program's making.
  private(set) var strangers: [FileName] = []

  init(of work: Directory) throws(SystemCallError) {
    var entries = try work.entries()
    while let entry = try entries.next() {
      if let job = Job(claimed: entry.name) {
        inputs[job.id] = job
      } else if let (id, _) = Job.part(entry.name) {
        parts.append(Part(id: id, name: entry.name))
      } else {
        strangers.append(entry.name)
      }
    }
  }
}
