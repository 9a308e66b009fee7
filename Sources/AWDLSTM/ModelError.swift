/// Why a model cannot be used: which file, where in it, what was expected and what was found instead.
///
/// `description` is one line without any text of the model's owner but names from the file itself, which are
/// shortened and freed of control characters.
package struct ModelError: Error, Equatable, Sendable {
  /// The path, or the name of a built-in file.
  package var file: String
  /// The place in the file: a tensor, a key, a byte; nil for the file as a whole.
  package var place: String?
  package var expected: String
  package var found: String
  /// What to do about it, when that is known.
  package var remedy: String?

  package init(file: String, place: String? = nil, expected: String, found: String, remedy: String? = nil) {
    self.file = file
    self.place = place
    self.expected = expected
    self.found = found
    self.remedy = remedy
  }
}

extension ModelError: CustomStringConvertible {
  package var description: String {
    let location = place.map { "\(file): \($0)" } ?? file
    let advice = remedy.map { "; \($0)" } ?? ""
    return "\(location): expected \(expected), found \(found)\(advice)"
  }
}

/// A text from a file of unknown origin, fit for a message: quoted, at most 64 characters, control characters
/// and quotes escaped.
func quoted(_ text: String) -> String {
  let limit = 64
  let start = text.unicodeScalars.prefix(limit)
  let shown = start.map { $0.escaped(asASCII: false) }.joined()
  return start.count < text.unicodeScalars.count ? "'\(shown)…'" : "'\(shown)'"
}
