import Testing
import TweetText

@Suite("Tokenizer")
struct TokenizerTests {
  private let tokenizer: Tokenizer

  init() throws {
    let lines = VocabularyTests.specials + "hola\nmundo\n!\nno\n4\n3\na\nhol\n"
    tokenizer = Tokenizer(vocabulary: try Vocabulary(lines: lines.utf8.span))
  }

  private func ids(_ text: String, limit: Int = 72) -> (ids: [Int32], isTruncated: Bool) {
    var workspace = TokenizerWorkspace()
    var ids: [Int32] = []
    let isTruncated = tokenizer.tokenize(text.utf8.span, limit: limit, using: &workspace, appendingTo: &ids)
    return (ids, isTruncated)
  }

  @Test("gives the tokens that Python gives")
  func agreesWithPython() throws {
    let rows = try Golden.rows(of: "text-tokens.tsv")
    #expect(rows.count > 110)
    for row in rows {
      let tokens = Tokenizer.tokens(of: row.input).joined(separator: " ")
      #expect(Array(tokens.utf8) == Array(row.expected.utf8), "\(row)")
    }
  }

  @Test("gives the ids of its tokens")
  func givesIds() {
    #expect(ids("Hola MUNDO!").ids == [2, 5, 9, 6, 10, 11])
    #expect(ids("holaaaa no no no").ids == [2, 16, 7, 13, 15, 8, 14, 12])
  }

  @Test("a word that the vocabulary does not have is xxunk")
  func unknownWords() {
    #expect(ids("hola marte").ids == [2, 9, 0])
  }

  @Test("no text is xxbos alone")
  func noText() {
    #expect(ids("").ids == [2])
    #expect(ids("").isTruncated == false)
  }

  @Test("cuts off at the limit and says so", arguments: 0...6)
  func cutsOff(limit: Int) {
    let all: [Int32] = [2, 5, 9, 6, 10, 11]
    let (ids, isTruncated) = ids("Hola MUNDO!", limit: limit)
    #expect(ids == Array(all.prefix(limit)))
    #expect(isTruncated == (limit < all.count))
  }

  @Test("appends to what is there already, and counts the limit from there")
  func appends() {
    var workspace = TokenizerWorkspace()
    var ids: [Int32] = [100, 101]
    _ = tokenizer.tokenize("hola mundo".utf8.span, limit: 2, using: &workspace, appendingTo: &ids)
    #expect(ids == [100, 101, 2, 9])
  }

  @Test("a used workspace changes nothing")
  func usedWorkspace() {
    var workspace = TokenizerWorkspace()
    var ids: [Int32] = []
    _ = tokenizer.tokenize("&lt;3 aaaaaa no no no".utf8.span, limit: 72, using: &workspace, appendingTo: &ids)
    ids.removeAll()
    _ = tokenizer.tokenize("hola".utf8.span, limit: 72, using: &workspace, appendingTo: &ids)
    #expect(ids == [2, 9])
  }

  @Test(
    "ends on long hostile text, within the limit",
    arguments: ["a", "a ", "a b ", "no no ", " ", ".", "🙂", "&amp;", "&", "'a", "aaaa ", "x\u{301}", "Σ"])
  func endsOnLongText(piece: String) {
    let (ids, _) = ids(String(repeating: piece, count: 60_000 / piece.utf8.count), limit: 72)
    #expect(ids.count <= 72)
  }
}
