/// The tokens that a model knows, and their ids.
///
/// A file has one token a line, ended by a line feed (the last line may go without); the number of the line,
/// from 0, is the id. Finding an id takes about 20 ns and allocates nothing.
package struct Vocabulary: Sendable {
  private let index: ByteStringIndex

  /// Reads the lines of a `vocab.txt`.
  ///
  /// Throws if they are empty, are not UTF-8, have an empty or a repeated token, or do not begin with the nine
  /// special tokens in their order, each ended by a line feed alone.
  package init(lines: Span<UInt8>) throws(VocabularyError) {
    guard lines.count > 0 else { throw .empty }
    if let offset = UTF8Validation.firstInvalidOffset(in: lines) { throw .notUTF8(byteOffset: offset) }
    do {
      index = try ByteStringIndex(lines: lines)
    } catch {
      switch error {
      case .empty(let line): throw .emptyToken(line: line)
      case .repeated(let line): throw .duplicateToken(line: line)
      }
    }
    try checkSpecialTokens()
  }

  /// How many tokens there are.
  package var count: Int { index.count }

  /// The id of a token given by its UTF-8; nil if the vocabulary does not have it.
  package func id(of token: Span<UInt8>) -> Int32? {
    index.position(of: token, in: 0..<token.count).map(Int32.init(truncatingIfNeeded:))
  }

  /// The same for a part of `text`.
  func id(of text: Span<UInt8>, in range: Range<Int>) -> Int32? {
    index.position(of: text, in: range).map(Int32.init(truncatingIfNeeded:))
  }

  /// The token of an id, which must be at least 0 and less than `count`.
  package func token(_ id: Int32) -> String { index.string(at: Int(id)) }

  private func checkSpecialTokens() throws(VocabularyError) {
    for special in SpecialToken.allCases {
      let line = Int(special.rawValue) + 1
      let found = special.rawValue < count ? token(special.rawValue) : ""
      guard found != special.text else { continue }
      // What editors on Windows add, and nobody sees.
      if line == 1, found.unicodeScalars.first == "\u{FEFF}" { throw .byteOrderMark }
      if found == special.text + "\r" { throw .carriageReturn(line: line) }
      throw .missingSpecialToken(line: line, expected: special)
    }
  }
}

/// Why a vocabulary is invalid. Lines are counted from 1.
package enum VocabularyError: Error, Equatable, Sendable {
  case empty
  case notUTF8(byteOffset: Int)
  case emptyToken(line: Int)
  case duplicateToken(line: Int)
  /// It begins with U+FEFF.
  case byteOrderMark
  /// The line ends in CR LF.
  case carriageReturn(line: Int)
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
    case .byteOrderMark: "the vocabulary begins with a byte order mark; save it without one"
    case .carriageReturn(let line):
      "line \(line) of the vocabulary ends in CR LF, as files of Windows do; end lines in LF alone"
    case .missingSpecialToken(let line, let expected):
      "line \(line) of the vocabulary must be \(expected.text)"
    }
  }
}

/// The nine tokens that begin every vocabulary; the raw value is the id.
///
/// Source: fastai v1, `fastai/text/transform.py` (`TK_UNK`, `TK_PAD`, … in its order).
package enum SpecialToken: Int32, CaseIterable, Sendable {
  /// A word that is not in the vocabulary.
  case unknown = 0
  /// Fills a batch.
  case padding
  /// Begins a tweet.
  case beginning
  /// Ends a tweet; defined but never used by fastai.
  case end
  /// Begins a field of a text of several fields.
  case field
  /// The next word had a capital first letter.
  case capitalised
  /// The next word was written in capitals.
  case uppercase
  /// The next two tokens are a count and the repeated character.
  case repeatedCharacter
  /// The next two tokens are a count and the repeated word.
  case repeatedWord

  /// The token in a vocabulary.
  package var text: String {
    switch self {
    case .unknown: "xxunk"
    case .padding: "xxpad"
    case .beginning: "xxbos"
    case .end: "xxeos"
    case .field: "xxfld"
    case .capitalised: "xxmaj"
    case .uppercase: "xxup"
    case .repeatedCharacter: "xxrep"
    case .repeatedWord: "xxwrep"
    }
  }
}
