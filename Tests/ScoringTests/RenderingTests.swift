import Statistics
import Testing

@testable import Scoring
@testable import Tweets

@Suite struct RenderingTests {
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
    DeadLetter(Rejection(.badJSON, "byte 0: expected a value"), of: line, saying: Remedy.plainly).append(
      from: Origin(source: "a\"b.jsonl", job: "J1"), in: bytes.span, to: &output)
    #expect(
      String(decoding: output, as: UTF8.self) == """
        {"src":"a\\"b.jsonl","job":"J1","line":7,"offset":90,"bytes":4,"reason":"bad_json",\
        "detail":"byte 0: expected a value","raw":"malo"}

        """)
  }

  @Test("A table's dead letter has the header without which its row means nothing")
  func writesHeader() throws {
    let header = try DelimitedHeader(
      record: Array("id,\"text\"".utf8).span, delimiter: UInt8(ascii: ","))
    let line = TweetLine(number: 2, offset: 10, length: 1, range: 0..<1, rejection: nil)
    var output: [UInt8] = []
    DeadLetter(Rejection(.noText, "x"), of: line, saying: Remedy.plainly).append(
      as: .row(header), from: nil, in: Array("7".utf8).span, to: &output)
    #expect(
      String(decoding: output, as: UTF8.self).hasSuffix(
        #""detail":"x","header":"id,\"text\"","raw":"7"}"# + "\n"))
  }

  @Test("A dead letter that is not UTF-8 is kept in Base64")
  func writesRawBytes() {
    let line = TweetLine(number: 1, offset: 0, length: 2, range: 0..<2, rejection: nil)
    var output: [UInt8] = []
    DeadLetter(Rejection(.invalidUTF8, "x"), of: line, saying: Remedy.plainly).append(
      from: nil, in: ([0xFF, 0x41] as [UInt8]).span, to: &output)
    #expect(String(decoding: output, as: UTF8.self).contains(#""raw_b64":"/0E=""#))
  }

  @Test("Counts of lines add up in any order")
  func addsCounts() {
    var one = Counts(ofLines: ["negative", "positive"])
    one.labelled = [3, 4]
    one.blank = 1
    one.reject(.noText)
    var sum = Counts(ofLines: ["negative", "positive"])
    sum += one
    sum += one
    #expect(sum.labelledTotal == 14)
    #expect(sum.rejectedByReason.map(\.count) == [2])
    #expect(sum.lines == 18)
  }
}
