/// Recognises emoticons in raw tweets.
///
/// All that it knows is removed by the profile `standard` of `TweetText`, so that no trace of a label is
/// left. Of the faces removed there, those are unknown here that stand in tweets of both moods or in other
/// uses: `:P`, `:v`, `:o`, `:s`, `:|`, `xD`, faces with spaces in them (`nota: (esto)`), `):` behind a word
/// (`Paz (Madrid): hola`).
struct EmoticonScanner {
  private let emoticons: DistantLabel.Emoticons

  init(_ emoticons: DistantLabel.Emoticons) {
    self.emoticons = emoticons
  }

  /// The mood of the emoticon that begins, or has its eyes, at `offset`; nil if there is none.
  func mood(at offset: Int, in text: Span<UInt8>) -> Moods? {
    switch emoticons {
    case .basic: basicMood(at: offset, in: text)
    case .all: anyMood(at: offset, in: text)
    }
  }

  /// `:)` `:-)` `:(` `:-(`
  private func basicMood(at offset: Int, in text: Span<UInt8>) -> Moods? {
    guard text[offset] == UInt8(ascii: ":") else { return nil }
    let mouth = text.byte(at: offset + 1) == UInt8(ascii: "-") ? offset + 2 : offset + 1
    switch text.byte(at: mouth) {
    case UInt8(ascii: ")"): return .positive
    case UInt8(ascii: "("): return .negative
    default: return nil
    }
  }

  private func anyMood(at offset: Int, in text: Span<UInt8>) -> Moods? {
    switch text[offset] {
    case UInt8(ascii: ":"), UInt8(ascii: "="): return faceMood(at: offset, in: text)
    case UInt8(ascii: ";"):
      if text.isTearfulFace(at: offset) { return .negative }
      return text.endsCharacterReference(at: offset) ? nil : faceMood(at: offset, in: text)
    case UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: "D"): return reversedMood(at: offset, in: text)
    case UInt8(ascii: "<"): return heartMood(after: offset + 1, in: text)
    case UInt8(ascii: "&"): return text.has("&lt;", at: offset) ? heartMood(after: offset + 4, in: text) : nil
    case UInt8(ascii: "^"): return text.isCaretFace(at: offset) ? .positive : nil
    case UInt8(ascii: "T"): return text.isWeepingFace(at: offset) ? .negative : nil
    case UInt8(ascii: "\\"): return text.has("\\o/", at: offset) ? .positive : nil
    default: return nil
    }
  }

  /// Eyes, at most two noses or tears, and a mouth: `:)`, `=D`, `;-)`, `:'(`, `:3`, `:c`.
  private func faceMood(at eyes: Int, in text: Span<UInt8>) -> Moods? {
    let mouth = text.endOfNoses(from: eyes + 1, atMost: 2)
    guard let byte = text.byte(at: mouth) else { return nil }
    switch byte {
    case UInt8(ascii: ")"): return .positive
    case UInt8(ascii: "("): return .negative
    case UInt8(ascii: "D"): return text.endsFace(mouth: mouth) ? .positive : nil
    default:
      guard text[eyes] == UInt8(ascii: ":"), text.endsFace(mouth: mouth) else { return nil }
      return colonMood(at: eyes, mouth: mouth, in: text)
    }
  }

  /// Faces whose eyes must be a colon: `:]`, `:3`, `:-*`, `:c`, `:'/`.
  private func colonMood(at eyes: Int, mouth: Int, in text: Span<UInt8>) -> Moods? {
    switch text[mouth] {
    case UInt8(ascii: "]"), UInt8(ascii: "}"): return .positive
    case UInt8(ascii: "["), UInt8(ascii: "{"), UInt8(ascii: "c"), UInt8(ascii: "C"): return .negative
    case UInt8(ascii: "3"): return text.isDigit(at: eyes - 1) ? nil : .positive
    case UInt8(ascii: "*"):
      // Behind a word it ends what is written *in bold:*.
      return text.endsWord(before: eyes) || text.hasTwoNoses(from: eyes, to: mouth) ? nil : .positive
    case UInt8(ascii: "/"), UInt8(ascii: "\\"):
      let isLink = text.byte(at: mouth + 1) == UInt8(ascii: "/") || text.isLinkScheme(before: eyes)
      return isLink || text.hasTwoNoses(from: eyes, to: mouth) ? nil : .negative
    default: return nil
    }
  }

  /// A mouth that stands alone, perhaps a nose, and eyes: `(:`, `(-:`, `):`, `D:`, `D':`.
  private func reversedMood(at mouth: Int, in text: Span<UInt8>) -> Moods? {
    let isLetter = text[mouth] == UInt8(ascii: "D")
    let nose = text.byte(at: mouth + 1)
    let hasNose = nose == UInt8(ascii: "'") || nose == UInt8(ascii: "-") && !isLetter
    let eyes = hasNose ? mouth + 2 : mouth + 1
    let areEyes =
      text.byte(at: eyes) == UInt8(ascii: ":") || text.byte(at: eyes) == UInt8(ascii: "=") && !isLetter
    guard text.isSpace(at: mouth - 1), areEyes, text.isSpace(at: eyes + 1) else { return nil }
    return text[mouth] == UInt8(ascii: "(") ? .positive : .negative
  }

  /// What follows `<` in `<3`, `<333`, `</3`.
  private func heartMood(after offset: Int, in text: Span<UInt8>) -> Moods? {
    let stroke = text.byte(at: offset)
    let isBroken = stroke == UInt8(ascii: "/") || stroke == UInt8(ascii: "\\")
    let three = isBroken ? offset + 1 : offset
    guard text.byte(at: three) == UInt8(ascii: "3"), text.endsFace(mouth: three) else { return nil }
    return isBroken ? .negative : .positive
  }
}
