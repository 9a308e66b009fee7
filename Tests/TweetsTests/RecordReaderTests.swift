import Foundation
import SystemPackage
import TestSupport
import Testing

@testable import Tweets

@Suite struct RecordReaderTests {
  private static let unlimited = ChunkLimit(lines: 1_000_000, bytes: 1 << 30)

  /// All of an input in one chunk.
  private func read(
    _ bytes: [UInt8], name: String = "a.txt", options: ReadingOptions = .init()
  ) throws -> (chunk: Chunk, position: InputPosition) {
    let folder = try TemporaryDirectory()
    let descriptor = try FileDescriptor.open(FilePath(try folder.write(bytes, to: "input")), .readOnly)
    defer { try? descriptor.close() }
    var reader = RecordReader(descriptor, name: name, input: 0, options: options)
    var chunk = Chunk()
    let outcome = try reader.read(into: &chunk, upTo: Self.unlimited)
    #expect(outcome == .ended)
    return (chunk, reader.position)
  }

  private func lines(_ chunk: Chunk) -> [String] {
    chunk.lines.map { String(decoding: chunk.bytes[$0.range], as: UTF8.self) }
  }

  @Test("Lines end with LF or CRLF, and the last one may lack its end")
  func dividesLines() throws {
    let (chunk, position) = try read(Array("uno\ndos\r\ntres".utf8))
    #expect(lines(chunk) == ["uno", "dos", "tres"])
    #expect(chunk.lines.map(\.number) == [1, 2, 3])
    #expect(chunk.lines.map(\.offset) == [0, 4, 9])
    #expect(position == InputPosition(offset: 13, line: 3))
  }

  @Test("A byte order mark goes before the encoding that is asked for, in lines and in headers")
  func markBeforeEncoding() throws {
    var options = ReadingOptions()
    options.encoding = .windows1252
    let marked: [UInt8] = [0xEF, 0xBB, 0xBF] + Array("qué día\n".utf8)
    #expect(lines(try read(marked, options: options).chunk) == ["qué día"])
    let mixed = marked + [0x61, 0xF1, 0x6F, 0x0A] + Array("año\n".utf8)
    #expect(lines(try read(mixed, options: options).chunk) == ["qué día", "año", "año"])
    var wide: [UInt8] = [0xFF, 0xFE]
    for unit in "año,text\n2026,sí\n".utf16 { wide += [UInt8(unit & 0xFF), UInt8(unit >> 8)] }
    let chunk = try read(wide, name: "a.csv", options: options).chunk
    #expect(lines(chunk) == ["2026,sí"])
    guard case .row(let header) = chunk.segments[0].format else {
      Issue.record("it is a table")
      return
    }
    #expect(header.name(ofColumn: 0) == Array("\"año\"".utf8))
  }

  @Test("Blank lines are counted and left out; the numbering goes on")
  func skipsBlankLines() throws {
    let (chunk, position) = try read(Array("\n \t\nuno\n\n\ndos\n".utf8))
    #expect(lines(chunk) == ["uno", "dos"])
    #expect(chunk.lines.map(\.number) == [3, 6])
    #expect(chunk.segments[0].blank == 4)
    #expect(position.line == 6)
  }

  @Test("An empty input has one empty segment that is the last", arguments: [[], [0xEF, 0xBB, 0xBF]])
  func readsNothing(_ bytes: [UInt8]) throws {
    let (chunk, _) = try read(bytes)
    #expect(chunk.segments.count == 1)
    #expect(chunk.segments[0].isLast)
    #expect(chunk.lines.isEmpty)
  }

  @Test("A byte order mark is skipped, and counts in offsets")
  func skipsMark() throws {
    let (chunk, _) = try read([0xEF, 0xBB, 0xBF] + Array("uno\n".utf8))
    #expect(lines(chunk) == ["uno"])
    #expect(chunk.lines[0].offset == 3)
  }

  @Test("A line of the limit passes, a longer one is reported by its length, and the next is fine")
  func limitsLength() throws {
    var options = ReadingOptions()
    options.maximumLineLength = 100_000
    let fits = String(repeating: "a", count: 100_000)
    let (chunk, position) = try read(Array("\(fits)\n\(fits)b\nfin\n".utf8), options: options)
    #expect(chunk.lines.map(\.length) == [100_000, 100_001, 3])
    #expect(chunk.lines.map { $0.rejection?.reason } == [nil, .lineTooLong, nil])
    #expect(chunk.lines[1].range.isEmpty)
    #expect(chunk.lines.map(\.offset) == [0, 100_001, 200_003])
    #expect(position == InputPosition(offset: 200_007, line: 3))
  }

