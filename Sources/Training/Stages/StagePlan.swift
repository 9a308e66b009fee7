/// How a stage is trained: everything except the network and the data.
package struct StagePlan: Equatable, Sendable {
  /// The name of the stage in its log and its files, such as `language-model`.
  package var name: String
  package var epochs: Int
  package var groups: LayerGroups
  /// All else that the result depends on, as a text to be compared: the data, and the options of the network.
  package var inputs = ""
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

  package init(name: String, epochs: Int, groups: LayerGroups, rates: DiscriminativeRates) {
    (self.name, self.epochs, self.groups, self.rates) = (name, epochs, groups, rates)
  }

  /// Tells a resumed run whether it goes on with the same data and options.
  var origin: String {
    var checksum = Checksum()
    checksum.add("\(rates) \(cycle) \(optimiser) \(clipping) \(divergenceTolerance) \(inputs)")
    return checksum.text
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
