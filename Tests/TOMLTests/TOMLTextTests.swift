import TestSupport
import Testing

@testable import TOML

@Suite("Values in TOML")
struct TOMLTextTests {
  /// The value of the key `x`.
  private func value(_ text: String) throws -> TOMLValue? { try TOMLText("x = \(text)").root["x"] }

  @Test(
    "Whole numbers",
    arguments: [
      ("0", 0), ("+99", 99), ("-17", -17), ("1_000", 1000), ("0xDEAD_beef", 0xDEAD_BEEF), ("0o17", 15),
      ("0b1010", 10), ("-0", 0), ("9223372036854775807", .max), ("-9223372036854775808", .min),
    ])
  func readsIntegers(_ text: String, _ integer: Int) throws {
    #expect(try value(text) == .integer(integer))
  }

  @Test(
    "Numbers",
    arguments: [
      ("+1.5", 1.5), ("-0.01", -0.01), ("5e+22", 5e22), ("1E06", 1e6), ("-2E-2", -0.02),
      ("6.626e-34", 6.626e-34),
      ("9_224.445_991", 9224.445991), ("inf", .infinity), ("-inf", -.infinity),
    ])
  func readsNumbers(_ text: String, _ number: Double) throws {
    #expect(try value(text) == .number(number))
  }

  @Test(
    "Texts",
    arguments: [
      (#""a\tb \"q\" \\ \u00e1 \U0001F600""#, "a\tb \"q\" \\ á 😀"), (#"'C:\dir'"#, #"C:\dir"#), (#""""#, ""),
      ("\"\"\"\nuno\ndos\"\"\"", "uno\ndos"), ("\"\"\"a \\\n   \n  b\"\"\"", "a b"),
      ("\"\"\"\"a\"\"\"\"\"", "\"a\"\""), ("'''\nI'm '' \\n'''", "I'm '' \\n"),
      ("\"\"\"a\r\nb\"\"\"", "a\nb"),
      ("\"# no comment\" # a comment", "# no comment"),
    ])
  func readsTexts(_ text: String, _ content: String) throws {
    #expect(try value(text) == .text(content))
  }

  @Test(
    "Dates and times are known for what they are",
    arguments: [
      ("1979-05-27T07:32:00Z", "date-time"), ("1979-05-27 00:32:00.999999-07:00", "date-time"),
      ("1979-05-27T07:32:00", "date-time"), ("2024-02-29", "date"), ("07:32:00.5", "time"),
    ])
  func readsDates(_ text: String, _ kind: String) throws {
    #expect(try value(text) == .date(kind))
  }

  @Test("Arrays go over lines, with comments and a comma at the end")
  func readsArrays() throws {
    #expect(
      try value("[ 1, # uno\n  [\"a\"],\n\n  {b = true},\n]")
        == .array([
          .integer(1), .array([.text("a")]), .table(["b": .truth(true)]),
        ]))
    #expect(try value("[]") == .array([]))
  }

  @Test("Tables, tables of arrays and dotted names are put together")
  func readsTables() throws {
    let text = """
      a.b = 1
      a."c d" = 2
      "reseñas" = 3
      point = { x = 1, y.z = 2 }
      [t]
      k = 3
      [t.u.v]
      k = 4
      [t.u]
      k = 5
      [[list]]
      k = 6
      [list.inner]
      k = 7
      [[list]]
      [[list.more]]
      k = 8
      """
    #expect(
      try TOMLText(text).root == [
        "a": .table(["b": .integer(1), "c d": .integer(2)]), "reseñas": .integer(3),
        "point": .table(["x": .integer(1), "y": .table(["z": .integer(2)])]),
        "t": .table(["k": .integer(3), "u": .table(["k": .integer(5), "v": .table(["k": .integer(4)])])]),
        "list": .array([
          .table(["k": .integer(6), "inner": .table(["k": .integer(7)])]),
          .table(["more": .array([.table(["k": .integer(8)])])]),
        ]),
      ])
  }

  @Test("Lines are known of keys, tables and what stands in braces")
  func knowsLines() throws {
    let text = try TOMLText(
      "\u{FEFF}# hola\r\na = 1\r\n[t]\n\nw = {\n".replacing("{\n", with: "{ x = 1 }\n[[l]]\n[[l]]\nk=[\n1]"))
    #expect(text.line(of: "a") == 2)
    #expect(text.line(of: "t") == 3)
    #expect(text.line(of: "t.w.x") == 5)
    #expect(text.line(of: "l") == 6)
    #expect(text.line(of: "l[2]") == 7)
    #expect(text.line(of: "l[2].k") == 8)
    #expect(text.line(of: "l[2].unknown") == 7)
    #expect(text.line(of: "unknown") == nil)
  }

  @Test(
    "Nothing, blanks and comments are an empty document", arguments: ["", "\n", " \t", "# hola", "\r\n#\n"])
  func readsNothing(_ text: String) throws {
    #expect(try TOMLText(text).root.isEmpty)
  }
}

