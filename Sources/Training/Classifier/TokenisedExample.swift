package import Datasets

/// A tweet as the classifier learns from it.
package struct TokenisedExample: Equatable, Sendable {
  /// At least one.
  package var ids: [Int32]
  /// What is known of its label.
  package var target: Target
  /// How much it counts beside others, times the weight of its class.
  package var weight: Float

  package init(ids: [Int32], target: Target, weight: Float = 1) {
    precondition(!ids.isEmpty && weight >= 0)
    self.ids = ids
    self.target = target
    self.weight = weight
  }
}
