import AWDLSTM
import Testing

@Suite("Damaged config.json and vocab.txt")
struct DamagedConfigurationTests {
  @Test(
    "A damaged configuration is refused in words that say what is wrong",
    arguments: [
      (
        "awd-lstm-classifier", "transformer",
        "architecture: expected 'awd-lstm-classifier' or 'awd-lstm-language-model', found 'transformer'"
      ),
      (
        "\"vocabulary_size\": 2", "\"vocabulary_size\": 0",
        "vocabulary_size: expected a whole number from 1 to 4194304"
      ),
      ("\"vocabulary_size\": 2", "\"vocabulary_size\": 4194305", "vocabulary_size"),
      ("\"vocabulary_size\": 2", "\"vocabulary_size\": 1e0", "vocabulary_size"),
      ("\"vocabulary_size\": 2", "\"vocabulary_size\": \"2\"", "vocabulary_size"),
      ("\"vocabulary_size\": 2", "\"vocabulary_size\": null", "found null"),
      ("\"vocabulary_size\": 2,", "", "vocabulary_size: expected this key, found none"),
      ("\"embedding_size\": 1", "\"embedding_size\": 16385", "embedding_size"),
      ("\"hidden_size\": 1", "\"hidden_size\": -1", "hidden_size"),
      ("\"hidden_size\": 1", "\"hidden_size\": 99999999999999999999", "hidden_size"),
      ("\"layers\": 1", "\"layers\": 0", "layers: expected a whole number from 1 to 8, found '0'"),
      ("\"layers\": 1", "\"layers\": 9", "layers"),
      ("\"pad_id\": 1", "\"pad_id\": 2", "pad_id: expected a whole number from 0 to 1"),
      ("\"max_tokens\": 72", "\"max_tokens\": 0", "max_tokens"),
      ("1e-05", "-1", "batch_norm_epsilon"),
      ("1e-05", "1e999", "batch_norm_epsilon"),
      ("{", "{\"temperature\": 0.04,", "temperature: expected a number from 0.05 to 20.0, found '0.04'"),
      ("{", "{\"temperature\": 20.1,", "temperature"),
      ("{", "{\"temperature\": null,", "temperature"),
      ("{", "{\"temperature\": 1e999,", "temperature"),
      ("\"standard\"", "\"\"", "cleaning: expected a text of 1 to 64 bytes"),
      ("\"standard\"", "\"a\\nb\"", "cleaning"),
      ("\"standard\"", "\"a\tb\"", "byte"),
      ("\"negative\"", "\"positive\"", "labels: expected different texts"),
      ("\"negative\",", "", "labels: expected 2 to 64 elements, found 1"),
      ("\"negative\"", "[]", "labels"),
      ("  3,", "  4,", "head_sizes: expected 3 (three times embedding_size), …, 2 (the number of labels)"),
      ("  3,", "", "head_sizes: expected 2 to 8 elements, found 1"),
      ("\"layers\": 1", "\"layers\": 1, \"layers\": 1", "expected each key once, found 'layers' again"),
      ("{", "[", "byte"),
      ("{", "", "byte"),
      ("{", "\u{FEFF}{", "byte 0"),
      ("\"standard\"", String(repeating: "[", count: 200_000), "at most 8 levels"),
      ("\"standard\"", "\"" + String(repeating: "a", count: 2_000_000) + "\"", "at most 1048576 bytes"),
    ])
  func damagedConfiguration(part: String, replacement: String, message: String) throws {
    var text = try ModelText()
    text.configuration = text.configuration.replacingFirst(part, with: replacement)
    let error = #expect(throws: ModelError.self) { try text.model() }
    let description = try #require(error).description
    #expect(description.hasPrefix("config.json: "))
    #expect(description.contains(message), "\(description)")
    #expect(description.utf8.count < 1_000)
  }

  @Test("A configuration cut short at any byte is refused")
  func truncated() throws {
    var text = try ModelText()
    let whole = text.configuration
    for length in 0..<whole.count - 1 {
      text.configuration = String(whole.prefix(length))
      #expect(throws: ModelError.self, "cut to \(length) bytes") { try text.model() }
    }
  }

  @Test("Keys that are not known are left alone")
  func unknownKey() throws {
    var text = try ModelText()
    text.configuration = text.configuration.replacingFirst("{", with: "{\"trained_by\": {\"a\": [1, true]}, ")
    _ = try text.model()
  }

  @Test("A configuration without a temperature has 1, and else what it says")
  func temperature() throws {
    var text = try ModelText()
    #expect(try text.model().architecture.temperature == 1)
    text.configuration = text.configuration.replacingFirst("{", with: "{\"temperature\": 1.75, ")
    #expect(try text.model().architecture.temperature == 1.75)
  }

  @Test(
    "A vocabulary of another length is refused",
    arguments: [("", 0), ("xxunk", 1), ("xxunk\n", 1), ("xxunk\nxxpad\nde\n", 3), ("xxunk\nxxpad\n\n", 3)])
  func vocabularyLength(vocabulary: String, lines: Int) throws {
    var text = try ModelText()
    text.vocabulary = vocabulary
    let error = #expect(throws: ModelError.self) { try text.model() }
    #expect(error?.file == "vocab.txt")
    #expect(error?.found == "\(lines)")
  }

  @Test("The last line of a vocabulary may end without a line feed")
  func vocabularyWithoutLastLineFeed() throws {
    var text = try ModelText()
    text.vocabulary = "xxunk\nxxpad"
    _ = try text.model()
  }
}
