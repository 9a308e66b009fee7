import Testing
import TweetText

/// Tests of what profile `standard-2` does beyond `standard`.
@Suite("Profile standard-2")
struct SecondStandardTests {
  private static let vocabulary = Result {
    let special = ["xxunk", "xxpad", "xxbos", "xxeos", "xxfld", "xxmaj", "xxup", "xxrep", "xxwrep"]
    let words = [
      "de", "que", "la", "y", "feliz", "lunes", "asco", "cumpleaños", "maldito", "hashtag", "mos", "desayuna",
      "añonuevo",
    ]
    return try Vocabulary(lines: Array((special + words).joined(separator: "\n").utf8).span)
  }

  private func cleaned(_ text: String, _ profile: CleaningProfile = .standard2) throws -> String {
    var output: [UInt8] = []
    let cleaner = Cleaner(profile, vocabulary: try Self.vocabulary.get())
    cleaner.clean(Array(text.utf8).span, appendingTo: &output)
    let first = output
    var workspace = CleaningWorkspace()
    output.removeAll()
    cleaner.clean(first.span, using: &workspace, appendingTo: &output)
    #expect(output == first, "cleaning what is clean changes nothing")
    return String(decoding: output, as: UTF8.self)
  }

  @Test(
    "divides hashtags in small letters into words of the vocabulary",
    arguments: [
      ("#queasco", "que asco"), ("#felizcumpleaños!", "feliz cumpleaños!"),
      ("a #MALDITOLUNES b", "a MALDITO LUNES b"),
      ("#Felizlunes #FelizLunes", "Feliz lunes Feliz Lunes"), ("#lunesyasco", "lunes y asco"),
      ("#felizcumplean\u{303}os", "feliz cumpleaños"), ("#feliz_malditolunes", "feliz maldito lunes"),
    ])
  func divides(tweet: String, words: String) throws {
    #expect(try cleaned(tweet) == words)
  }

  @Test(
    "leaves whole what is a word, what it does not know, and what is no hashtag",
    arguments: [
      ("#hashtag", "hashtag"), ("#añonuevo", "añonuevo"), ("#desconocido", "desconocido"),
      ("queasco", "queasco"),
      ("#lunes2020", "lunes 2020"), ("#laque", "la que"), ("#quex", "quex"),
    ])
  func leavesWhole(tweet: String, words: String) throws {
    #expect(try cleaned(tweet) == words)
  }

  @Test(
    "makes laughter of any length one word",
    arguments: [
      ("jajaja qué risa", "jaja qué risa"), ("jajajajajajaja", "jaja"), ("JAJSJAJSJAJAJA", "JAJA"),
      ("JAJAJ!", "JAJA!"),
      ("Jejeje", "Jeje"), ("jijijiji jojojo", "jiji jojo"), ("jajajaaaaa", "jaja"), ("jájájá", "jaja"),
      ("hahaha", "haha"),
      ("ajajaja", "jaja"), ("jsjsjsjs", "jaja"), ("jkajskja", "jaja"),
    ])
  func laughs(tweet: String, laugh: String) throws {
    #expect(try cleaned(tweet) == laugh)
  }

  @Test(
    "keeps words that only look like laughter",
    arguments: ["ojo", "jaj", "jojoba", "hijo", "aja", "Jaén", "hoja", "José", "jaleo", "judías", "hechas"])
  func keepsWords(word: String) throws {
    #expect(try cleaned(word) == word)
  }

  @Test("changes nothing of profile standard, nor without a vocabulary")
  func others() throws {
    #expect(try cleaned("#queasco jajajaja", .standard) == "queasco jajajaja")
    var output: [UInt8] = []
    Cleaner(.standard2).clean("#queasco".utf8.span, appendingTo: &output)
    #expect(String(decoding: output, as: UTF8.self) == "queasco")
  }

  @Test("tells letters from all else")
  func letters() {
    for (text, holds) in [
      ("a", true), ("ñ", true), ("12 : ½ _ !¿", false), ("", false), ("2 x", true), ("日", true),
    ] {
      #expect(Cleaner.holdsLetters(Array(text.utf8).span) == holds, "\(text)")
    }
  }
}
