/// A text whose class is known: what a classifier learns from, and is judged by.
package struct LabelledExample: Equatable, Sendable {
  /// The text, well-formed UTF-8, not cleaned.
  package var text: [UInt8]
  /// `.positive` or `.negative`.
  package var label: TextClass
  /// Who wrote it, when that is known.
  package var author: String?

  /// An example of the class `label`.
  package init(text: [UInt8], label: TextClass, author: String? = nil) {
    self.text = text
    self.label = label
    self.author = author
  }
}

extension TextClass {
  /// The class that a label in a file means: its name or the beginning of it, in small or capital letters.
  ///
  /// Nil for all that is neither positive nor negative, such as `neutral`.
  init?(label: String) {
    switch label.lowercased() {
    case "positive", "pos", "p": self = .positive
    case "negative", "neg", "n": self = .negative
    default: return nil
    }
  }
}
