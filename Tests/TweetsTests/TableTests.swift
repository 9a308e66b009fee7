import SystemPackage
import TestSupport
import Testing

@testable import Tweets

/// Reads tables that are in memory.
private struct TableReading {
  private(set) var records: [String] = []
  private(set) var lines: [Int] = []
  private(set) var blank = 0

  /// Each record's fields with `¦` between them, or its reason.
  init(_ text: String, name: String = "a.csv", options: ReadingOptions = .init()) throws(InputError) {
    try self.init(Array(text.utf8), name: name, options: options)
  }

  init(_ bytes: [UInt8], name: String, options: ReadingOptions = .init()) throws(InputError) {
    var reader = RecordReader(contents: bytes, name: name, input: 0, options: options)
    var outcome = RecordReader.Outcome.goingOn
    while outcome != .ended {
      var chunk = Chunk()
      outcome = try reader.read(into: &chunk, upTo: ChunkLimit(lines: 3))
      for segment in chunk.segments {
        blank += segment.blank
        for line in chunk.lines[segment.lines] {
          lines.append(line.number)
          records.append(Self.text(of: line, as: segment.format, in: chunk.bytes))
        }
      }
    }
  }

  private static func text(of line: TweetLine, as format: RecordFormat, in bytes: [UInt8]) -> String {
    if let rejection = line.rejection { return "\(rejection.reason.rawValue): \(rejection.fact)" }
    guard case .row(let header) = format else { return String(decoding: bytes[line.range], as: UTF8.self) }
    var fields: [String] = []
    header.forEachField(of: bytes.span.extracting(line.range)) { field in
      fields.append(String(decoding: field.indices.map { field[$0] }, as: UTF8.self))
    }
    return fields.joined(separator: "¦")
  }
}

@Suite("Records of tables") struct TableRecordTests {
  private static let unending = "bad_record: the quote that begins here does not end"

  @Test("A quote that opens and never closes costs its own line and no other")
  func unendingQuote() throws {
    let rows = (3...2000).map { "\($0),\($0 % 7 == 0 ? "\"sí, sí\"" : "sí")" }.joined(separator: "\n")
    let reading = try TableReading("id,text\n1,uno\n2,\"dos\n\(rows)\n")
    #expect(reading.records.count == 2000)
    #expect(reading.records[1] == Self.unending)
    #expect(reading.lines == Array(2...2001))
    #expect(reading.records.filter { $0.hasPrefix("bad_record") }.count == 1)
  }

  @Test("Lines that each leave a quote open cost themselves and no other")
  func manyOpenQuotes() throws {
    let open = String(repeating: "a\",\"x\n", count: 2000)
    let reading = try TableReading("id,text\n1,uno\n\(open)2,dos\n")
    #expect(reading.records.count == 2002)
    #expect(reading.records.filter { $0.hasPrefix(Self.unending) }.count == 2000)
    #expect(reading.records.last == "2¦dos")
  }

