/// What is added to the loss so that the last layer's answers stay small and change slowly (Merity et al. 2017,
/// section 4.6): α times the mean square of the answers after dropout, and β times the mean square of the change of the
/// answers before dropout from one step to the next.
package struct Regularisation: Equatable, Sendable {
  /// α, of the activations (AR).
  package var activation: Float
  /// β, of their changes (TAR).
  package var temporal: Float

  package init(activation: Float, temporal: Float) {
    self.activation = activation
    self.temporal = temporal
  }

  /// fastai v1's `RNNTrainer`.
  package static let fastai = Regularisation(activation: 2, temporal: 1)

  package static let none = Regularisation(activation: 0, temporal: 0)
}
