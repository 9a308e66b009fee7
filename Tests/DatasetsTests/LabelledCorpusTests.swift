import TestSupport
import Testing

@testable import Datasets

@Suite("Labelled corpora")
struct LabelledCorpusTests {
  private let folder: TemporaryDirectory

  init() throws {
    folder = try TemporaryDirectory()
  }

  private func example(_ text: String, _ label: TextClass, by author: String? = nil) -> LabelledExample {
    LabelledExample(text: Array(text.utf8), label: label, author: author)
  }

  @Test("files of one class each give examples of that class")
  func readsFilesOfOneClass() throws {
    let corpus = LabelledCorpus(
      positive: [try folder.write("qué bien\ngracias\n", to: "positive.txt")],
      negative: [try folder.write("qué mal\n", to: "negative.txt")])
    let (examples, counts) = try corpus.examples()
    #expect(
      examples == [
        example("qué bien", .positive), example("gracias", .positive), example("qué mal", .negative),
      ])
    #expect((counts.positive, counts.negative, counts.examples) == (2, 1, 3))
  }

  @Test("lines that name their class give examples of it; other labels are left out and counted")
  func readsLabelledLines() throws {
    let lines = [
      #"{"text":"a","label":"positive","author":"ana"}"#, #"{"text":"b","label":"neutral"}"#,
      #"{"text":"c","label":"NEG"}"#, #"{"text":"d"}"#,
    ]
    let path = try folder.write(lines.joined(separator: "\n"), to: "gold.jsonl")
    let (examples, counts) = try LabelledCorpus(labelled: [path]).examples()
    #expect(examples == [example("a", .positive, by: "ana"), example("c", .negative)])
    #expect(counts.files[0].otherLabels == 2)
  }

  @Test("only the splits that are wanted are read")
  func filtersSplits() throws {
    let lines = ["train", "test", "dev"].map { "{\"text\":\"\($0)\",\"label\":\"pos\",\"split\":\"\($0)\"}" }
    let path = try folder.write(lines.joined(separator: "\n"), to: "gold.jsonl")
    var corpus = LabelledCorpus(labelled: [path])
    corpus.splits = ["train", "dev"]
    let (examples, counts) = try corpus.examples()
    #expect(examples == [example("train", .positive), example("dev", .positive)])
    #expect(counts.files[0].otherSplits == 1)
  }

  @Test("a CSV file has its label and author in columns")
  func readsColumns() throws {
    let path = try folder.write("text,label,user\nuno,positive,ana\ndos,negative,\n", to: "gold.csv")
    let (examples, _) = try LabelledCorpus(labelled: [path]).examples()
    #expect(examples == [example("uno", .positive, by: "ana"), example("dos", .negative)])
  }

  @Test("a file without any label is an error that says what is missing")
  func tellsOfMissingLabels() throws {
    let path = try folder.write("hola\n", to: "a.txt")
    let error = #expect(throws: DatasetError.self) { try LabelledCorpus(labelled: [path]).examples() }
    #expect(error == .noLabels(file: path))
    #expect(error?.description.contains("\"label\": \"positive\"") == true)
  }
}
