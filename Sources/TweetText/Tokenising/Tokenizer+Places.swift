/// A token, and the bytes of the cleaned text that it stands for.
package struct PlacedToken: Equatable, Sendable {
  package let text: String
  /// `xxbos` stands for nothing, `xxmaj` and `xxup` for the word behind them, and `xxrep`, the count and the
  /// character for the whole run.
  package let range: Range<Int>
}

// For explaining a text.
extension Tokenizer {
  /// The same tokens as those of `tokens(of:)`, each with its place.
  package static func placedTokens(of cleaned: [UInt8]) -> [PlacedToken] {
    let table = ScalarTable.shared
    var (decoded, expanded, collapsed) = (cleaned, [UInt8](), [UInt8]())
    var trails = [EditTrail(), EditTrail(), EditTrail()]
    var tweet = InPlaceText(taking: &decoded, from: 0)
    tweet.decodeCharacterReferences(.once) { trails[0].add($0, $1) }
    tweet.giveBack(to: &decoded)
    RepeatedCharacters.replace(in: decoded.span, table: table, into: &expanded) { trails[1].add($0, $1) }
    RepeatedWords(table: table).replace(in: expanded, into: &collapsed) { trails[2].add($0, $1) }

    var tokens = [PlacedToken(text: SpecialToken.beginning.text, range: 0..<0)]
    let scanner = TokenScanner(table: table)
    var (offset, word) = (0, [UInt8]())
    while let token = scanner.next(in: collapsed.span, from: offset, word: &word) {
      let range = trails.reversed().reduce(token.range) { $1.source(of: $0) }
      if let mark = token.mark { tokens.append(PlacedToken(text: mark.text, range: range)) }
      tokens.append(PlacedToken(text: String(decoding: word, as: UTF8.self), range: range))
      offset = token.range.upperBound
    }
    return tokens
  }

  /// The words of a cleaned text as their writer sees them: tokens that stand for the same bytes, or for parts of one
  /// run of letters (`hol` and `aaaa`), are one word.
  ///
  /// In order and without overlap; all but white space is in one of them.
  package static func words(of tokens: [PlacedToken], in cleaned: [UInt8]) -> [Range<Int>] {
    var words: [Range<Int>] = []
    for token in tokens where !token.range.isEmpty {
      if let last = words.last,
        token.range.lowerBound < last.upperBound || joins(last, token.range, in: cleaned)
      {
        words[words.count - 1] =
          min(last.lowerBound, token.range.lowerBound)..<max(last.upperBound, token.range.upperBound)
      } else {
        words.append(token.range)
      }
    }
    return words
  }

  /// Whether two neighbours are parts of one run of letters.
  private static func joins(_ first: Range<Int>, _ second: Range<Int>, in text: [UInt8]) -> Bool {
    guard first.upperBound == second.lowerBound, let last = text.span.scalar(before: first.upperBound) else {
      return false
    }
    let table = ScalarTable.shared
    return table.class(of: last.value).contains(.word)
      && table.contains(.word, at: second.lowerBound, of: text.span)
  }
}

/// Where the parts of a text were before some of it was replaced.
struct EditTrail {
  private var edits: [(source: Range<Int>, output: Range<Int>)] = []

  /// Notes a replacement, which is behind those before.
  mutating func add(_ source: Range<Int>, _ output: Range<Int>) {
    edits.append((source, output))
  }

  /// What a part of the output stands for; for a part of a replacement that is all that was replaced.
  ///
  /// Cost: the logarithm of the number of replacements.
  func source(of output: Range<Int>) -> Range<Int> {
    var (lower, upper) = (output.lowerBound, output.upperBound)
    if let edit = last(where: { $0 <= output.lowerBound }) {
      let isInside = output.lowerBound < edit.output.upperBound
      lower = isInside ? edit.source.lowerBound : lower - edit.output.upperBound + edit.source.upperBound
    }
    if let edit = last(where: { $0 < output.upperBound }) {
      let isInside = output.upperBound <= edit.output.upperBound
      upper = isInside ? edit.source.upperBound : upper - edit.output.upperBound + edit.source.upperBound
    }
    return lower..<max(lower, upper)
  }

  /// The last replacement whose output begins at an offset for which `precedes` is true, as for all before it.
  private func last(where precedes: (Int) -> Bool) -> (source: Range<Int>, output: Range<Int>)? {
    let end = edits.partitioningIndex { !precedes($0.output.lowerBound) }
    return end > 0 ? edits[end - 1] : nil
  }
}
