import Testing

@testable import Tweets

@Suite struct ScannedObjectTests {
  private func text(of line: String, keys: [String] = ["text", "full_text"]) throws(Rejection) -> String {
    let bytes = Array(line.utf8)
    let object = try ScannedObject(scanning: bytes.span, names: TweetNames(texts: keys))
    return String(decoding: bytes[object.text], as: UTF8.self)
  }

  @Test("The first of the keys wins, wherever it stands")
  func prefersFirstKey() throws {
    #expect(try text(of: #"{"full_text":"b","text":"a"}"#) == "a")
    #expect(try text(of: #"{"full_text":"b"}"#) == "b")
  }

  @Test("An object's own text goes before the one in data")
  func prefersOwnText() throws {
    #expect(try text(of: #"{"data":{"text":"in"},"full_text":"out"}"#) == "out")
    #expect(try text(of: #"{"data":{"text":"in"}}"#) == "in")
  }

  @Test("A text deeper down is not the text")
  func ignoresDeeperText() {
    #expect(throws: Rejection.self) { try text(of: #"{"user":{"text":"no"},"a":[{"text":"no"}]}"#) }
    #expect(throws: Rejection.self) { try text(of: #"{"data":{"data":{"text":"no"}}}"#) }
  }

  @Test("A null under one key lets the next one speak")
  func skipsNull() throws {
    #expect(try text(of: #"{"text":null,"full_text":"b"}"#) == "b")
  }

  @Test("Of two equal keys the last counts, and it is said")
  func flagsDuplicates() throws {
    let line = Array(#"{"text":"a","text":"b"}"#.utf8)
    let object = try ScannedObject(scanning: line.span, names: TweetNames(texts: ["text"]))
    #expect(String(decoding: line[object.text], as: UTF8.self) == "b")
    #expect(object.hasDuplicateKey)
  }

  @Test("Different names are no duplicates, however many there are")
  func tellsNamesApart() throws {
    let keys = (1...40).map { "k\($0)" }
    let line = Array(("{" + keys.map { "\"\($0)\":\"a\"" }.joined(separator: ",") + "}").utf8)
    for names in [TweetNames(texts: keys), TweetNames(texts: ["k1"], ids: keys)] {
      let object = try ScannedObject(scanning: line.span, names: names)
      #expect(!object.hasDuplicateKey)
    }
  }

  @Test(
    "Of equal members on a path the last with a value counts as well, and it is said where there are several",
    arguments: [
      (#"{"a":{"b":"1"},"a":{"b":"2"}}"#, true), (#"{"a":{"b":"1","b":"2"},"b":"3"}"#, true),
      (#"{"a":{"b":"1"},"a":{"b":"2"},"a":{"b":null},"a":0}"#, true),
      (#"{"a":{"c":{"b":"1"}},"a":{"b":"2"}}"#, false),
    ])
  func followsPaths(_ object: String, _ isRepeated: Bool) throws {
    let line = Array(object.utf8)
    let found = try ScannedObject(scanning: line.span, names: TweetNames(texts: ["a.b"]))
    #expect(String(decoding: line[found.text], as: UTF8.self) == "2")
    #expect(found.hasDuplicateKey == isRepeated)
  }

  @Test("A name may be of any length: forms have whole questions for names")
  func findsLongNames() throws {
    let question = "¿Qué te ha parecido el servicio de atención al cliente en tu última visita?"
    #expect(try text(of: "{\"\(question)\":\"a\"}", keys: [question]) == "a")
  }

  @Test("The id's own bytes are found")
  func findsID() throws {
    let line = Array(#"{"id_str":"12345678901234567890","id": 12345678901234567890 ,"text":"a"}"#.utf8)
    let object = try ScannedObject(scanning: line.span, names: TweetNames(texts: ["text"]))
    #expect(object.id.map { String(decoding: line[$0], as: UTF8.self) } == "12345678901234567890")
    #expect(!object.hasDuplicateKey)
  }

  @Test("Reasons are told apart")
  func tellsReasonsApart() {
    func reason(_ line: String) -> Rejection.Reason? {
      do { _ = try text(of: line) } catch { return error.reason }
      return nil
    }
    #expect(reason("{\"text\":5}") == .textNotString)
    #expect(reason("{\"a\":5}") == .noText)
    #expect(reason("[]") == .notObject)
    #expect(reason("7") == .notObject)
    #expect(reason("{") == .badJSON)
  }
}
