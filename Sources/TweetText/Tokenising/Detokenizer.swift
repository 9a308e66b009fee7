/// Turns tokens back into a text as people write it.
///
/// `xxmaj`, `xxup`, `xxrep` and `xxwrep` do to the words behind them what their names say; punctuation stands where
/// Spanish has it; `xxbos` begins a line. What tokenising loses does not come back: spaces around punctuation, and
/// whether a run of letters belongs to the word before it (which is assumed).
///
/// ```swift
/// Detokenizer.text(of: ["xxbos", "¿", "xxmaj", "qué", "tal", "?"])   // ¿Qué tal?
/// ```
package struct Detokenizer {
  /// What has been written.
  package private(set) var text = ""

  private var spelling = Spelling.plain
  /// Whether no space stands before the next word.
  private var isGlued = true
  private var isInQuotes = false
  /// The last token, if it was a number, and a sign behind it that may be part of it.
  private var number: (isNumber: Bool, sign: Bool) = (false, false)

  /// How the next word is spelt.
  private enum Spelling: Equatable {
    case plain, capitalised, uppercase
    /// A count is expected, then a character or a word.
    case repeated(isWord: Bool, count: Int?)
  }

  /// - Parameter glued: whether the first word stands without a space before it.
  package init(glued: Bool = true) { isGlued = glued }

  /// The text of some tokens.
  package static func text(of tokens: [String]) -> String {
    var detokenizer = Detokenizer()
    for token in tokens { detokenizer.add(token) }
    return detokenizer.text
  }

  /// Adds a token.
  package mutating func add(_ token: String) {
    switch SpecialToken.allCases.first(where: { $0.text == token }) {
    case .beginning: beginLine()
    case .capitalised: spelling = .capitalised
    case .uppercase: spelling = .uppercase
    case .repeatedCharacter: spelling = .repeated(isWord: false, count: nil)
    case .repeatedWord: spelling = .repeated(isWord: true, count: nil)
    case .padding, .end, .field: break
    case .unknown, nil: addWord(token)
    }
  }

  private mutating func beginLine() {
    if !text.isEmpty { text += "\n" }
    (spelling, isGlued, isInQuotes, number) = (.plain, true, false, (false, false))
  }

  private mutating func addWord(_ token: String) {
    switch spelling {
    case .plain: write(token)
    case .capitalised: write(token.prefix(1).uppercased() + token.dropFirst())
    case .uppercase: write(token.uppercased())
    case .repeated(let isWord, nil):
      guard let count = Int(token), (1...Self.longestRun).contains(count) else { return write(token) }
      spelling = .repeated(isWord: isWord, count: count)
      return
    case .repeated(true, let count?):
      for _ in 0..<count { write(token) }
    case .repeated(false, let count?):
      let isLetter = token.unicodeScalars.allSatisfy { $0.properties.isAlphabetic }
      if isLetter, let last = text.last, last.isLetter { isGlued = true }
      write(String(repeating: token, count: count))
    }
    spelling = .plain
  }

  /// Writes a word or sign, with a space before it where one belongs.
  private mutating func write(_ word: String) {
    let isNumber = word.allSatisfy(\.isNumber)
    let isInsideNumber = number.sign && isNumber
    let sign = word.first ?? " "
    let isClosing = Self.closing.contains(sign) || sign == "\"" && isInQuotes
    if !isGlued, !isClosing, !isInsideNumber { text += " " }
    text += word
    if sign == "\"" { isInQuotes.toggle() }
    isGlued = Self.opening.contains(sign) || sign == "\"" && isInQuotes
    number = (isNumber, number.isNumber && word.count == 1 && ":.,".contains(sign))
  }

  private static let closing: Set<Character> = [
    ",", ".", ";", ":", "!", "?", ")", "]", "}", "…", "%", "»", "”", "’",
  ]
  private static let opening: Set<Character> = ["¿", "¡", "(", "[", "{", "«", "“", "#", "@", "$"]
  private static let longestRun = 280
}
