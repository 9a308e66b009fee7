package import JSON

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

  /// What is wrong with a JSON text.
  ///
  /// - Parameter place: where in the file the text is; nil when it is the whole file.
  package init(file: String, place: String? = nil, _ error: JSONError) {
    let (expected, found) = error.contrast
    self.init(
      file: file, place: (place.map { "\($0), " } ?? "") + "byte \(error.offset)", expected: expected,
      found: found)
  }
}

extension JSONError {
  /// What was expected, and what was found instead.
  fileprivate var contrast: (expected: String, found: String) {
    switch problem {
    case .expected(let what, let found): (what, found.map { "byte 0x" + String($0, radix: 16) } ?? "the end")
    case .controlCharacter: ("a character of a string", "an unescaped control character")
    case .unendedString: ("a string", "one that does not end")
    case .unknownEscape: ("an escape", "one that JSON does not have")
    case .shortEscape: ("four hexadecimal digits", "others")
    case .nestingTooDeep(let limit): ("at most \(limit) levels", "deeper nesting")
    case .tooManyValues(let limit): ("at most \(limit) values", "more")
    case .repeatedKey(let key): ("each key once", "\(quoted(key)) again")
    case .loneSurrogate: ("characters", "half of a surrogate pair")
    case .notUTF8: ("UTF-8", "other bytes")
    }
  }
}

extension JSONValue {
  /// What the value is, for messages.
  package var kind: String {
    switch self {
    case .object: "an object"
    case .array: "an array"
    case .string(let text), .number(let text): quoted(text)
    case .bool(let value): "\(value)"
    case .null: "null"
    }
  }
}

extension ModelError: CustomStringConvertible {
  package var description: String {
    let location = place.map { "\(file): \($0)" } ?? file
    return "\(location): \(fault)"
  }

  /// What is wrong and what to do about it, without the place.
  package var fault: String {
    let advice = remedy.map { "; \($0)" } ?? ""
    return "expected \(expected), found \(found)\(advice)"
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
