/// How far a stage of training has come: what its checkpoint holds beside tensors.
package struct StageProgress: Equatable, Sendable {
  /// The stage's name, such as `language-model`.
  package let stage: String
  /// How many epochs there are to be.
  package let epochs: Int
  /// Minibatches of one epoch.
  package let minibatches: Int
  /// Minibatches that have been trained, over all epochs.
  package var step = 0
  package var smoothedLoss = SmoothedLoss()
  /// The steps that each layer group has taken in the optimiser.
  package var optimiserCounts: [Int] = []
  /// What validations said, from the first on.
  package var history: [Entry] = []
  /// Seconds of training, over all runs.
  package var seconds = 0.0
  /// How long the log was, in bytes.
  package var logByteCount = 0
  /// How the stage ended; nil: it goes on.
  package var ending: Ending?

  /// What one validation said.
  package struct Entry: Equatable, Sendable {
    /// Minibatches that had been trained.
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
    /// It went astray, as the text says, and has the best state again.
    case diverged(String)
  }

  /// A stage that has not begun.
  package init(stage: String, epochs: Int, minibatches: Int) {
    precondition(epochs >= 0 && minibatches > 0)
    (self.stage, self.epochs, self.minibatches) = (stage, epochs, minibatches)
  }

  /// The epoch of the next minibatch, from 0 on.
  package var epoch: Int { step / minibatches }
  /// The next minibatch of that epoch, from 0 on.
  package var minibatch: Int { step % minibatches }
  /// Minibatches of all epochs.
  package var steps: Int { epochs * minibatches }
  /// The least validation loss so far.
  package var bestLoss: Double? { history.map(\.validation.loss).min() }
}
