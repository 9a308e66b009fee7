/// What is known of a tweet's mood: which of the case study's three files it belongs into.
package enum TextClass: String, CaseIterable, Sendable {
  case positive
  case negative
  /// Nothing says which.
  case unlabelled
}
