internal import Statistics
internal import SystemCalls

/// Why a whole file was refused: what `rejected/<name>.why.json` says.
struct Refusal {
  let job: Job
  /// A word that scripts can tell apart: `refused`, `unreadable`, `still_written`, `not_a_file`, `all_bad`.
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
}
