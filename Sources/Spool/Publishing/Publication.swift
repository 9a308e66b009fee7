internal import Streaming
internal import SystemCalls

/// What is to happen to a finished job's files: fixed before the first of them is moved, so that it can be done again.
struct Publication: Sendable {
  /// What is published of a job.
  enum Content: Sendable {
    /// Its labels in `out/`, and its bad lines in `rejected/` when it has any.
    case labelled(output: FileName, rejects: FileName?)
    /// The input itself and why it was refused, both in `rejected/`.
    case refused(input: FileName, why: FileName, reason: String, detail: String)
  }

  let job: Job
  let content: Content
  /// What became of its lines; nothing of a refused file counts.
  let tally: Tally
}
