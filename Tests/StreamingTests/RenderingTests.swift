import Testing

@testable import Streaming

@Suite struct RenderingTests {
  @Test("Millionths are written with six decimals")
  func writesMillionths() {
    var output: [UInt8] = []
    for number in [0, 1, 915_900, 84_100, 1_000_000] {
      output.append(millionths: number)
      output.append(ascii: " ")
    }
    #expect(String(decoding: output, as: UTF8.self) == "0.000000 0.000001 0.915900 0.084100 1.000000 ")
  }

  @Test("Base64 is as RFC 4648 has it")
  func encodesBase64() {
    let examples = [
      "": "", "f": "Zg==", "fo": "Zm8=", "foo": "Zm9v", "foob": "Zm9vYg==", "fooba": "Zm9vYmE=",
    ]
    for (plain, encoded) in examples {
      var output: [UInt8] = []
      Base64.encode(Array(plain.utf8).span, appendingTo: &output)
      #expect(String(decoding: output, as: UTF8.self) == encoded)
    }
  }

  @Test("A dead letter holds all that is known of the line")
  func writesDeadLetter() {
    let bytes = Array("malo".utf8)
    let line = TweetLine(number: 7, offset: 90, length: 4, range: 0..<4, rejection: nil)
    var output: [UInt8] = []
    DeadLetter.append(
      Rejection(.badJSON, "byte 0: expected a value"), of: line,
      from: Origin(source: "a\"b.jsonl", job: "J1"),
      in: bytes.span, to: &output)
    #expect(
      String(decoding: output, as: UTF8.self) == """
        {"src":"a\\"b.jsonl","job":"J1","line":7,"offset":90,"bytes":4,"reason":"bad_json",\
        "detail":"byte 0: expected a value","raw":"malo"}

        """)
  }

  @Test("A table's dead letter has the header without which its row means nothing")
  func writesHeader() throws {
    let header = try DelimitedHeader(
      record: Array("id,\"text\"".utf8).span, delimiter: UInt8(ascii: ","), textKeys: ["text"])
    let line = TweetLine(number: 2, offset: 10, length: 1, range: 0..<1, rejection: nil)
    var output: [UInt8] = []
    DeadLetter.append(
      Rejection(.noText, "x"), of: line, as: .row(header), from: nil, in: Array("7".utf8).span,
      to: &output)
    #expect(
      String(decoding: output, as: UTF8.self).hasSuffix(
        #""detail":"x","header":"id,\"text\"","raw":"7"}"# + "\n"))
  }

  @Test("A dead letter that is not UTF-8 is kept in Base64")
  func writesRawBytes() {
    let line = TweetLine(number: 1, offset: 0, length: 2, range: 0..<2, rejection: nil)
    var output: [UInt8] = []
    DeadLetter.append(
      Rejection(.invalidUTF8, "x"), of: line, from: nil, in: ([0xFF, 0x41] as [UInt8]).span, to: &output)
    #expect(String(decoding: output, as: UTF8.self).contains(#""raw_b64":"/0E=""#))
  }

  @Test("Tallies add up in any order")
  func addsTallies() {
    var one = Tally(labels: 2)
    one.labelled = [3, 4]
    one.blank = 1
    one.reject(.noText)
    var sum = Tally(labels: 2)
    sum += one
    sum += one
    #expect(sum.labelledTotal == 14)
    #expect(sum.rejectedByReason.map(\.count) == [2])
    #expect(sum.lines == 18)
  }
}
