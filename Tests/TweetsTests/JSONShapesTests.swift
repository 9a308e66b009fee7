import SystemPackage
import TestSupport
import Testing

@testable import Tweets

@Suite("JSON in the shapes that exist") struct JSONShapesTests {
  private let folder: TemporaryDirectory
  private let path: FilePath

  init() throws {
    folder = try TemporaryDirectory()
    path = FilePath(folder.path).appending("input")
  }

  /// What was read of a line: its text, or why it was rejected; where it was; where to go on after it.
  private struct Answer: Equatable {
    var text: String
    var line: Int
    var offset: Int
    var end: InputPosition
  }

  /// Reads `json`, `lines` records at a time.
  private func read(
    _ json: String, name: String = "a.json", from start: InputPosition? = nil, lines: Int = 1,
    _ change: (inout ReadingOptions) -> Void = { _ in }
  ) throws -> [Answer] {
    try folder.write(json, to: "input")
    let descriptor = try FileDescriptor.open(path, .readOnly)
    defer { try? descriptor.close() }
    var options = ReadingOptions()
    change(&options)
    let locator = TweetLocator(options: options)
    var reader = RecordReader(descriptor, name: name, input: 0, options: options, from: start)
    var answers: [Answer] = []
    var outcome = RecordReader.Outcome.full
    while outcome != .ended {
      var chunk = Chunk()
      outcome = try reader.read(into: &chunk, upTo: ChunkLimit(lines: lines))
      for line in chunk.lines {
        var text: [UInt8] = []
        do {
          _ = try locator.locate(line, as: .object, in: &chunk.bytes, appendingTextTo: &text)
        } catch {
          text = Array(error.reason.rawValue.utf8)
        }
        answers.append(
          Answer(
            text: String(decoding: text, as: UTF8.self), line: line.number, offset: line.offset,
            end: reader.position))
      }
    }
    #expect(reader.position.offset == json.utf8.count)
    return answers
  }

  /// The same two or three tweets in all shapes.
  static let shapes = [
    "{\"text\":\"uno\"}\n{\"text\":\"dos\"}\n\n{\"text\":\"tres\"}",
    "{\"text\":\"uno\"}\r\n{\"text\":\"dos\"}\r\n{\"text\":\"tres\"}\r\n",
    "{\"text\":\"uno\"}\r{\"text\":\"dos\"}\r\r{\"text\":\"tres\"}\r",
    "[{\"text\":\"uno\"},{\"text\":\"dos\"} , {\"text\":\"tres\"}]",
    "[\n{\"text\":\"uno\"},\n{\"text\":\"dos\"},\n{\"text\":\"tres\"}\n]\n",
    "[\n  {\n    \"text\": \"uno\"\n  },\n  {\n    \"text\": \"dos\"\n  },\n  {\n    \"text\": \"tres\"\n  }\n]\n",
    "[{\n  \"text\": \"uno\"\n}, {\n  \"text\": \"dos\"\n}, {\n  \"text\": \"tres\"\n}]\n",
    "{\n  \"x\": [\n    {\n      \"text\": \"no\"\n    }\n  ],\n  \"text\": \"uno\"\n}\n"
      + "{\n  \"text\": \"dos\"\n}\n{\"text\":\"tres\"}",
    "{\n\"x\":[\n{\n\"text\":\"no\"\n}\n],\n\"text\":\"uno\"\n}\n{\"text\":\"dos\"}{\"text\":\"tres\"}",
    "{\"text\":\"uno\"}{\"text\":\"dos\"} {\"text\":\"tres\"}\n",
    "\u{1E}{\"text\":\"uno\"}\n\u{1E}{\"text\":\"dos\"}\n\u{1E}{\n\"text\":\"tres\"}\n",
    "{\"text\":\"uno\"},\n{\"text\":\"dos\"} ,\n{\"text\":\"tres\"},\n",
    "{\"text\":\"uno\"},{\"text\":\"dos\"}\n{\"text\":\"tres\"}\n",
    "\u{FEFF}{\"text\":\"uno\"}\n\u{FEFF}{\"text\":\"dos\"}\n\u{FEFF}[{\"text\":\"tres\"}]\n",
    "[{\"text\":\"uno\"}]\n[{\"text\":\"dos\"},{\"text\":\"tres\"}]\n",
    "[[{\"text\":\"uno\"}],[],[{\"text\":\"dos\"},{\"text\":\"tres\"}]]",
    "window.YTD.tweets.part0 = [ {\n  \"tweet\" : {\n    \"full_text\" : \"uno\"\n  }\n}, {\n"
      + "  \"tweet\" : {\n    \"full_text\" : \"dos\"\n  }\n} ];\n{\"text\":\"tres\"}",
    "{\"data\":[{\"text\":\"uno\"},{\"text\":\"dos\"}],\"meta\":{}}\n{\"statuses\":[{\"text\":\"tres\"}]}\n",
    "{\n  \"includes\": {\n    \"tweets\": [\n      {\n        \"text\": \"no\"\n      }\n    ]\n  },\n"
      + "  \"data\": [\n    {\n      \"text\": \"uno\"\n    },\n    {\n      \"text\": \"dos\"\n    },\n"
      + "    {\n      \"text\": \"tres\"\n    }\n  ]\n}\n",
    "[{\"data\":[{\"text\":\"uno\"}]},{\"results\":[]},{\"tweets\":[{\"text\":\"dos\"},{\"text\":\"tres\"}]}]",
  ]

