internal import Datasets
internal import Synchronization

/// What one stage of training works on: a network and its data. `StageRun` drives it.
///
/// Everything random must be a pure function of the seed and the minibatch (`RandomStream`), so that training that
/// was interrupted goes on as if it had not been.
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

  /// What is learnt.
  var parameters: Parameters { get set }

  /// What else training changes and needs to go on, such as LSTM states and running means; an empty `TensorList` when
  /// there is nothing.
  var state: State { get set }

  /// Minibatches of one epoch, more than none; the same in all epochs.
  var minibatches: Int { get }

  /// Computes the loss of a minibatch and how it changes with each parameter.
  ///
  /// - Parameter gradients: what the minibatch before left there. All of those that are trained are to be set; frozen
  ///   layers' do not matter.
  mutating func train(_ minibatch: Minibatch, gradients: inout Parameters) throws -> MinibatchResult

  /// Computes loss and accuracy on data that is never trained on. Must leave parameters and state as they are.
  mutating func validate() throws -> Validation
}

/// Which minibatch of a stage; all numbers from 0 on.
package struct Minibatch: Equatable, Sendable {
  package let epoch: Int
  /// In its epoch.
  package let index: Int
  /// Over all epochs.
  package let step: Int

  package init(epoch: Int, index: Int, step: Int) {
    (self.epoch, self.index, self.step) = (epoch, index, step)
  }
}

/// What training one minibatch gave.
package struct MinibatchResult: Equatable, Sendable {
  /// Mean loss of the minibatch, in nats.
  package let loss: Double
  /// How many tokens it had, for the speed.
  package let tokens: Int

  package init(loss: Double, tokens: Int) {
    (self.loss, self.tokens) = (loss, tokens)
  }
}

/// How good a network is on data that is never trained on.
package struct Validation: Equatable, Sendable {
  /// Mean loss, in nats.
  package let loss: Double
  /// The share of right answers.
  package let accuracy: Double

  package init(loss: Double, accuracy: Double) {
    (self.loss, self.accuracy) = (loss, accuracy)
  }
}

/// Somebody's wish that training should save and end, from any thread; asked for after every minibatch.
package final class StopRequest: Sendable {
  private let requested = Atomic(false)

  package init() {}

  /// Makes the wish; it stays.
  package func request() { requested.store(true, ordering: .relaxed) }

  package var isRequested: Bool { requested.load(ordering: .relaxed) }
}