  @Test("A CSV record may span lines, and has its first line's number")
  func readsRecords() throws {
    let (chunk, _) = try read(Array("id,text\n1,\"a\nb\"\n2,c\n".utf8), name: "a.csv")
    #expect(lines(chunk) == ["1,\"a\nb\"", "2,c"])
    #expect(chunk.lines.map(\.number) == [2, 4])
  }

  @Test("A quote that never closes costs one line")
  func survivesOpenQuote() throws {
    var options = ReadingOptions()
    options.maximumLineLength = 1000
    let rest = (0..<500).map { "línea \($0)" }.joined(separator: "\n")
    let (chunk, _) = try read(Array("text\n\"abierta\n\(rest)\nfin\n".utf8), name: "a.csv", options: options)
    #expect(chunk.lines.count == 502)
    #expect(chunk.lines[0].rejection?.reason == .badRecord)
    #expect(chunk.lines.dropFirst().allSatisfy { $0.rejection == nil })
    #expect(lines(chunk).last == "fin")
  }

  @Test("The first character tells JSON from text when the name does not")
  func sniffs() throws {
    let (json, _) = try read(Array("\n  {\"text\":\"a\"}\n".utf8), name: "a")
    let (text, _) = try read(Array("\n(no)\n".utf8), name: "a")
    guard case .object = json.segments[0].format, case .text = text.segments[0].format else {
      Issue.record("wrong format")
      return
    }
  }

  @Test(
    "What is certainly not tweets is refused with a remedy",
    arguments: [
      [0xFF, 0xFE, 0, 0], [0x61, 0x00, 0x62, 0x00], [0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00],
      [0x50, 0x4B, 0x03, 0x04], [0x1F, 0x8B, 0x08, 0x00, 0xFF],
    ] as [[UInt8]])
  func refuses(_ bytes: [UInt8]) {
    #expect { try read(bytes) } throws: { ($0 as? InputError)?.isRefusal == true }
  }

  @Test("However the bytes are divided into chunks, the lines are the same")
  func doesNotDependOnChunks() throws {
    let text = (1...300).map { "línea \($0)" + String(repeating: " larga", count: $0 % 40) }.joined(
      separator: "\n")
    let folder = try TemporaryDirectory()
    let path = FilePath(try folder.write(text, to: "input"))
    let (whole, end) = try read(Array(text.utf8))
    for limit in [1, 2, 7, 299, 300, 301] {
      let descriptor = try FileDescriptor.open(path, .readOnly)
      defer { try? descriptor.close() }
      var reader = RecordReader(descriptor, name: "a.txt", input: 0, options: .init())
      var found: [String] = []
      var outcome = RecordReader.Outcome.full
      while outcome != .ended {
        var chunk = Chunk()
        outcome = try reader.read(into: &chunk, upTo: ChunkLimit(lines: limit))
        #expect(chunk.lines.count <= limit)
        #expect(chunk.segments.last?.end == reader.position)
        found += lines(chunk)
      }
      #expect(found == lines(whole))
      #expect(reader.position == end)
    }
  }
}

@Suite struct DelimitedRecordTests {
  private func fields(_ record: String, delimiter: UInt8 = UInt8(ascii: ",")) -> [String] {
    var fields: [String] = []
    DelimitedRecord(delimiter: delimiter).forEachField(of: Array(record.utf8).span) { field in
      fields.append(String(decoding: field.indices.map { field[$0] }, as: UTF8.self))
    }
    return fields
  }

  @Test("Fields are divided as RFC 4180 says")
  func dividesFields() {
    #expect(fields("") == [""])
    #expect(fields("a,b,") == ["a", "b", ""])
    #expect(fields("\"a,b\",c") == ["a,b", "c"])
    #expect(fields("\"dijo \"\"hola\"\"\",x") == ["dijo \"hola\"", "x"])
    #expect(fields("\"\",\"\"") == ["", ""])
    #expect(fields("\"a\nb\"") == ["a\nb"])
  }

  @Test("A quote inside an unquoted field is an ordinary character")
  func keepsStrayQuotes() {
    #expect(fields("una \"cita\",b") == ["una \"cita\"", "b"])
  }

  @Test("What follows a closing quote is kept")
  func keepsWhatFollowsQuotes() {
    #expect(fields("\"a\"b,c") == ["ab", "c"])
  }

  @Test("Tabs divide TSV")
  func dividesTabs() {
    #expect(fields("a\tb,c", delimiter: 9) == ["a", "b,c"])
  }
}
