package import AWDLSTM

/// How a wide term is trained: a logistic regression over hashed n-grams.
package struct WideRecipe: Equatable, Sendable {
  package var shape = WideShape(buckets: 1 << 18, words: 1...2, characters: 2...5)
  /// How strongly weights are pulled to nothing: half of it times their squares is added to the mean loss.
  package var regularisation = 5e-4
  /// Steps of the solver at most; it ends before when the gradient has all but vanished.
  package var iterations = 40
  /// Whether the classes are weighed so that all count alike in sum, however many tweets each has.
  package var balancesClasses = true

  package init() {}
}
