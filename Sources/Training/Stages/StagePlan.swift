/// How a stage is trained: everything but the network and the data.
package struct StagePlan: Equatable, Sendable {
  /// Names the stage in its log and its files, such as `language-model`.
  package var name: String
  package var epochs: Int
  package var groups: LayerGroups
  package var rates: DiscriminativeRates
  package var cycle = OneCycle.forText
  package var optimiser = Adam.Hyperparameters()
  package var clipping = GradientClipping()
  /// By what share the validation loss may be above its best before the stage is stopped.
  package var divergenceTolerance = 0.1
  /// Minibatches from one validation to the next; there is always one at the end of an epoch. Nil: only there.
  package var validationInterval: Int?
  /// Minibatches from one line of the log to the next.
  package var logInterval = 10
  /// The longest time from one checkpoint to the next; there is always one after a validation.
  package var checkpointInterval: Duration = .seconds(600)

  package init(name: String, epochs: Int, groups: LayerGroups, rates: DiscriminativeRates) {
    (self.name, self.epochs, self.groups, self.rates) = (name, epochs, groups, rates)
  }
}

/// How training goes, for a progress bar; told after every minibatch and every validation.
package struct StageReport: Equatable, Sendable {
  package let stage: String
  /// The epoch that is trained, from 1 on, and how many there are.
  package let epoch: Int
  package let epochs: Int
  /// Minibatches that have been trained, and those of all epochs.
  package let step: Int
  package let steps: Int
  /// Smoothed.
  package let loss: Double
  /// The learning rate of the last layer group.
  package let rate: Double
  package let tokensPerSecond: Double
  /// Nil before the first minibatch of this run.
  package let secondsLeft: Double?
  /// What the last validation said, if there was one.
  package let validation: Validation?
}

/// How a run of a stage ended.
package enum StageOutcome: Equatable, Sendable {
  /// All epochs are trained.
  case finished
  /// It was asked to stop, has saved, and can be resumed.
  case stopped
  /// It went astray, as the text says; the network is as it was when its validation loss was least.
  case diverged(String)
}
