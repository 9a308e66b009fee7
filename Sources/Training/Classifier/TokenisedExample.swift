/// A tweet as the classifier learns from it.
package struct TokenisedExample: Equatable, Sendable {
  /// At least one.
  package var ids: [Int32]
  /// The index of its class.
  package var label: Int
  /// How much it counts beside others, times the weight of its class.
  package var weight: Float

  package init(ids: [Int32], label: Int, weight: Float = 1) {
    precondition(!ids.isEmpty && label >= 0 && weight >= 0)
    self.ids = ids
    self.label = label
    self.weight = weight
  }
}
