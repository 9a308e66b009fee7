import Testing
import TweetText

@Suite("Profile notebook")
struct NotebookCleaningTests {
  @Test("gives what the case study's function gives")
  func agreesWithPython() throws {
    let rows = try Golden.rows(of: "text-notebook.tsv")
    #expect(rows.count > 90)
    for row in rows {
      #expect(Array(cleaned(row.input, .notebook).utf8) == Array(row.expected.utf8), "\(row)")
    }
  }

  @Test("removes what lies between two links of a line")
  func eatsBetweenLinks() {
    #expect(cleaned("a http://t.co/x muy bueno http://t.co/y z", .notebook) == "a  z")
  }

  @Test("finds smileys in the order of its rules, not again from the start")
  func smileysInOrder() {
    #expect(cleaned("::))", .notebook) == ":)")
    #expect(cleaned("::)-)", .notebook) == "")
  }

  @Test("drops ill-formed bytes as the replacement characters that Python would read")
  func dropsIllFormedBytes() {
    #expect(cleaned([0x61, 0xFF, 0xE2, 0x82, 0x62], .notebook) == [0x61, 0x62])
  }

  @Test("appends to what is there already")
  func appends() {
    var output = Array("antes ".utf8)
    Cleaner(.notebook).clean("@ana hola :)".utf8.span, appendingTo: &output)
    #expect(String(decoding: output, as: UTF8.self) == "antes  hola ")
  }
}
