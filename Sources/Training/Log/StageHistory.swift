/// The log of one stage, as reports and curves need it.
package struct StageHistory: Equatable, Sendable {
  /// A line about the progress of training.
  package struct TrainingPoint: Equatable, Sendable {
    package let step: Int
    /// Smoothed.
    package let loss: Double
    package let rate: Double
    package let tokensPerSecond: Double
  }

  /// A line about a validation.
  package struct ValidationPoint: Equatable, Sendable {
    package let epoch: Int
    package let step: Int
    /// The smoothed loss of training at that time.
    package let loss: Double
    package let validation: Validation
  }

  package let stage: String
  package internal(set) var samples: [TrainingPoint] = []
  package internal(set) var validations: [ValidationPoint] = []
  /// Why the stage ended early; nil if it did not.
  package internal(set) var divergence: String?
  /// The seconds of training, over all runs.
  package internal(set) var seconds = 0.0

  init(stage: String) {
    self.stage = stage
  }

  /// Minibatches.
  package var steps: Int { max(samples.last?.step ?? 0, validations.last?.step ?? 0) }

  /// The validation with the lowest loss.
  package var best: ValidationPoint? { validations.min { $0.validation.loss < $1.validation.loss } }

  /// The median speed; nil before the first line about training.
  package var tokensPerSecond: Double? {
    let speeds = samples.map(\.tokensPerSecond).sorted()
    return speeds.isEmpty ? nil : speeds[speeds.count / 2]
  }

  package var hours: Double { seconds / 3600 }
}
