/// Why bytes are no vocabulary. Lines are counted from 1.
package enum VocabularyError: Error, Equatable, Sendable {
  case empty
  case notUTF8(byteOffset: Int)
  case emptyToken(line: Int)
  case duplicateToken(line: Int)
  /// The line should have been this special token.
  case missingSpecialToken(line: Int, expected: SpecialToken)
}

extension VocabularyError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .empty: "the vocabulary is empty"
    case .notUTF8(let byteOffset): "the vocabulary is not UTF-8 at byte \(byteOffset)"
    case .emptyToken(let line): "line \(line) of the vocabulary is empty"
    case .duplicateToken(let line): "line \(line) of the vocabulary repeats a token of an earlier line"
    case .missingSpecialToken(let line, let expected):
      "line \(line) of the vocabulary must be \(expected.text)"
    }
  }
}
