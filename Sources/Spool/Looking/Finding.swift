internal import SystemCalls

/// Something about a spool that is not as its ledger says.
package struct Finding: Equatable, CustomStringConvertible, Sendable {
  /// What kind of fault it is.
  package enum Kind: String, CaseIterable, Sendable {
    /// SQLite says that the ledger's file is damaged.
    case ledgerDamaged = "ledger damaged"
    /// The totals are not the sum of all committed jobs.
    case totalsWrong = "totals wrong"
    /// A part in `work/` belongs to no job.
    case partWithoutJob = "part without a job"
    /// The ledger has a checkpoint of an input that is not in `work/`.
    case jobWithoutInput = "job without its input"
    /// A part is shorter than the ledger says.
    case partTooShort = "part too short"
    /// A job is published, and its input or a part is still in `work/`.
    case publishedAndHere = "published and still in work/"
    /// An output is there and has another length than when it was published.
    case outputChanged = "output changed"
    /// A committed job's output is neither in `work/` nor in its place, while its input still waits to be published.
    case outputMissing = "output missing"
    /// Something in `work/` that is not of this program's making.
    case stranger = "stranger in work/"

    /// Whether `SpoolCheck.repair` mends it, as the next start of the daemon would.
    package var isRepairable: Bool {
      switch self {
      case .totalsWrong, .partWithoutJob, .jobWithoutInput, .partTooShort, .publishedAndHere: true
      case .ledgerDamaged, .outputChanged, .outputMissing, .stranger: false
      }
    }
  }

  /// What kind of fault it is.
  package let kind: Kind
  /// Where: a path within the spool, or what SQLite says.
  package let place: String
  /// More about it, for people.
  package let detail: String

  init(_ kind: Kind, _ place: String, _ detail: String = "") {
    (self.kind, self.place, self.detail) = (kind, place, detail)
  }

  package var description: String { "\(kind.rawValue): \(place)" + (detail.isEmpty ? "" : ": \(detail)") }
}