@Suite("What is not TOML")
struct TOMLErrorTests {
  /// A text, and what is said about it.
  struct Slip: CustomTestStringConvertible {
    var text: String
    var message: String

    init(_ text: String, _ message: String) { (self.text, self.message) = (text, message) }

    var testDescription: String { text }
  }

  static let slips = [
    Slip("[\n", "line 1: expected a name, found the end of the line"),
    Slip("[[#workers = 2", "line 1: expected a name, found \"#workers\""),
    Slip(
      "a = [}\n]",
      """
      line 1: expected a value, found "}"
      """),
    Slip("a = 1\n[b", "line 2: expected ] after the name of the table, found the end of the file"),
    Slip("[[b]\n", "line 1: expected ]] after the name of the table, found the end of the line"),
    Slip("workers = \n", "line 1: expected a value, found the end of the line"),
    Slip("workers", "line 1: expected = after the name, found the end of the file"),
    Slip(
      "reseñas = 1",
      """
      line 1: expected a name of letters from a to z, digits, _ and -, or one in quotation marks, found "ñas"
      """),
    Slip(
      "[a.é]",
      """
      line 1: expected a name of letters from a to z, digits, _ and -, or one in quotation marks, found "é]"
      """),
    Slip("workers 2", "line 1: expected = after the name, found \"2\""),
    Slip(
      "workers = two",
      """
      line 1: expected a value: a number, true, false, a text in quotation marks, an array or a table, found "two"
      """),
    Slip(
      "spool = /srv/animo",
      """
      line 1: expected a value: a number, true, false, a text in quotation marks, an array or a table, \
      found "/srv/animo"
      """),
    Slip("a = 1\na = 2", "line 2: a: expected each name once, found it again, after line 1"),
    Slip("[t]\n[t]", "line 2: t: expected each name once, found it again, after line 1"),
    Slip("a.b = 1\n[a]", "line 2: a: expected each name once, found it again, after line 1"),
    Slip("a = {b = 1}\n[a.c]", "line 2: a: expected each name once, found it again, after line 1"),
    Slip("a = [{}]\n[[a]]", "line 2: a: expected each name once, found it again, after line 1"),
    Slip("a = 1 b = 2", "line 1: expected the end of the line, found \"b\""),
    Slip(
      "a = \"x\nb = 1", "line 1: expected a quotation mark (\") that ends the text, found the end of the line"
    ),
    Slip(
      "a = '''\nx",
      """
      line 2: expected three quotation marks that end the text that begins on line 1, found the end of the file
      """),
    Slip("a = \"\\q\"", "line 1: expected one of b t n f r u U \" \\ after a backslash, found \"q\"\""),
    Slip("a = \"\\ud800\"", "line 1: expected 4 hexadecimal digits of a character, found \"ud800\"\""),
    Slip("a = [1\n 2]", "line 2: expected , or ] in the array that begins on line 1, found \"2]\""),
    Slip("a = {b = 1\n}", "line 1: expected , or } on the same line, found the end of the line"),
    Slip(
      "a = 1 # \u{1}", "line 1: expected no control character in a comment, found the control character 1"),
    Slip("a = 1\rb = 2", "line 1: expected a line feed after a carriage return, found the end of the line"),
  ]

  @Test("It is said on which line, and what was expected", arguments: slips)
  func findsSlip(_ slip: Slip) throws {
    let error = #expect(throws: TOMLError.self) { try TOMLText(slip.text) }
    #expect(error?.description == slip.message)
  }

