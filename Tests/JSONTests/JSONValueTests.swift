import Testing

@testable import JSON

@Suite("JSON values") struct JSONValueTests {
  @Test(
    "Numbers have exactly their decimals",
    arguments: [
      (0, 6, "0.000000"), (0.9159, 6, "0.915900"), (1, 1, "1.0"), (-0.05, 2, "-0.05"), (12.345, 0, "12"),
      (0.0000004, 6, "0.000000"), (99.95, 1, "100.0"), (.nan, 2, "null"), (.infinity, 2, "null"),
      (1e300, 2, "null"),
    ])
  func decimals(value: Double, places: Int, text: String) {
    #expect(JSONValue.decimal(value, places: places).line == text)
  }

  @Test("Quotes, backslashes and control characters in strings are escaped, letters are not")
  func strings() {
    #expect(JSONValue.string("a\"b\\c\nd\t\u{1}ñ😀").line == #""a\"b\\c\nd\t\u0001ñ😀""#)
  }

  @Test("Indentation is two spaces a level, and empty ones stay on their line")
  func indentation() {
    let value = JSONValue.object([
      ("b", .array([.integer(1), .integer(2)])), ("a", .object([])), ("c", .array([])),
    ])
    #expect(value.indented == "{\n  \"b\": [\n    1,\n    2\n  ],\n  \"a\": {},\n  \"c\": []\n}")
    #expect(value.line == #"{"b":[1,2],"a":{},"c":[]}"#)
  }

  @Test("Millionths are written with six decimals")
  func writesMillionths() {
    var output: [UInt8] = []
    for number in [0, 1, 915_900, 84_100, 1_000_000] {
      output.append(millionths: number)
      output.append(ascii: " ")
    }
    #expect(String(decoding: output, as: UTF8.self) == "0.000000 0.000001 0.915900 0.084100 1.000000 ")
  }

  @Test("The shortest digits read back as the same number; what JSON cannot say is null")
  func shortest() throws {
    for number: Double in [0.1, 1e-7, 1e22, -2.5, 1 / 3] {
      let text = JSONValue.shortest(number).line
      #expect(try JSONReader.read(Array(text.utf8)).double == number)
    }
    #expect(JSONValue.shortest(.infinity).line == "null")
    #expect(JSONValue.shortest(nil).line == "null")
  }

  @Test("What is written reads back, members in their order")
  func roundTrip() throws {
    let text = #"{"b":[1,-2.50,"ñ\n\u0001"],"a":{"x":null,"y":true},"c":[]}"#
    let value = try JSONReader.read(Array(text.utf8))
    #expect(value.line == text)
    #expect(try JSONReader.read(Array(value.indented.utf8)).line == text)
    #expect(value.members?["b"]?.array?.first?.integer == 1)
  }

  @Test(
    "A text of unknown origin is refused where it stops being JSON",
    arguments: [
      (#"{"a":1,"a":2}"#, 7, "comes again"), (#"["\ud800"]"#, 1, "surrogate"), ("[1 2]", 3, "expected"),
      ("[[[[[[[[1]]]]]]]]", 8, "more than 8 levels"), ("1 2", 2, "expected"), ("", 0, "at its end"),
      ("\u{FEFF}1", 0, "expected a value"),
    ])
  func refuses(text: String, offset: Int, words: String) {
    let error = #expect(throws: JSONError.self) { try JSONReader.read(Array(text.utf8)) }
    #expect(error?.offset == offset)
    #expect(error?.description.contains(words) == true, "\(String(describing: error))")
  }

  @Test("Half of a surrogate pair is repaired where that is asked for, and a whole one is read")
  func repairsSurrogates() throws {
    let text = #"{"text":"hola \ud83d","\ude00":["\ud83d\ude00"]}"#
    let value = try JSONReader.read(Array(text.utf8), repairsSurrogates: true)
    #expect(value.line == "{\"text\":\"hola \u{FFFD}\",\"\u{FFFD}\":[\"😀\"]}")
    #expect(throws: JSONError.self) { try JSONReader.read(Array(text.utf8)) }
  }

  @Test("Bytes that are not UTF-8, and more values than allowed, are refused")
  func limits() {
    let latin1 = #expect(throws: JSONError.self) { try JSONReader.read([0x22, 0xF1, 0x22]) }
    #expect(latin1?.problem == .notUTF8)
    let many = #expect(throws: JSONError.self) { try JSONReader.read(Array("[1,2]".utf8), maximumValues: 2) }
    #expect(many?.problem == .tooManyValues(limit: 2))
  }
}
