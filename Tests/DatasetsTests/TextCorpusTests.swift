import TestSupport
import Testing
import Tweets

@testable import Datasets

@Suite("Text corpora")
struct TextCorpusTests {
  private let folder: TemporaryDirectory

  init() throws {
    folder = try TemporaryDirectory()
  }

  private func texts(of corpus: TextCorpus) throws -> (texts: [String], counts: CorpusCounts) {
    var texts: [String] = []
    let counts = try corpus.forEachText { text in
      texts.append(String(decoding: (0..<text.count).map { text[$0] }, as: UTF8.self))
    }
    return (texts, counts)
  }

  @Test("files of all formats are read one after another and counted")
  func readsFormats() throws {
    let paths = [
      try folder.write("hola\n\nqué tal\n", to: "a.txt"),
      try folder.write("{\"full_text\":\"uno\\ndos\"}\n{\"text\":\" \"}\n", to: "b.jsonl"),
      try folder.write("id,tweet\n1,\"sí, no\"\n", to: "c.csv"),
    ]
    let (texts, counts) = try texts(of: TextCorpus(paths: paths))
    #expect(texts == ["hola", "qué tal", "uno\ndos", "sí, no"])
    #expect(counts.files.map(\.texts) == [2, 1, 1])
    #expect(counts.files.map(\.blank) == [1, 1, 0])
    #expect(counts.texts == 4)
  }

  @Test("records tell what animo has answered, and when tweets were written if that is asked for")
  func readsTimesAndAnswers() throws {
    let lines = """
      {"text":"a","created_at":"2026-10-04T10:11:12Z","sentiment":{"label":"positive","score":0.9,"p":{"positive":0.9}}}
      {"text":"b","id":1212092628029698048,"sentiment":{"label":null,"score":null}}
      {"text":"c","created_at":"ayer","sentiment":"negative","label":"neutral"}
      {"text":"d","sentiment":{"label":"neutral","score":1,"flags":["empty_after_clean","nothing_to_judge"]}}

      """
    var corpus = TextCorpus(paths: [
      try folder.write(lines, to: "a.jsonl"),
      try folder.write("text,date,sentiment\nd,2026-10-04,neg\n", to: "b.csv"),
    ])
    func records() throws -> [CorpusRecord] {
      var records: [CorpusRecord] = []
      try corpus.forEachRecord { records.append($0) }
      return records
    }
    #expect(try records().allSatisfy { $0.time == nil })
    corpus.reading.timeKeys = ReadingOptions.usualTimeKeys
    let found = try records()
    #expect(found.map(\.answer) == ["positive", nil, "negative", "", "neg"])
    #expect(found.map(\.label) == [nil, nil, "neutral", nil, nil])
    #expect(found.map(\.time) == [1_791_108_672_000, 1_577_820_376_771, nil, nil, nil])
  }