  @Test("Every shape has the same tweets", arguments: shapes)
  func readsShapes(_ json: String) throws {
    #expect(try read(json).map(\.text) == ["uno", "dos", "tres"])
    // Where the file's name does not tell, its beginning does.
    #expect(try read(json, name: "standard input", lines: 100).map(\.text) == ["uno", "dos", "tres"])
  }

  @Test("From every record on the rest is the same", arguments: shapes + broken.map(\.json))
  func resumes(_ json: String) throws {
    let whole = try read(json)
    for (index, answer) in whole.enumerated() {
      #expect(try read(json, from: answer.end) == Array(whole[(index + 1)...]), "after record \(index)")
    }
  }

  @Test("A record has the number of its own line and its own place")
  func knowsLines() throws {
    let array = try read("[\n  {\"text\":\"uno\"}, {\"text\":\"dos\"},\n\n  {\n  \"text\":\"tres\"}]")
    #expect(array.map(\.line) == [2, 2, 4])
    #expect(array.map(\.offset) == [4, 20, 39])
    let page = try read("{}\n{\"data\":[\n {\"text\":\"uno\"},\n {\"text\":\"dos\"}]}\n{\"text\":\"tres\"}")
    #expect(page.map(\.line) == [1, 3, 4, 5])
    #expect(page.map(\.offset) == [0, 14, 31, 48])
  }

  static let broken: [(json: String, answers: [String])] = [
    // A broken line is one rejection, and the next line is fine.
    ("{\"text\":\"a\"}\n{\"text\":\"b\n{\"text\":\"c\"}\n", ["a", "bad_json", "c"]),
    ("{\"id\":1,\"text\":\"a\"\n{\"text\":\"b\"}\n{\"text\":\"c\"}\n", ["bad_json", "b", "c"]),
    ("{\"id\":1,\"x\":\n{\"text\":\"b\"}\n{\"text\":\"c\"}\n", ["bad_json", "b", "c"]),
    ("{\"id\":1,\"x\":[\n{\"text\":\"b\"},\n{\"text\":\"c\"}\n", ["bad_json", "b", "c"]),
    (
      "{\"text\":\"a\"} x\n,,\n{\"text\":\"b\"}}\nhola\n{\"text\":\"c\"}",
      ["bad_json", "bad_json", "bad_json", "c"]
    ),
    (
      "[1,2]\n\"texto\"\n17\nnull\n{\"text\":\"c\"}",
      ["not_object", "not_object", "not_object", "not_object", "c"]
    ),
    // So it is in an array, and a broken element of one on a line costs no more than itself.
    ("[\n{\"text\":\"a\"},\n{\"text\":\"b,\n{\"text\":\"c\"}\n]\n", ["a", "bad_json", "c"]),
    ("[{\"text\":\"a\"},{\"text\":\"b\",},{\"text\":\"c\"}]", ["a", "bad_json", "c"]),
    (
      "[{\"text\":\"a\"},{\"text\":\"b\" \"x\":{}},null,{\"text\":\"c\"}]",
      ["a", "bad_json", "not_object", "c"]
    ),
    (
      "[{\"text\":\"a\"},{\"text\":\"b},{\"text\":\"c\"}]\n{\"text\":\"d\"}",
      ["a", "bad_json", "d", "bad_json"]
    ),
    // What is inside of a broken object over several lines is no record.
    (
      "{\n  \"text\": \"a\"\n  \"x\": [\n    {\n      \"text\": \"no\"\n    }\n  ]\n}\n{\n  \"text\": \"b\"\n}\n",
      ["bad_json", "b"]
    ),
    (
      "{\n\"text\": \"a\"\n\"x\": [\n{\n\"text\": \"no\"\n}\n]\n}\n{\n\"text\": \"b\"\n}\n",
      ["bad_json", "b"]
    ),
    (
      "[\n  {\n    \"text\": a b,\n    \"x\": {\n      \"text\": \"no\"\n    }\n  },\n  {\n    \"text\": \"b\"\n  }\n]\n",
      ["bad_json", "b"]
    ),
    // An input that was cut off says so.
    ("[{\"text\":\"a\"},\n", ["a", "bad_json"]), ("[{\"text\":\"a\"},{\"text\":", ["a", "bad_json"]),
    ("{\"data\":[{\"text\":\"a\"},{\"text\":\"b\"}\n", ["bad_json"]), ("{\n\"text\":\"a\"", ["bad_json"]),
    (String(repeating: "[", count: 70) + "\n{\"text\":\"b\"}\n", ["b", "bad_json"]),
    (String(repeating: "{\"a\":", count: 70) + "\n{\"text\":\"b\"}\n", ["nesting_too_deep", "b"]),
  ]

