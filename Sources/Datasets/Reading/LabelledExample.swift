/// A text of which something is known: what a classifier learns from, and is judged by.
package struct LabelledExample: Equatable, Sendable {
  /// The text, well-formed UTF-8, not cleaned.
  package var text: [UInt8]
  /// What is known of its label.
  package var target: Target
  /// Who wrote it, when that is known.
  package var author: String?

  /// An example of a text.
  package init(text: [UInt8], target: Target, author: String? = nil) {
    self.text = text
    self.target = target
    self.author = author
  }
}
