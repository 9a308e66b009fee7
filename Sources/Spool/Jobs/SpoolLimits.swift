internal import Ledger
internal import SystemCalls

/// How much one file may take, in bytes, and how many files of one owner may be held for taking more; 0 is no limit.
///
/// A limit is far above what any honest file needs. A file that exceeds one is held: it is not labelled any further,
/// and waits to be released or cancelled. The rest of the spool goes on. Of an owner who has as many held files as he may,
/// it is refused instead.
package struct SpoolLimits: Equatable, Sendable {
  /// The limit that a file exceeds.
  struct Excess: Equatable {
    /// The limit's name, for programs.
    let reason: String
    /// The file's extent and the limit, for people.
    let detail: String
  }

  /// The size of an input as it is stored. A sparse file counts with its holes, which are read as well.
  package var fileSize = 256 << 30
  /// The size of its content, decompressed.
  package var contentSize = 1 << 40
  /// Bytes of decompressed content for each stored byte, from the first 64 MiB of content on.
  package var expansion = 300
  /// The size of labelled and rejected lines together.
  package var outputSize = 256 << 30
  /// The number of held files of one owner.
  package var heldFiles = 100

  /// So much content may be compressed to anything.
  var unexamined = 64 << 20

  /// The limits that no honest file exceeds.
  package init() {}

  /// The limit that an input of `size` bytes exceeds, of which `stored` have been read and have become `expanded`.
  func excess(of size: Int, stored: Int, expanded: Int) -> Excess? {
    if Self.exceeds(size, fileSize) { return Self.excess("file_size", "the file has", size, fileSize) }
    if Self.exceeds(expanded, contentSize) {
      return Self.excess("content_size", "the content has at least", expanded, contentSize)
    }
    guard expanded > unexamined, expansion > 0, expanded / max(1, stored) > expansion else { return nil }
    return Excess(
      reason: "expansion",
      detail: "\(stored) compressed bytes expand to \(expanded), more than \(expansion) times as many")
  }

  /// The excess of outputs of `size` bytes.
  func excess(ofOutput size: Int) -> Excess? {
    Self.exceeds(size, outputSize) ? Self.excess("output_size", "the outputs have", size, outputSize) : nil
  }

  /// Why a file of `owner` is refused that would be held by `order`, when `held` of his files are held; nil to hold it.
  func refusal(insteadOf order: JobOrder, of owner: Int?, held: Int) -> Job.Outcome? {
    guard heldFiles > 0, held >= heldFiles else { return nil }
    let user = owner.map { "user \($0)" } ?? "this user"
    return .refused(
      reason: "too_many_held",
      detail: "\(order.detail), and \(held) files of \(user) are held already, as many as may be; "
        + "release or cancel some, then retry this one")
  }

  private static func exceeds(_ size: Int, _ limit: Int) -> Bool { limit > 0 && size > limit }

  private static func excess(_ reason: String, _ subject: String, _ size: Int, _ limit: Int) -> Excess {
    Excess(reason: reason, detail: "\(subject) \(size) bytes, more than the limit of \(limit)")
  }
}

extension SpoolLimits.Excess {
  /// The order to hold `job`.
  func order(for job: Job) -> JobOrder {
    JobOrder(job: job.id, .held, reason: reason, detail: detail, time: UTCTime.now.rfc3339)
  }
}