  @Test("A field may span up to a thousand lines")
  func manyLines() throws {
    let text = Array(repeating: "línea", count: RowScan.mostLines).joined(separator: "\n")
    #expect(try TableReading("id,text\n1,\"\(text)\"\n").records == ["1¦\(text)"])
    #expect(
      try TableReading("id,text\n1,\"\(text)\nfin\"\n").records.first == Self.unending + " within 1000 lines")
  }

  @Test("Two stray quotes do not make one field of the numbered rows between them")
  func pairOfStrayQuotes() throws {
    let reading = try TableReading("id,text\n1,\"uno\n2,dos\n3,tres\"\n4,cuatro\n")
    #expect(reading.records == [Self.unending, "2¦dos", "3¦tres\"", "4¦cuatro"])
    #expect(
      try TableReading("id,text\n7,\"uno,\n2,50 euros\"\n").records == ["7¦uno,\n2,50 euros"])
  }

  @Test(
    "A record that would be cut is rejected with its counts",
    arguments: [
      ("1,hola, amigos, sí,es", "bad_record: 5 fields, the header has 3"),
      (
        "1,\"Hola\" dijo,es",
        "bad_record: a closing quote in field 2 is followed by more text; quotes inside are doubled"
      ),
      (
        "1,\"dijo \"adiós\", sí\",es",
        "bad_record: a closing quote in field 2 is followed by more text; quotes inside are doubled"
      ),
      ("1,hola,es,,", "1¦hola¦es¦¦"),
      ("1,una \"cita\",es", "1¦una \"cita\"¦es"),
      ("1,\"a\nb, c\",es", "1¦a\nb, c¦es"),
    ])
  func surplus(_ row: String, _ record: String) throws {
    let reading = try TableReading("id,text,lang\n\(row)\n2,fin,es\n")
    #expect(reading.records == [record, "2¦fin¦es"])
  }

  @Test(
    "Backslashes before quotes and spaces around quoted fields are understood",
    arguments: [
      (#"1,"dijo \"sí\", y no""#, "1¦dijo \"sí\", y no"), (#"1,"\"sí\"""#, "1¦\"sí\""),
      (#"1,"fin \"""#, "1¦fin \""), ("1,\"\\\"\nfin\\\"\"", "1¦\"\nfin\""), (#"1,"C:\""#, "1¦C:\\"),
      (#""1" , "sí, no" "#, "1¦sí, no"), (#"1, "dijo ""sí""""#, "1¦dijo \"sí\""),
    ])
  func dialects(_ row: String, _ record: String) throws {
    #expect(try TableReading("id,text\n\(row)\n2,fin\n").records == [record, "2¦fin"])
  }

  @Test(
    "A backslash that ends a quoted field, or stands before a doubled quote, escapes nothing in a clean table",
    arguments: [
      // The text is `\`, and the next one begins with line ends.
      ("1,\"\\\"\n2,\"\n\nx\"\n", ["1¦\\", "2¦\n\nx"]), ("1,\"<b> \\\"\n2,\"\nx\"\n", ["1¦<b> \\", "2¦\nx"]),
      // The text is `\"` and a line more.
      ("1,\"\\\"\"\n } x\"\n2,\"y\"\n", ["1¦\\\"\n } x", "2¦y"]),
      // The same bytes at first, but a stray quote behind them.
      ("1,\"\\\"\nx\\\"\"\n2,y\n", ["1¦\"\nx\"", "2¦y"]),
    ])
  func cleanBackslashes(_ rows: String, _ records: [String]) throws {
    #expect(try TableReading("id,text\n\(rows)3,fin\n").records == records + ["3¦fin"])
  }

  @Test("In TSV quotes are characters; in tables divided by tabs wrong ones are")
  func tabs() throws {
    let rows = "id\ttext\n1\t\"Hola\" dijo\n2\t\"abierta\n3\t\"entera\"\n"
    #expect(
      try TableReading(rows, name: "a.tsv").records == ["1¦\"Hola\" dijo", "2¦\"abierta", "3¦\"entera\""])
    #expect(try TableReading(rows).records == ["1¦\"Hola\" dijo", "2¦\"abierta", "3¦entera"])
  }

  @Test("A line of TSV with too many tabs is rejected")
  func surplusTabs() throws {
    #expect(
      try TableReading("id\ttext\n1\ta\tb\n2\tc\n", name: "a.tsv").records
        == ["bad_record: 3 fields, the header has 2", "2¦c"])
  }

  @Test("Semicolons in a text that stands last belong to it")
  func openEnd() throws {
    #expect(
      try TableReading("id;text\n1;\"a\"; b;c\n2;a; \"b\"\n").records.last == "2¦a; \"b\"")
    #expect(
      try TableReading("text;id\na; b;1\n").records == ["bad_record: 3 fields, the header has 2"])
  }

  @Test("A header that comes again is no tweet")
  func repeatedHeader() throws {
    let reading = try TableReading("id,text\n1,a\nid,text\n2,b\n\u{FEFF}\"ID\", \"Text\"\r\n3,c\n")
    #expect(reading.records == ["1¦a", "2¦b", "3¦c"])
    #expect(reading.blank == 2)
    #expect(reading.lines == [2, 4, 6])
  }

  @Test(
    "A header with its columns in another order ends the reading, as what follows is another table",
    arguments: ["text,id", "\"Text\", \"ID\"\r", "\u{FEFF}TEXT,id"])
  func reorderedHeader(_ header: String) throws {
    let error = #expect(throws: InputError.self) {
      try TableReading("id,text\n\n1,a\n2,\"b\nc\"\n\(header)\nd,3\n")
    }
    #expect(error?.description.hasPrefix("a.csv: line 6: the header comes again with its columns in") == true)
    var reader = RecordReader(
      contents: Array("id,text\n1,a\n\(header)\n".utf8), name: "a.csv", input: 0, options: .init())
    var chunk = Chunk()
    _ = try? reader.read(into: &chunk, upTo: ChunkLimit(lines: 9))
    #expect(chunk.lines.map(\.number) == [2])
  }

  @Test("Records with some of the header's names, or with one of them twice, are tweets")
  func names() throws {
    let rows = ["text,id,x", "lang,text,text", "id,id,text", "texto,id,lang"]
    let reading = try TableReading("id,text,lang\n" + rows.joined(separator: "\n") + "\n")
    #expect(reading.records == rows.map { $0.replacing(",", with: "¦") })
  }

  @Test("Lines end with CR alone where the header does, and elsewhere CR is a character")
  func carriageReturns() throws {
    #expect(try TableReading("id,text\r1,\"a\nb\"\r2,c").records == ["1¦a\nb", "2¦c"])
    #expect(try TableReading("id,text\n1,a\rb\n").records == ["1¦a\rb"])
    #expect(try TableReading("uno\rdos\r", name: "a.txt").records == ["uno", "dos"])
    #expect(try TableReading("uno\rdos\n", name: "a.txt").records == ["uno\rdos"])
  }

  @Test("UTF-16 with its mark is read; half a surrogate pair is not valid there either")
  func utf16() throws {
    let text = Array("\u{FEFF}id\ttext\n1\tqué 😀\n".utf16)
    let little = text.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
    let big = text.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF)] }
    for bytes in [little, big] {
      #expect(try TableReading(bytes, name: "a.csv").records == ["1¦qué 😀"])
    }
    var text8: [UInt8] = []
    var decoder = try #require(UTF16Decoder(start: [0xFE, 0xFF]))
    for byte in [0xD8, 0x3D, 0x00, 0x61, 0xDE, 0x00, 0x00] as [UInt8] {
      decoder.decode([byte], appendingTo: &text8)
    }
    decoder.finish(appendingTo: &text8)
    #expect(text8 == [0xED, 0xA0, 0xBD, 0x61, 0xED, 0xB8, 0x80, 0xFF])
  }

  @Test("Half of a surrogate pair calls for a replacement, and not for another encoding")
  func halfPair() {
    func remedy(_ content: [UInt8]) -> Remedy? {
      var (bytes, text) = (content, [UInt8]())
      let line = TweetLine(
        number: 1, offset: 0, length: content.count, range: 0..<content.count, rejection: nil)
      do throws(Rejection) {
        _ = try TweetLocator(options: ReadingOptions()).locate(
          line, as: .text, in: &bytes, appendingTextTo: &text)
        return nil
      } catch {
        return error.remedy
      }
    }
    #expect(remedy([0x61, 0xED, 0xA0, 0xBD]) == .replaceInvalid)
    #expect(remedy([0x61, 0xED, 0x61, 0x61]) == .readAsWindows1252)
    #expect(remedy([0x61, 0xED]) == .readAsWindows1252)
    #expect(remedy([0x61, 0xFF]) == nil)
  }

  @Test("Reading goes on at any record as if it had never stopped", arguments: [UInt64](1...40))
  func resumes(_ seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let pieces = ["\"", "\"", ",", ",", "\n", "\n", "a", "ñ", "\\\"", " \"", "\"\"", "id,text,lang\n", "7"]
    let text = (0..<80).reduce("id,text,lang\n") { text, _ in
      text + (pieces.randomElement(using: &random) ?? "")
    }
    var options = ReadingOptions()
    options.maximumLineLength = seed % 2 == 0 ? 40 : 1 << 20
    let folder = try TemporaryDirectory()
    let path = FilePath(try folder.write(text, to: "a.csv"))
    let descriptor = try FileDescriptor.open(path, .readOnly)
    defer { try? descriptor.close() }
    func read(from start: InputPosition? = nil, upTo lines: Int) throws -> [(InputPosition, [Int])] {
      try descriptor.seek(offset: 0, from: .start)
      var reader = RecordReader(descriptor, name: "a.csv", input: 0, options: options, from: start)
      var steps: [(InputPosition, [Int])] = []
      var outcome = RecordReader.Outcome.goingOn
      while outcome != .ended {
        var chunk = Chunk()
        outcome = try reader.read(into: &chunk, upTo: ChunkLimit(lines: lines))
        steps.append((reader.position, chunk.lines.flatMap { [$0.number, $0.offset, $0.length] }))
      }
      return steps
    }
    let steps = try read(upTo: 1)
    #expect(try read(upTo: 1000).flatMap(\.1) == steps.flatMap(\.1))
    for (place, step) in steps.enumerated() {
      let rest = try read(from: step.0, upTo: 1000).flatMap(\.1)
      #expect(rest == steps[(place + 1)...].flatMap(\.1))
    }
  }
}

