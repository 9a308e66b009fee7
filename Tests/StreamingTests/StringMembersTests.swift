import Testing

@testable import Streaming

@Suite struct StringMembersTests {
  private func read(_ line: String) throws -> [String?] {
    try StringMembers.read(["text", "label"], in: Array(line.utf8).span)
  }

  @Test("Strings are found under their keys, escapes decoded, whatever stands beside them")
  func finds() throws {
    let line = #" {"n":[{"text":"inner"}],"label":"pos","te\u0078t":"d\u00eda \ud83d\ude00\n"} "#
    #expect(try read(line) == ["día 😀\n", "pos"])
  }

  @Test("What is missing, or is no string, is nil; of equal keys the last one counts")
  func misses() throws {
    #expect(try read(#"{"text":7,"label":null}"#) == [nil, nil])
    #expect(try read(#"{"label":"a","label":"b"}"#) == [nil, "b"])
  }

  @Test("A line that is not one object is rejected", arguments: ["[]", "7", "{", #"{"a":1} x"#, ""])
  func rejects(_ line: String) {
    #expect(throws: Rejection.self) { try read(line) }
  }

  @Test("A line that is not UTF-8 is rejected")
  func rejectsOtherBytes() {
    let line: [UInt8] = Array(#"{"text":""#.utf8) + [0xE9] + Array(#""}"#.utf8)
    #expect { try StringMembers.read(["text"], in: line.span) } throws: {
      ($0 as? Rejection)?.reason == .invalidUTF8
    }
  }
}
