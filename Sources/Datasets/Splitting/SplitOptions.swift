/// How a corpus is divided into texts to learn from and texts to judge by.
package struct SplitOptions: Equatable, Sendable {
  /// The share of the texts that is held back for validation, 0…1.
  package var validationShare = 0.1
  /// What the random choice depends on.
  package var seed: UInt64 = 42
  /// Whether all texts of an author stay on one side.
  package var keepsAuthorsTogether = true
  /// Whether texts that say the same, or nearly, stay on one side.
  package var keepsNearDuplicatesTogether = true

  /// The case study's split, without its leaks.
  package init() {}

  /// The case study's split as it is: random and no more.
  package static var random: SplitOptions {
    var options = SplitOptions()
    options.keepsAuthorsTogether = false
    options.keepsNearDuplicatesTogether = false
    return options
  }
}
