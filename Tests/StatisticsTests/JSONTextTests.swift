import Statistics
import Testing

@Suite("JSON text") struct JSONTextTests {
  @Test(
    "Numbers have exactly their decimals",
    arguments: [
      (0, 6, "0.000000"), (0.9159, 6, "0.915900"), (1, 1, "1.0"), (-0.05, 2, "-0.05"), (12.345, 0, "12"),
      (0.0000004, 6, "0.000000"), (99.95, 1, "100.0"), (.nan, 2, "null"), (.infinity, 2, "null"),
      (1e300, 2, "null"),
    ])
  func decimals(value: Double, places: Int, text: String) {
    #expect(JSONText.decimal(value, places: places).line == text)
  }

  @Test("Quotes, backslashes and control characters in strings are escaped, letters are not")
  func strings() {
    #expect(JSONText.string("a\"b\\c\nd\t\u{1}ñ😀").line == #""a\"b\\c\nd\t\u0001ñ😀""#)
  }

  @Test("Indentation is two spaces a level, and empty ones stay on their line")
  func indentation() {
    let value = JSONText.object([
      ("b", .array([.integer(1), .integer(2)])), ("a", .object([])), ("c", .array([])),
    ])
    #expect(value.indented == "{\n  \"b\": [\n    1,\n    2\n  ],\n  \"a\": {},\n  \"c\": []\n}")
    #expect(value.line == #"{"b":[1,2],"a":{},"c":[]}"#)
  }
}