  @Test(
    "What only looks like a value is none",
    arguments: [
      "01", "1e999", "1_", "_1", "1__0", "0x", "0xG", "-0x1", "0b2", "1.", ".5", "1.e2", "1e", "1e5.0",
      "00.5",
      "++1",
      "9223372036854775808", "True", "infinity", "2023-02-29", "2024-13-01", "1979-05-27T25:00:00", "07:32",
      "1979-05-27T07:32:00+7:00", "{a = 1,}", "[1,,2]", "[,]", "\"\"\"\"\"\"\"\"\"", "'a\u{7F}'",
      "{a = 1, a = 2}",
      "{a = {b = 1}, a.c = 2}",
    ])
  func refusesValue(_ text: String) {
    #expect(throws: TOMLError.self) { try TOMLText("x = \(text)") }
  }

  @Test("What nests too deep is refused, and does not end the program", arguments: ["[", "{a=", "a.", "[["])
  func refusesDepth(_ piece: String) {
    let deep = String(repeating: piece, count: 100_000)
    #expect(throws: TOMLError.self) { try TOMLText("x = \(deep)") }
    #expect(throws: TOMLError.self) { try TOMLText(deep) }
    #expect(throws: TOMLError.self) { try TOMLText("[" + deep) }
  }

  @Test(
    "Many headers of one array, and quotation marks in a long text, are read in a time that grows with them")
  func readsMany() throws {
    // A copy of the array for each header would take hours.
    let tables = try TOMLText(String(repeating: "[[a]]\n", count: 150_000)).root["a"]
    guard case .array(let all)? = tables else {
      Issue.record("not an array")
      return
    }
    #expect(all.count == 150_000)
    let text = String(repeating: "''x", count: 100_000)
    #expect(try TOMLText("x = '''\(text)'''").root["x"] == .text(text))
    #expect(try TOMLText("x = '''\(text)'''''").root["x"] == .text(text + "''"))
  }

  @Test(
    "A name that is too long for its path to be kept is refused, and messages stay short",
    arguments: ["%=1", "'%'=1", "[%]", "[[%]]", "a.%.b=1"])
  func refusesLongNames(_ pattern: String) throws {
    let long = pattern.split(separator: "%", omittingEmptySubsequences: false)
      .joined(separator: String(repeating: "x", count: 1100))
    let error = #expect(throws: TOMLError.self) { try TOMLText(long) }
    #expect((error?.description.utf8.count ?? 0) < 200)
    let header = "[\(String(repeating: "x", count: 1000))]\n"
    #expect(throws: Never.self) { try TOMLText(header + "a=1\nb=2\n") }
    #expect(throws: TOMLError.self) { try TOMLText(header + "\(String(repeating: "y", count: 30))=1") }
    let values = try TOMLText(
      "a=\"\(String(repeating: "x", count: 5000))\"\nb=[\(String(repeating: "1,", count: 5000))]")
    for name in ["a", "b"] { #expect((values.root[name]?.kind.utf8.count ?? 0) < 300) }
  }

  @Test("Any bytes are a document or an error: mutations of a text with all that TOML has")
  func survivesMutations() {
    let text = """
      # hola
      a.b = 1 # x
      "c d" = "\\u00e1\\t" \n[t.u]
      w = { x = 1.5e3, y = [1, 2_0, [true]], z.z = 'q' }
      [[l]]
      d = 2026-02-28 12:30:00.5+01:00
      m = \"\"\"
      uno \\
        dos\"\"\"
      [[l.m]]
      k = '''x'''
      """
    let pieces =
      #"[ ] [[ = " ' """ { } . , # \ \u e -"#.split(separator: " ")
      .map(String.init) + ["\n", "\r"]
    var generator = SeededGenerator(seed: 12)
    var read = 0
    for _ in 0..<4000 {
      var characters = Array(text)
      for _ in 0..<Int.random(in: 1...4, using: &generator) {
        let place = Int.random(in: 0...characters.count, using: &generator)
        switch Int.random(in: 0..<3, using: &generator) {
        case 0 where place < characters.count: characters.remove(at: place)
        case 1: characters.insert(contentsOf: pieces.randomElement(using: &generator) ?? "", at: place)
        default: characters.removeSubrange(place...)
        }
      }
      if (try? TOMLText(String(characters))) != nil { read += 1 }
    }
    #expect(read > 100 && read < 3900)
  }
}
