internal import Ledger
internal import SystemCalls

/// A job whose input has ended and whose parts are complete.
struct FinishedJob: Sendable {
  var parts: JobParts
  let outcome: JobBoard.Outcome

  var job: Job { parts.job }

  /// Whether nothing of it counts.
  var isRefused: Bool { if case .refused = outcome { true } else { false } }

  /// What the ledger is to know of it; its final names are chosen later.
  func record(at time: UTCTime) -> JobRecord {
    var record = JobRecord(id: job.id, name: job.name, claimed: job.claimed, checkpoint: parts.checkpoint)
    record.state = .committed
    record.times.committed = time.rfc3339
    if case .refused(let reason, _) = outcome {
      // Nothing of a refused file counts.
      record.refusal = reason
      (record.checkpoint.labelsLength, record.checkpoint.rejectsLength) = (0, 0)
      record.checkpoint.counts = NamedCounts()
      record.checkpoint.counts[CountKind.refusedFiles] = 1
    } else {
      record.checkpoint.counts[CountKind.files] = 1
    }
    return record
  }
}
