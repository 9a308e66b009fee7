/// The progress of a stage of training: everything in its checkpoint except tensors.
package struct StageProgress: Equatable, Sendable {
  /// The stage's name, such as `language-model`.
  package let stage: String
  /// The number of epochs.
  package let epochs: Int
  /// The number of minibatches of an epoch.
  package let minibatches: Int
  /// The checksum of the data and options: see `StagePlan.origin`; nil in files that do not say.
  package var origin: String?
  /// The minibatches trained so far, over all epochs.
  package var step = 0
  package var smoothedLoss = SmoothedLoss()
  /// The optimiser's steps of each layer group.
  package var optimiserCounts: [Int] = []
  /// The results of all validations, in order.
  package var history: [Entry] = []
  /// Seconds of training, over all runs.
  package var seconds = 0.0
  /// The length of the log, in bytes.
  package var logByteCount = 0
  /// How the stage ended; nil while it is unfinished.
  package var ending: Ending?

  /// The result of a validation.
  package struct Entry: Equatable, Sendable {
    /// The minibatches trained until then.
    package var step: Int
    /// The smoothed loss of training.
    package var loss: Double
    package var validation: Validation

    package init(step: Int, loss: Double, validation: Validation) {
      (self.step, self.loss, self.validation) = (step, loss, validation)
    }
  }

  /// How a stage ends.
  package enum Ending: Equatable, Sendable {
    /// After all its epochs.
    case finished
    /// It diverged, for the given reason; the best state was restored.
    case diverged(String)
  }

  /// A stage that has not begun.
  package init(stage: String, epochs: Int, minibatches: Int) {
    precondition(epochs >= 0 && minibatches > 0)
    (self.stage, self.epochs, self.minibatches) = (stage, epochs, minibatches)
  }

  /// The epoch of the next minibatch, from 0.
  package var epoch: Int { step / minibatches }
  /// The next minibatch of that epoch, from 0.
  package var minibatch: Int { step % minibatches }
  /// The number of minibatches of all epochs.
  package var steps: Int { epochs * minibatches }
  /// The lowest validation loss so far.
  package var bestLoss: Double? { history.map(\.validation.loss).min() }
}