  @Test("a bad line ends the reading with its file, its number and what to do")
  func failsAtBadLine() throws {
    let path = try folder.write("{\"text\":\"uno\"}\n{\"text\":7}\n", to: "a.jsonl")
    let error = #expect(throws: DatasetError.self) { try texts(of: TextCorpus(paths: [path])) }
    #expect(
      error?.description
        == "\(path), line 2: the text must be a string")
  }

  @Test("bad lines are left out and counted where that is wanted")
  func leavesOutBadLines() throws {
    let path = try folder.write(
      Array("uno\n".utf8) + [0xF1, 0x0A] + Array("dos\n".utf8) + [0xF1], to: "a.txt")
    var corpus = TextCorpus(paths: [path])
    corpus.badLines = .leaveOut
    let (texts, counts) = try texts(of: corpus)
    #expect(texts == ["uno", "dos"])
    #expect(counts.files[0].rejected == 2)
    #expect(counts.files[0].firstRejection?.line == 2)
  }

  @Test("a file that is not there is an error that names it")
  func tellsOfMissingFile() throws {
    let error = #expect(throws: InputError.self) { try texts(of: TextCorpus(paths: ["/no/such.txt"])) }
    #expect(error?.description.contains("/no/such.txt") == true)
  }

  @Test("what a line says about its text comes with it, and not with the next line's")
  func readsFields() throws {
    let path = try folder.write(
      "{\"text\":\"a\",\"label\":\"positive\",\"split\":\"dev\",\"user\":7}\n{\"text\":\"b\"}\n",
      to: "a.jsonl")
    var records: [CorpusRecord] = []
    try TextCorpus(paths: [path]).forEachRecord(others: [["country", "split"], ["user"]]) {
      records.append($0)
    }
    #expect(records.map(\.label) == ["positive", nil])
    #expect(records.map(\.split) == ["dev", nil])
    #expect(records.map(\.author) == ["7", nil])
    #expect(records.map(\.others) == [["dev", "7"], [nil, nil]])
    #expect(records.map(\.line) == [1, 2])
  }

  @Test("the author may be an object, whose id tells it from others")
  func readsAuthorObjects() throws {
    let lines = [
      #"{"text":"a","user":{"id":7,"id_str":"70","screen_name":"ana"}}"#,
      #"{"text":"b","user":{"id_str":null,"id":8}}"#, #"{"text":"c","author":{"screen_name":"eva"}}"#,
      #"{"text":"d","user":{"name":"Eva"}}"#, #"{"text":"e","user":{"id":9},"author_id":10}"#,
      #"{"text":"f","user":{"description":"hola \ud83d","rank":NaN,"name":"a","name":"b","id_str":"11"}}"#,
      #"{"text":"g","user":["ana"]}"#, #"{"text":"h","author":""}"#, #"{"text":"i","user":{"id_str":""}}"#,
    ]
    let path = try folder.write(lines.joined(separator: "\n") + "\n", to: "a.jsonl")
    var authors: [String?] = []
    try TextCorpus(paths: [path]).forEachRecord { authors.append($0.author) }
    #expect(authors == ["70", "8", "eva", nil, "10", "11", nil, nil, nil])
  }

  @Test("a blank value says nothing: texts without an author are not all by the same one")
  func ignoresBlankFields() throws {
    let lines = [
      #"{"text":"a","label":"","split":"\t","author":""}"#,
      #"{"text":"b","user":{"id_str":"","id":8}}"#, #"{"text":"c","user":{"screen_name":""}}"#,
    ]
    let paths = [
      try folder.write(lines.joined(separator: "\n") + "\n", to: "a.jsonl"),
      try folder.write("text,author,label\nd, ,\n", to: "b.csv"),
    ]
    var records: [CorpusRecord] = []
    try TextCorpus(paths: paths).forEachRecord { records.append($0) }
    #expect(records.map(\.author) == [nil, "8", nil, nil])
    #expect(records.allSatisfy { $0.label == nil && $0.split == nil })
  }

  @Test("a file of many chunks is read to its end, and progress rises to the whole")
  func readsLongFiles() throws {
    let path = try folder.write((0..<10_000).map { "línea \($0)\n" }.joined(), to: "a.txt")
    var shares: [Double] = []
    var last = ""
    let corpus = TextCorpus(paths: [path])
    let counts = try corpus.forEachText(onProgress: { shares.append($0.share ?? -1) }) { text in
      last = String(decoding: (0..<text.count).map { text[$0] }, as: UTF8.self)
    }
    #expect(counts.texts == 10_000)
    #expect(last == "línea 9999")
    #expect(shares.last == 1)
    #expect(shares == shares.sorted())
  }

  @Test("what the reader of the texts throws ends the reading")
  func passesErrorsOn() throws {
    struct Enough: Error {}
    let path = try folder.write("uno\ndos\n", to: "a.txt")
    #expect(throws: Enough.self) { try TextCorpus(paths: [path]).forEachText { _ in throw Enough() } }
  }
}
