/// Turns cleaned text into the ids that the network reads.
///
/// The rules are those of fastai v1 (`fastai/text/transform.py`), in its order:
///
/// 1. HTML character references are decoded once (after profile `standard` none is left; after `notebook`
///    this is the first time);
/// 2. `RepeatedCharacters`: `holaaaa` → `hol xxrep 4 a`;
/// 3. `RepeatedWords`: `no no no` → `xxwrep 3 no`;
/// 4. `TokenScanner`: words and punctuation apart;
/// 5. `LetterCase`: `Hola` → `xxmaj hola`, `HOLA` → `xxup hola`; every token in lower case;
/// 6. `xxbos` before all; a token that the vocabulary does not have is `xxunk`.
///
/// The same text gives the same ids always. Time and space are proportional to the length of the text.
package struct Tokenizer: Sendable {
  package let vocabulary: Vocabulary
  private let table = ScalarTable.shared

  package init(vocabulary: Vocabulary) {
    self.vocabulary = vocabulary
  }

  /// Appends the ids of the tokens of `cleaned`, which must be well-formed UTF-8, and at most `limit` of
  /// them.
  ///
  /// Returns whether there were more. Cost: 1 to 2 µs for an ordinary tweet; nothing is allocated once the
  /// workspace and `ids` have room.
  package func tokenize(
    _ cleaned: Span<UInt8>, limit: Int, using workspace: inout TokenizerWorkspace,
    appendingTo ids: inout [Int32]
  ) -> Bool {
    precondition(limit >= 0, "a limit of tokens is not negative")
    let end = ids.count + limit
    return !Self.forEachToken(in: cleaned, table: table, using: &workspace) { mark, word in
      if let mark {
        guard ids.count < end else { return false }
        ids.append(mark.rawValue)
      }
      guard let word else { return true }
      guard ids.count < end else { return false }
      ids.append(vocabulary.id(of: word.span) ?? SpecialToken.unknown.rawValue)
      return true
    }
  }

  /// The same tokens as text, independent of the vocabulary: for people, and for building vocabularies.
  package func tokens(of cleaned: String) -> [String] { Self.tokens(of: cleaned) }

  /// The tokens of `cleaned` as text; needs no vocabulary.
  package static func tokens(of cleaned: String) -> [String] {
    var tokens: [String] = []
    var workspace = TokenizerWorkspace()
    let bytes = Array(cleaned.utf8)
    _ = forEachToken(in: bytes.span, table: .shared, using: &workspace) { mark, word in
      if let mark { tokens.append(mark.text) }
      if let word { tokens.append(String(decoding: word, as: UTF8.self)) }
      return true
    }
    return tokens
  }

  /// Gives `body` each token of `cleaned`, which must be well-formed UTF-8, as long as it answers true; says
  /// whether it always did. Needs no vocabulary.
  ///
  /// - Parameter body: gets a word with the mark before it, if there is one; `xxbos` comes as a mark without
  ///   a word.
  package static func forEachToken(
    in cleaned: Span<UInt8>, using workspace: inout TokenizerWorkspace,
    _ body: (_ mark: SpecialToken?, _ word: [UInt8]?) -> Bool
  ) -> Bool {
    forEachToken(in: cleaned, table: .shared, using: &workspace, body)
  }

  private static func forEachToken(
    in cleaned: Span<UInt8>, table: ScalarTable, using workspace: inout TokenizerWorkspace,
    _ body: (_ mark: SpecialToken?, _ word: [UInt8]?) -> Bool
  ) -> Bool {
    guard body(.beginning, nil) else { return false }
    if cleaned.contains(UInt8(ascii: "&")) {
      decode(cleaned, into: &workspace.decoded)
      replaceRepeatedCharacters(in: workspace.decoded, table: table, into: &workspace.expanded)
    } else {
      RepeatedCharacters.replace(in: cleaned, table: table, into: &workspace.expanded)
    }
    RepeatedWords(table: table).replace(in: workspace.expanded, into: &workspace.collapsed)
    return scan(workspace.collapsed, table: table, word: &workspace.word, body)
  }

  /// Copies `text` with its character references decoded once.
  private static func decode(_ text: Span<UInt8>, into decoded: inout [UInt8]) {
    decoded.removeAll(keepingCapacity: true)
    decoded.append(text, in: text.indices)
    var tweet = InPlaceText(taking: &decoded, from: 0)
    tweet.decodeCharacterReferences(.once)
    tweet.giveBack(to: &decoded)
  }

  private static func replaceRepeatedCharacters(
    in text: [UInt8], table: ScalarTable, into output: inout [UInt8]
  ) {
    RepeatedCharacters.replace(in: text.span, table: table, into: &output)
  }

  private static func scan(
    _ text: [UInt8], table: ScalarTable, word: inout [UInt8],
    _ body: (_ mark: SpecialToken?, _ word: [UInt8]?) -> Bool
  ) -> Bool {
    let scanner = TokenScanner(table: table)
    var offset = 0
    while let token = scanner.next(in: text.span, from: offset, word: &word) {
      guard body(token.mark, word) else { return false }
      offset = token.range.upperBound
    }
    return true
  }
}

/// Memory of a tokenizer. Reused from tweet to tweet, it avoids allocations.
///
/// Its contents are meaningless between calls; each task needs its own.
package struct TokenizerWorkspace: Sendable {
  /// The text after character references were decoded.
  var decoded: [UInt8] = []
  /// The text after repeated characters were replaced.
  var expanded: [UInt8] = []
  /// The text after repeated words were replaced.
  var collapsed: [UInt8] = []
  /// The lower-case form of the token being read.
  var word: [UInt8] = []

  package init() {}
}
