/// How a stage is trained: everything except the network and the data.
package struct StagePlan: Equatable, Sendable {
  /// The name of the stage in its log and its files, such as `language-model`.
  package var name: String
  package var epochs: Int
  package var groups: LayerGroups
  package var rates: DiscriminativeRates
  package var cycle = OneCycle.forText
  package var optimiser = Adam.Hyperparameters()
  package var clipping = GradientClipping()
  /// The share by which the validation loss may exceed its minimum before the stage is stopped.
  package var divergenceTolerance = 0.1
  /// The number of minibatches between validations, in addition to the one at the end of each epoch; nil for none.
  package var validationInterval: Int?
  /// The number of minibatches between log lines.
  package var logInterval = 10
  /// The maximum time between checkpoints, in addition to the one after each validation.
  package var checkpointInterval: Duration = .seconds(600)
  /// What the result depends on as well; a stage is not resumed with others.
  package var options: [StageOption] = []

  package init(name: String, epochs: Int, groups: LayerGroups, rates: DiscriminativeRates) {
    (self.name, self.epochs, self.groups, self.rates) = (name, epochs, groups, rates)
  }
}

/// An option that the result of a stage depends on: its name, and its value as people write it.
package struct StageOption: Equatable, Sendable {
  package let name: String
  package let value: String
  /// The value of stages whose checkpoints lack the option, as they were begun by a version before it; nil if it is not
  /// known. Not written to checkpoints.
  package let former: String?

  package init(_ name: String, _ value: String, former: String? = nil) {
    (self.name, self.value, self.former) = (name, value, former)
  }

  package static func == (one: StageOption, other: StageOption) -> Bool {
    one.name == other.name && one.value == other.value
  }
}

/// The progress of training, for a progress bar; reported after every minibatch and every validation.
package struct StageReport: Equatable, Sendable {
  package let stage: String
  /// The current epoch, from 1, and the number of epochs.
  package let epoch: Int
  package let epochs: Int
  /// The minibatches trained so far, and those of all epochs.
  package let step: Int
  package let steps: Int
  /// Smoothed.
  package let loss: Double
  /// The learning rate of the last layer group.
  package let rate: Double
  package let tokensPerSecond: Double
  /// Nil before the first minibatch of this run.
  package let secondsLeft: Double?
  /// The result of the last validation, if there was one.
  package let validation: Validation?
}

/// How a run of a stage ended.
package enum StageOutcome: Equatable, Sendable {
  /// All epochs are trained.
  case finished
  /// It was stopped on request, after saving, and can be resumed.
  case stopped
  /// It diverged, for the given reason; the network with the lowest validation loss was restored.
  case diverged(String)
}
