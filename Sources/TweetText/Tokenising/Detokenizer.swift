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

  private var letterCase = WordCase.plain
  private var repetition: Repetition?
  /// Whether no space stands before the next word.
  private var isGlued = true
  private var isInQuotes = false
  /// The last token, if it was a number, and a sign behind it that may be part of it.
  private var number: (isNumber: Bool, sign: Bool) = (false, false)

  /// How the next word is spelt.
  private enum WordCase { case plain, capitalised, uppercase }

  /// A count is expected, then a character or a word.
  private struct Repetition {
    let isWord: Bool
    var count: Int?
  }

  /// - Parameter glued: whether the first word stands without a space before it, as nothing precedes it; otherwise a
  ///   space or, at the beginning of a tweet, a line feed precedes it.
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
    case .capitalised: letterCase = .capitalised
    case .uppercase: letterCase = .uppercase
    case .repeatedCharacter: repetition = Repetition(isWord: false)
    case .repeatedWord: repetition = Repetition(isWord: true)
    case .padding, .end, .field: break
    case .unknown, nil: addWord(token)
    }
  }

  private mutating func beginLine() {
    // With a word not glued, there is a text before this one whose line ends here.
    if !text.isEmpty || !isGlued { text += "\n" }
    (letterCase, repetition, isGlued, isInQuotes) = (.plain, nil, true, false)
    number = (false, false)
  }

  private mutating func addWord(_ token: String) {
    if let repetition, repetition.count == nil, let count = Int(token), (1...Self.longestRun).contains(count)
    {
      self.repetition?.count = count
      return
    }
    let word: String =
      switch letterCase {
      case .plain: token
      case .capitalised: token.prefix(1).uppercased() + token.dropFirst()
      case .uppercase: token.uppercased()
      }
    let (count, isWord) = (repetition?.count ?? 1, repetition?.isWord ?? true)
    (letterCase, repetition) = (.plain, nil)
    guard !isWord else {
      for _ in 0..<count { write(word) }
      return
    }
    let isLetter = word.unicodeScalars.allSatisfy { $0.properties.isAlphabetic }
    if isLetter, count > 1, let last = text.last, last.isLetter { isGlued = true }
    write(String(repeating: word, count: count))
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
