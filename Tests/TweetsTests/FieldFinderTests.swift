import Testing

@testable import Tweets

@Suite struct FieldFinderTests {
  private let finder = FieldFinder(names: ["author", "user"])

  private func find(in line: String, as format: RecordFormat = .object) -> String? {
    var value: [UInt8] = []
    guard finder.find(in: Array(line.utf8).span, as: format, appendingTo: &value) else { return nil }
    return String(decoding: value, as: UTF8.self)
  }

  @Test(
    "A member's value is found, escapes decoded, numbers as they are written",
    arguments: [
      (#"{"author":"ana"}"#, "ana"), (#" { "text" : "x", "author" : "a\u00f1o" } "#, "año"),
      (#"{"user":17,"text":"x"}"#, "17"), (#"{"user":"b","author":"a"}"#, "a"),
      (#"{"author":"a","author":"b"}"#, "b"), (#"{"a\u0075thor":"ana"}"#, "ana"),
    ])
  func findsMember(_ line: String, _ value: String) {
    #expect(find(in: line) == value)
  }

  @Test(
    "null, objects and members of members are no values",
    arguments: [#"{"author":null}"#, #"{"user":{"author":"x"}}"#, #"{"x":["author"]}"#, #"{}"#])
  func findsNoMember(_ line: String) {
    #expect(find(in: line) == nil)
  }

  @Test("A column's value is found under its name")
  func findsColumn() throws {
    let header = try DelimitedHeader(
      record: Array("text,\"user\"".utf8).span, delimiter: UInt8(ascii: ","))
    #expect(find(in: "\"a, b\",ana", as: .row(header)) == "ana")
    #expect(find(in: "hola", as: .row(header)) == nil)
  }

  @Test("Plain text has no fields")
  func findsNothingInText() {
    #expect(find(in: #"{"author":"ana"}"#, as: .text) == nil)
  }
}
