internal import Ledger
package import Scoring
internal import SystemCalls

/// What all lines of one output have in common: by which model they were labelled, and how they were read and written.
///
/// A file that was begun with another one is begun anew, so that no output is of two minds.
package struct Provenance: Equatable, Sendable {
  /// The model's name and checksum.
  let model: String
  /// Everything else that answers depend on, as a text to be compared.
  let settings: String

  /// Outputs of `model`, written as `settings` say.
  init(model: String, settings: String) {
    (self.model, self.settings) = (model, settings)
  }

  /// What all answers of `engine` have in common.
  package init(of engine: ScoringEngine) {
    self.init(model: engine.modelName, settings: engine.settings)
  }

  /// Whether `checkpoint` is of an output that can be continued.
  func matches(_ checkpoint: Checkpoint) -> Bool {
    checkpoint.model == model && checkpoint.settings == settings
  }

  /// The beginning of an input that looks like `status`.
  func start(of status: FileStatus?) -> Checkpoint {
    let input = status.map(Checkpoint.Input.init) ?? Checkpoint.Input(inode: 0, size: 0, modified: 0)
    return Checkpoint(of: input, model: model, settings: settings)
  }
}

extension Checkpoint.Input {
  /// A file as it was seen.
  init(_ status: FileStatus) {
    // Nanoseconds; times before 1677 and after 2262, which files may well have, wrap: they are compared and nothing else.
    self.init(
      inode: Int(bitPattern: UInt(status.inode)), size: status.size,
      modified: status.modified.seconds &* 1_000_000_000 &+ status.modified.nanoseconds)
  }
}
