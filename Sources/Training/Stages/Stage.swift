internal import Datasets
internal import Synchronization

/// The network and the data of one stage of training. `StageRun` drives it.
///
/// Everything random must be a pure function of the seed and the minibatch (`RandomStream`), so that interrupted
/// training continues as if it had not been interrupted.
///
/// ```swift
/// struct MeanStage: Stage {
///   var parameters: MeanParameters
///   var state = TensorList()
///   let minibatches = 10
///
///   mutating func train(
///     _ minibatch: Minibatch, gradients: inout MeanParameters
///   ) -> MinibatchResult { … }
///   mutating func validate() -> Validation { … }
/// }
/// ```
package protocol Stage {
  associatedtype Parameters: ParameterTree
  associatedtype State: ParameterTree

  /// The trained parameters.
  var parameters: Parameters { get set }

  /// Other state that training changes and needs to resume, such as LSTM states and running means; an empty
  /// `TensorList` if there is none.
  var state: State { get set }

  /// The number of minibatches per epoch; positive, and the same for all epochs.
  var minibatches: Int { get }

  /// Computes the loss of a minibatch and its gradient.
  ///
  /// - Parameter gradients: those of the previous minibatch. Must be set for all trained parameters; those of frozen
  ///   layers are ignored.
  mutating func train(_ minibatch: Minibatch, gradients: inout Parameters) throws -> MinibatchResult

  /// Computes loss and accuracy on data that is never trained on. Must not change parameters and state.
  mutating func validate() throws -> Validation
}

/// The position of a minibatch in a stage; all numbers are from 0.
package struct Minibatch: Equatable, Sendable {
  package let epoch: Int
  /// Within its epoch.
  package let index: Int
  /// Over all epochs.
  package let step: Int

  package init(epoch: Int, index: Int, step: Int) {
    (self.epoch, self.index, self.step) = (epoch, index, step)
  }
}

/// The result of training one minibatch.
package struct MinibatchResult: Equatable, Sendable {
  /// Mean loss of the minibatch, in nats.
  package let loss: Double
  /// The number of tokens, for measuring speed.
  package let tokens: Int

  package init(loss: Double, tokens: Int) {
    (self.loss, self.tokens) = (loss, tokens)
  }
}

/// The quality of a network on data that is never trained on.
package struct Validation: Equatable, Sendable {
  /// The mean loss, in nats.
  package let loss: Double
  /// The share of correct answers.
  package let accuracy: Double

  package init(loss: Double, accuracy: Double) {
    (self.loss, self.accuracy) = (loss, accuracy)
  }
}

/// A request to save and stop training, made by any thread; checked after every minibatch.
package final class StopRequest: Sendable {
  private let requested = Atomic(false)

  package init() {}

  /// Makes the request, which cannot be withdrawn.
  package func request() { requested.store(true, ordering: .relaxed) }

  package var isRequested: Bool { requested.load(ordering: .relaxed) }
}
