import AWDLSTM
import Testing

@Suite("What config.json says of how a model was judged")
struct JudgedConfigurationTests {
  private static let corpora = ["tweets of mine.jsonl", "«other» (test)"].map { name in
    JudgedCorpus(
      name: name,
      rows: [
        JudgedCorpus.Row(
          texts: 30, answers: [25, 5], mean: [0.75, 0.25], covariance: [0.04, -0.04, 0.04]),
        JudgedCorpus.Row(
          texts: 400, answers: [100, 300], mean: [0.312_345, 0.687_655],
          covariance: [0.051_234, -0.051_234, 0.051_234]),
      ])
  }

  @Test("What was written is read; the rest of the file stays as it was, to the byte")
  func writtenAndRead() throws {
    var text = try ModelText()
    let before = Array(text.configuration.utf8)
    #expect(try text.model().judged.isEmpty)
    let after = try Self.judged(before, by: Self.corpora)
    text.configuration = String(decoding: after, as: UTF8.self)
    let model = try text.model()
    #expect(model.judged == Self.corpora)
    #expect(model.judged[0].rows[1].covarianceMatrix == [[0.051_234, -0.051_234], [-0.051_234, 0.051_234]])
    #expect(JudgedCorpus.withoutJudged(after) == before)
    // Judged again, only the last judgement counts.
    #expect(try Self.judged(after, by: [Self.corpora[1]]) == Self.judged(before, by: [Self.corpora[1]]))
    #expect(try Self.judged(after, by: []) == before)
  }

  @Test("It is found wherever it stands, and nothing else is taken for it")
  func found() {
    func without(_ text: String) -> String {
      String(decoding: JudgedCorpus.withoutJudged(Array(text.utf8)), as: UTF8.self)
    }
    #expect(without(#"{"judged": [], "a": 1}"#) == #"{"a": 1}"#)
    #expect(
      without(#"{"a": {"judged": 1} , "judged" : [{"b":"}"}] , "c": 2}"#) == #"{"a": {"judged": 1} , "c": 2}"#
    )
    #expect(without(#"{"judged": 1}"#) == "{}")
    for text in [#"{"a": "judged"}"#, "[]", "{", "", #"["judged"]"#] { #expect(without(text) == text) }
  }

  @Test(
    "What does not fit the model or itself is refused in words that say what is wrong",
    arguments: [
      (#""label":"negative""#, #""label":"sad""#, "judged, labels, label: expected \"negative\""),
      (#""texts":30"#, #""texts":31"#, "answers: expected 31 in all, as texts says"),
      (#""texts":30"#, #""texts":3"#, "texts: expected a whole number from 20"),
      (#""answers":[25,5]"#, #""answers":[25]"#, "answers: expected 2 to 2 elements, found 1"),
      ("0.750000", "0.850000", "mean: expected numbers that add up to 1"),
      ("0.750000", "1.750000", "mean: expected numbers from 0.0 to 1.0"),
      ("[0.040000,", "[0.540000,", "covariance: expected numbers from -0.25 to 0.25"),
      ("[0.040000,", "[", "covariance: expected 3 to 3 elements, found 2"),
      (#""corpus": "tweets of mine.jsonl""#, #""corpus": """#, "corpus: expected a text of 1 to 64 bytes"),
      (#""judged": ["#, #""judged": [1, "#, "judged: expected"),
    ])
  func damaged(part: String, replacement: String, message: String) throws {
    var text = try ModelText()
    let judged = try Self.judged(Array(text.configuration.utf8), by: Self.corpora)
    text.configuration = String(decoding: judged, as: UTF8.self).replacingFirst(part, with: replacement)
    let error = #expect(throws: ModelError.self) { try text.model() }
    let description = try #require(error).description
    #expect(description.hasPrefix("config.json: "))
    #expect(description.contains(message), "\(description)")
  }

  private static func judged(_ configuration: [UInt8], by corpora: [JudgedCorpus]) throws -> [UInt8] {
    try JudgedCorpus.configuration(
      ModelFile(name: "config.json", bytes: configuration), of: ["negative", "positive"], judgedBy: corpora)
  }
}