  @Test("What is broken is rejected by itself", arguments: broken)
  func recovers(_ json: String, _ answers: [String]) throws {
    #expect(try read(json).map(\.text) == answers)
    #expect(try read(json, lines: 100).map(\.text) == answers)
  }

  @Test("Records that are too long are skipped, of whatever shape; a page may be longer than its tweets")
  func limitsLength() throws {
    func texts(_ json: String) throws -> [String] { try read(json) { $0.maximumLineLength = 30 }.map(\.text) }
    let long = "{\"text\":\"\(String(repeating: "x", count: 70_000))\"}"
    #expect(try texts("\(long)\n{\"text\":\"b\"}\n") == ["line_too_long", "b"])
    #expect(try texts("[\(long),{\"text\":\"b\"}]") == ["line_too_long", "b"])
    #expect(try texts("[\n\(long),\n{\"text\":\"b\"}\n]") == ["line_too_long", "b"])
    let pretty = "{\n  \"text\": \"a\",\n  \"x\": [\n    {\n      \"text\": \"no\"\n    }\n  ]\n}\n"
    #expect(try texts(pretty + "{\"text\":\"b\"}\n") == ["line_too_long", "b"])
    #expect(
      try texts("{\"data\":[{\"text\":\"a\"},\(long),{\"text\":\"b\"}],\"meta\":{}}") == [
        "a", "line_too_long", "b",
      ])
    let tweet = "{\"data\":[{\"a\":1}],\"text\":\"\(String(repeating: "x", count: 70_000))\"}"
    #expect(try texts("\(tweet)\n{\"text\":\"b\"}\n") == ["line_too_long", "b"])
    #expect(try texts("{\"data\":[1],\"x\":\"a rather long text\"}") == ["no_text"])
  }

  @Test("All arrays of tweets on a page count, and an empty one hides no other")
  func severalArrays() throws {
    let tweets = #""data":[{"text":"uno"},{"text":"dos"}]"#
    #expect(try read("{\(tweets),\"results\":[]}").map(\.text) == ["uno", "dos"])
    #expect(try read("{\"tweets\":[],\(tweets)}").map(\.text) == ["uno", "dos"])
    #expect(
      try read("{\(tweets),\"statuses\":[{\"text\":\"tres\"}]}").map(\.text) == ["uno", "dos", "tres"])
  }

  @Test("A retweet on a page has the text of the tweet that came with it")
  func findsRepeatedTweets() throws {
    let page = """
      {"data":[{"id":"1","text":"RT","referenced_tweets":[{"type":"retweeted","id":"8"}]},{"id":"2","text":"b"}],\
      "includes":{"tweets":[{"id":"7","text":"no"},{"id":"8","text":"whole"}]}}
      """
    #expect(try read(page).map(\.text) == ["whole", "b"])
  }

  @Test("An object that has a text is a tweet, whatever else is in it")
  func keepsTweets() throws {
    #expect(try read("{\"text\":\"a\",\"data\":[{\"text\":\"no\"}]}").map(\.text) == ["a"])
    #expect(try read("{\"data\":[1,2]}").map(\.text) == ["no_text"])
  }

  @Test(
    "An object over several lines is handed on in one line, line ends in its text included",
    arguments: [
      "{\r\n  \"id\": 7,\n\t\"text\" :\n \"a\\nb\"\n}", "{\r  \"id\": 7,\r\"text\" :\"a\\nb\"\r}\r",
    ])
  func joinsLines(_ object: String) throws {
    var bytes = Array(object.utf8)
    let count = bytes.count
    var text: [UInt8] = []
    let line = TweetLine(number: 1, offset: 0, length: count, range: 0..<count, rejection: nil)
    let tweet = try TweetLocator(options: ReadingOptions()).locate(
      line, as: .object, in: &bytes, appendingTextTo: &text)
    #expect(String(decoding: bytes[tweet.range], as: UTF8.self) == "{\"id\": 7,\"text\" :\"a\\nb\"}")
    #expect(bytes[tweet.closingBrace] == UInt8(ascii: "}"))
    #expect(tweet.id.map { bytes[$0] } == [UInt8(ascii: "7")])
    #expect(String(decoding: text, as: UTF8.self) == "a\nb")
  }

  @Test(
    "What is neither tweets nor plain text is refused with its name and a remedy",
    arguments: [
      ("a", "<?xml version=\"1.0\"?>", "'<'"), ("a.json", "\n<html>", "'<'"), ("a", "[no] hola\n", "'['"),
      ("a", "[\"uno\",\"dos\"]", "'['"), ("a", "hola\0\n", "NUL"),
    ])
  func refuses(_ name: String, _ content: String, _ sign: String) {
    let error = #expect(throws: InputError.self) { try read(content, name: name) }
    #expect(error?.description.contains(sign) == true)
  }
}