@Suite("Beginnings of tables") struct TableBeginningTests {
  private func refusal(_ text: String, name: String = "a.csv", options: ReadingOptions = .init()) -> String? {
    do throws(InputError) {
      _ = try TableReading(text, name: name, options: options)
      return nil
    } catch {
      return error.description
    }
  }

  @Test(
    "The delimiter is the one that gives the header a column of the text",
    arguments: [
      "id,text\n1,a b\n", "id;text\n1;a b\n", "id\ttext\n1\ta b\n", "id|text\n1|a b\n",
      "sep=;\nid;text\n1;a b\n", "\"sep=\t\"\r\nid\ttext\r\n1\ta b\r\n", "\n\"Tweet Id\",\" Tweet\"\n1,a b\n",
      "\u{FEFF}\"id\", \"FULL_TEXT\"\n1, \"a b\"\n", "ID;rawContent\n1;a b",
    ])
  func findsDelimiter(_ text: String) throws {
    #expect(try TableReading(text).records == ["1¦a b"])
  }

  @Test(
    "A table is known without a name that tells",
    arguments: [
      "id,text\n1,a b\n", "tweet_id;content\n1;a b\n", "sep=,\nid,text\n1,a b\n", "Text\tLang\na b\tes\n",
    ])
  func recognises(_ text: String) throws {
    #expect(
      try TableReading(text, name: "standard input").records == [text.contains("Lang") ? "a b¦es" : "1¦a b"])
    #expect(try TableReading(text, name: "a.txt").records.count == 1)
  }

  @Test(
    "Text with delimiters stays text",
    arguments: [
      "hola, text\n", "sí,no\n", "el texto; body, o no\n", "1,5 euros\n", "text\n", "\"Hola\", dijo\n",
    ])
  func keepsText(_ text: String) throws {
    #expect(try TableReading(text, name: "standard input").records == [String(text.dropLast())])
  }

  @Test("What looks like a table and does not say where its text is, is refused")
  func asks() {
    #expect(refusal("\"0\",\"a\",\"b\"\n", name: "-")?.contains("3 columns separated by commas") == true)
    #expect(refusal("1467810369,a b\n", name: "-")?.contains("2 columns separated by commas") == true)
    #expect(refusal("id;user;texto\n1;a;b\n", name: "-")?.contains("are id, user, texto") == true)
    for header in ["id,texto", "id;mensaje", "ID\tfrase", "tuit,etiqueta"] {
      #expect(refusal("\(header)\n1,a\n", name: "-")?.contains("separated by") == true, "\(header)")
    }
    #expect(refusal("id,texto\n1,a\n")?.contains("separated by commas, are id, texto") == true)
    let row = refusal("9,hola a todos @ana\n")
    #expect(row?.contains("2 columns separated by commas") == true)
    #expect(row?.contains("hola") == false)
  }

  @Test(
    "A line that names the delimiter is no tweet where nothing follows it",
    arguments: ["sep=;", "sep=;\n", "\n\"sep=,\"\r\n\r\n", "SEP=\t\r"])
  func onlySeparator(_ text: String) {
    let line = text.hasPrefix("\n") ? 2 : 1
    for name in ["a.csv", "a.txt", "standard input"] {
      #expect(refusal(text, name: name)?.hasPrefix("\(name): line \(line): no header follows") == true)
    }
  }

  @Test("A table without a header is read by the number of the text's column")
  func withoutHeader() throws {
    var options = ReadingOptions()
    (options.hasHeader, options.textColumn) = (false, 2)
    #expect(
      try TableReading("1;a b\n2;c;d,e\n3;f\n", options: options).records == ["1¦a b", "2¦c;d,e", "3¦f"])
    options.textColumn = 3
    #expect(refusal("1;a b\n", options: options)?.contains("no column 3") == true)
    options.textColumn = nil
    #expect(refusal("1;a b\n", options: options)?.contains("2 columns separated by semicolons") == true)
  }

  @Test("The text is the first of its columns that holds something; words for no value hold nothing")
  func text() throws {
    let options = ReadingOptions()
    let header = try DelimitedHeader(
      record: Array("id,text,full_text".utf8).span, delimiter: UInt8(ascii: ","), options: options)
    func text(_ row: String) -> String {
      var chunk = Chunk(texts: [row])
      var text: [UInt8] = []
      do throws(Rejection) {
        _ = try TweetLocator(options: options).locate(
          chunk.lines[0], as: .row(header), in: &chunk.bytes, appendingTextTo: &text)
        return String(decoding: text, as: UTF8.self)
      } catch {
        return "\(error.reason.rawValue): \(error.fact)"
      }
    }
    #expect(text("1,corto,entero") == "entero")
    #expect(text("1,corto,") == "corto")
    #expect(text("1,corto,NaN") == "corto")
    #expect(text("1,Nada,nan") == "Nada")
    #expect(text("1, ,") == "no_text: the cell of the text is empty")
    #expect(text("1,None,NULL") == "no_text: the cell of the text is NULL, nan or the like")
    #expect(text("1,corto") == "corto")
    #expect(text("resto,del texto") == "bad_record: 2 fields, the header has 3")
    #expect(text("1") == "bad_record: 1 field, the header has 3")
  }
}
