import Testing
import TweetText

@Suite("Vocabulary")
struct VocabularyTests {
  static let specials = SpecialToken.allCases.map(\.text).joined(separator: "\n") + "\n"

  private func vocabulary(_ lines: String) throws -> Vocabulary { try Vocabulary(lines: lines.utf8.span) }

  @Test("numbers the lines from 0")
  func numbersLines() throws {
    let vocabulary = try vocabulary(Self.specials + "hola\nñu\n")
    #expect(vocabulary.count == 11)
    #expect(vocabulary.id(of: "xxunk".utf8.span) == 0)
    #expect(vocabulary.id(of: "hola".utf8.span) == 9)
    #expect(vocabulary.id(of: "ñu".utf8.span) == 10)
    #expect(vocabulary.token(10) == "ñu")
  }

  @Test("does not know other words")
  func unknownWords() throws {
    let vocabulary = try vocabulary(Self.specials + "hola")
    for word in ["", "hol", "holas", "Hola", "\n"] { #expect(vocabulary.id(of: word.utf8.span) == nil) }
  }

  @Test("finds every one of many words")
  func manyWords() throws {
    let words = (0..<5000).map { "palabra\($0)" }
    let vocabulary = try vocabulary(Self.specials + words.joined(separator: "\n"))
    for (position, word) in words.enumerated() {
      #expect(vocabulary.id(of: word.utf8.span) == Int32(position + 9))
    }
  }

  @Test("the special tokens have the ids of their order")
  func specialTokens() throws {
    let vocabulary = try vocabulary(Self.specials)
    for special in SpecialToken.allCases {
      #expect(vocabulary.id(of: special.text.utf8.span) == special.rawValue)
    }
  }

  @Test("refuses nothing at all")
  func refusesEmpty() {
    #expect(throws: VocabularyError.empty) { try vocabulary("") }
  }

  @Test("refuses bytes that are not UTF-8")
  func refusesInvalidBytes() {
    let bytes = Array("xxunk\n".utf8) + [0xFF]
    #expect(throws: VocabularyError.notUTF8(byteOffset: 6)) { try Vocabulary(lines: bytes.span) }
  }

  @Test("refuses a repeated token and says where")
  func refusesDuplicates() {
    #expect(throws: VocabularyError.duplicateToken(line: 12)) {
      try vocabulary(Self.specials + "hola\nadiós\nhola\n")
    }
  }

  @Test("refuses an empty line and says where")
  func refusesEmptyLines() {
    #expect(throws: VocabularyError.emptyToken(line: 11)) {
      try vocabulary(Self.specials + "hola\n\nadiós\n")
    }
  }

  @Test("refuses special tokens out of their place and says which")
  func refusesMisplacedSpecialTokens() {
    #expect(throws: VocabularyError.missingSpecialToken(line: 2, expected: .padding)) {
      try vocabulary("xxunk\nxxbos\nxxpad\n")
    }
    #expect(throws: VocabularyError.missingSpecialToken(line: 3, expected: .beginning)) {
      try vocabulary("xxunk\nxxpad\n")
    }
  }

  @Test("refuses the ends of lines and the mark at the beginning that editors on Windows write, and says so")
  func refusesWindowsFiles() {
    let windows = Self.specials.replacing("\n", with: "\r\n")
    #expect(throws: VocabularyError.carriageReturn(line: 1)) { try vocabulary(windows + "hola\r\n") }
    #expect(throws: VocabularyError.carriageReturn(line: 2)) { try vocabulary("xxunk\nxxpad\r\nxxbos\n") }
    #expect(throws: VocabularyError.byteOrderMark) { try vocabulary("\u{FEFF}" + Self.specials) }
    #expect(throws: VocabularyError.byteOrderMark) { try vocabulary("\u{FEFF}" + windows) }
  }

  @Test("says in words what is wrong")
  func descriptions() {
    #expect(
      VocabularyError.missingSpecialToken(line: 2, expected: .padding).description
        == "line 2 of the vocabulary must be xxpad")
  }
}
