internal import Ledger
package import Scoring
internal import SystemCalls

/// What all lines of an output have in common: the model that labelled them, and how they were read and written.
///
/// A file started with another provenance is restarted, so that no output mixes two.
package struct Provenance: Equatable, Sendable {
  /// The model's name and checksum.
  let model: String
  /// Everything else that answers depend on, as a text to compare.
  let settings: String

  /// Outputs of `model`, written as `settings` say.
  init(model: String, settings: String) {
    (self.model, self.settings) = (model, settings)
  }

  /// The provenance of all answers of `engine`.
  package init(of engine: ScoringEngine) {
    self.init(model: engine.modelName, settings: engine.settings)
  }

  /// Whether `checkpoint` can be resumed.
  func matches(_ checkpoint: Checkpoint) -> Bool {
    checkpoint.model == model && checkpoint.settings == settings
  }

  /// The checkpoint at the beginning of an input with `status`.
  func start(of status: FileStatus?) -> Checkpoint {
    let input = status.map(Checkpoint.Input.init) ?? Checkpoint.Input(inode: 0, size: 0, modified: 0)
    return Checkpoint(of: input, model: model, settings: settings)
  }
}

extension Checkpoint.Input {
  /// The identity of a file with `status`.
  init(_ status: FileStatus) {
    // Nanoseconds; times before 1677 and after 2262 wrap, which is harmless as they are only compared.
    self.init(
      inode: Int(bitPattern: UInt(status.inode)), size: status.size,
      modified: status.modified.seconds &* 1_000_000_000 &+ status.modified.nanoseconds,
      owner: Int(status.owner))
  }
}
