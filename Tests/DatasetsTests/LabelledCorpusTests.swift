import TestSupport
import Testing
import Tweets

@testable import Datasets

@Suite("Labelled corpora")
struct LabelledCorpusTests {
  private let folder: TemporaryDirectory

  init() throws {
    folder = try TemporaryDirectory()
  }

  private func example(_ text: String, _ label: Int, by author: String? = nil) -> LabelledExample {
    LabelledExample(text: Array(text.utf8), target: .label(label), author: author)
  }

  /// A corpus of a file whose lines name their labels.
  private func corpus(_ path: String, labels: LabelSet = .negativeAndPositive) -> LabelledCorpus {
    var corpus = LabelledCorpus(labels: labels)
    corpus.add(path)
    return corpus
  }

  @Test("files of one class each give examples of that class")
  func readsFilesOfOneClass() throws {
    var corpus = LabelledCorpus()
    corpus.add(try folder.write("qué bien\ngracias\n", to: "positive.txt"), label: "positive")
    corpus.add(try folder.write("qué mal\n", to: "negative.txt"), label: "negative")
    let (examples, counts) = try corpus.examples()
    #expect(
      examples == [
        example("qué bien", 1), example("gracias", 1), example("qué mal", 0),
      ])
    #expect(counts.files.map(\.labels) == [[0, 2], [1, 0]] && counts.examples == 3)
  }

  @Test("lines that name their class give examples of it; other labels are left out and counted")
  func readsLabelledLines() throws {
    let lines = [
      #"{"text":"a","label":"positive","author":"ana"}"#, #"{"text":"b","label":"neutral"}"#,
      #"{"text":"c","label":"NEG"}"#, #"{"text":"d"}"#,
    ]
    let path = try folder.write(lines.joined(separator: "\n"), to: "gold.jsonl")
    let (examples, counts) = try corpus(path).examples()
    #expect(examples == [example("a", 1, by: "ana"), example("c", 0)])
    #expect(counts.files[0].otherLabels == 2)
  }

  @Test("of three labels each has its name, and aliases stand for it in letters of any size")
  func readsThreeLabels() throws {
    let lines = ["positive", "NEU", "None", "neutral", "other", "N"].map {
      "{\"text\":\"\($0)\",\"label\":\"\($0)\"}"
    }
    let path = try folder.write(lines.joined(separator: "\n"), to: "gold.jsonl")
    let labels = LabelSet(
      ["negative", "neutral", "positive"], aliases: ["none": "neutral", "other": "unknown"])
    let (examples, counts) = try corpus(path, labels: labels).examples()
    #expect(examples.map(\.target) == [2, 1, 1, 1, 0].map(Target.label))
    #expect(counts.files[0].otherLabels == 1)
  }

  @Test("labels that come from emoticons teach the odds of two labels, and other labels nothing")
  func readsOdds() throws {
    let positive = try folder.write("qué bien\n", to: "positive.txt")
    let gold = try folder.write(
      "{\"text\":\"a\",\"label\":\"neg\"}\n{\"text\":\"b\",\"label\":\"neutral\"}\n", to: "gold.jsonl")
    var targets: [[Target]] = []
    for names in [["negative", "neutral", "positive"], ["negative", "positive"]] {
      var corpus = LabelledCorpus(labels: LabelSet(names))
      corpus.add(positive, label: "positive", onlyOdds: true)
      corpus.add(gold, onlyOdds: true)
      targets.append(try corpus.examples().examples.map(\.target))
    }
    #expect(targets == [[.odds(label: 2, over: 0), .odds(label: 0, over: 2)], [.label(1), .label(0)]])
  }

  private static let three = LabelSet(["negative", "neutral", "positive"], aliases: ["none": "neutral"])

  @Test("probabilities come as an object or as an array, scaled to a sum of 1, and go before the label")
  func readsProbabilities() throws {
    let lines = [
      #"{"text":"a","p":{"positive":0.75,"negative":0.25}}"#,
      #"{"text":"b","label":"positive","p":[0.5,0.5,0]}"#,
      #"{"text":"c","p":{"neu":0.25,"none":0.25,"negative":0.4999,"positive":0}}"#,
      #"{"text":"d","p":null,"label":"N"}"#,
      #"{"text":"e","label":"positive","only_odds":true}"#,
      #"{"text":"f","label":"positive","only_odds":false}"#,
    ]
    let path = try folder.write(lines.joined(separator: "\n"), to: "soft.jsonl")
    let (examples, _) = try corpus(path, labels: Self.three).examples()
    #expect(
      examples.map(\.target) == [
        .distribution([0.25, 0, 0.75]), .distribution([0.5, 0.5, 0]),
        .distribution([Float(0.4999 / 0.9999), Float(0.5 / 0.9999), 0]), .label(0), .odds(label: 2, over: 0),
        .label(2),
      ])
  }

  @Test(
    "probabilities that are none are refused with their line and why",
    arguments: [
      (#"[0.5,0.5]"#, "expected 3 numbers, one for each of negative, neutral, positive; found 2"),
      (#"[0.5,0.25,0.2]"#, "expected a sum of 1, found 0.95"),
      (#"[1.5,-0.5,0]"#, "expected numbers from 0 to 1, found -0.5"),
      (#"{"positive":"1"}"#, #"expected numbers from 0 to 1, found "1""#),
      (#"{"sad":1}"#, #"no label is named "sad"; the labels are negative, neutral, positive"#),
      (#"[1e999,0,0]"#, "expected numbers from 0 to 1, found 1e999"),
      (#"0.7"#, "expected an object or an array of numbers"),
    ])
  func refusesProbabilities(json: String, reason: String) throws {
    let lines = ["{\"text\":\"a\",\"p\":[0,0,1]}", "{\"text\":\"b\",\"p\":\(json)}"]
    let path = try folder.write(lines.joined(separator: "\n"), to: "soft.jsonl")
    var corpus = corpus(path, labels: Self.three)
    #expect(throws: DatasetError.badProbabilities(file: path, line: 2, reason: reason)) {
      try corpus.examples()
    }
    corpus.badLines = .leaveOut
    let (examples, counts) = try corpus.examples()
    #expect(examples.map(\.target) == [.distribution([0, 0, 1])])
    #expect(counts.files[0].rejected == 1 && counts.examples == 1)
    #expect(counts.files[0].firstRejection == "line 2, \"p\": \(reason)")
  }

  @Test("only the splits that are wanted are read")
  func filtersSplits() throws {
    let lines = ["train", "test", "dev"].map { "{\"text\":\"\($0)\",\"label\":\"pos\",\"split\":\"\($0)\"}" }
    let path = try folder.write(lines.joined(separator: "\n"), to: "gold.jsonl")
    var corpus = corpus(path)
    corpus.splits = ["train", "dev"]
    let (examples, counts) = try corpus.examples()
    #expect(examples == [example("train", 1), example("dev", 1)])
    #expect(counts.files[0].otherSplits == 1)
  }

  @Test("a CSV file has its label and author in columns")
  func readsColumns() throws {
    let path = try folder.write("text,label,user\nuno,positive,ana\ndos,negative,\n", to: "gold.csv")
    let (examples, _) = try corpus(path).examples()
    #expect(examples == [example("uno", 1, by: "ana"), example("dos", 0)])
  }

  @Test("a file without any label is an error that says what is missing")
  func tellsOfMissingLabels() throws {
    let path = try folder.write("hola\n", to: "a.txt")
    let error = #expect(throws: DatasetError.self) { try corpus(path).examples() }
    #expect(error == .noLabels(file: path))
    #expect(error?.description.contains("\"label\": \"positive\"") == true)
  }
}
