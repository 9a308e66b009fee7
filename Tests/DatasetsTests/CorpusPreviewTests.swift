import TestSupport
import Testing
import TweetText

@testable import Datasets

@Suite("Previews")
struct CorpusPreviewTests {
  @Test("the rows of a minibatch are equal parts of all tokens in a line")
  func laysOutRows() {
    var rows = MinibatchRows(tokens: 12, batch: 3, shown: 2, length: 3)
    for text in [["a", "b", "c", "d", "e"], ["f"], ["g", "h", "i", "j", "k", "l"]] {
      rows.add(count: text.count) { text }
    }
    #expect(rows.rows == [["a", "b", "c"], ["e", "f", "g"]])
  }

  @Test("a text that no row shows is not asked for its tokens")
  func asksOnlyWhereShown() {
    var rows = MinibatchRows(tokens: 8, batch: 2, shown: 2, length: 1)
    var asked = 0
    for _ in 0..<8 {
      rows.add(count: 1) {
        asked += 1
        return ["a"]
      }
    }
    #expect(asked == 2)
  }

  @Test("a row takes the tokens that a text has, be they fewer or more than were counted")
  func takesOtherCounts() {
    var rows = MinibatchRows(tokens: 6, batch: 2, shown: 2, length: 3)
    rows.add(count: 4) { ["a", "b"] }
    rows.add(count: 2) { ["c", "d", "e", "f"] }
    #expect(rows.rows == [["a", "b", "c"], ["c", "d", "e"]])
  }

  @Test("hashtags that the vocabulary divides are counted and shown divided", arguments: [true, false])
  func dividesHashtags(isKnown: Bool) throws {
    let folder = try TemporaryDirectory()
    let path = try folder.write(
      "#bonitobonito bonito bonito bonito bonito\nbonito mar\nbonito sol\n", to: "a.txt")
    let words = (SpecialToken.allCases.map(\.text) + ["bonito"]).joined(separator: "\n")
    let known = try Vocabulary(lines: Array(words.utf8).span)
    var options = CorpusPreview.Options()
    options.cleaning = .standard2
    let preview = try CorpusPreview(
      of: TextCorpus(paths: [path]), labels: [nil],
      vocabulary: isKnown ? known : nil, options)
    #expect(preview.rows.map { Array($0.prefix(1)) } == [["xxbos"]])
    if isKnown { #expect(preview.tokens == preview.training.reduce(0) { $0 + $1.tokens.count }) }
  }

  @Test("what a file has grown by since it was divided is not shown")
  func leavesOutNewTexts() throws {
    let folder = try TemporaryDirectory()
    var text = "hola\n"
    let path = try folder.write(text, to: "a.txt")
    let preview = try CorpusPreview(of: TextCorpus(paths: [path]), labels: [nil]) { _ in
      text += "adiós\n"
      _ = try? folder.write(text, to: "a.txt")
    }
    #expect(preview.training.count + preview.validation.count == preview.counts.texts)
  }

  @Test("unknown words are xxunk, and labels stand beside their texts")
  func showsTokens() throws {
    let folder = try TemporaryDirectory()
    let positive = try folder.write("Hola a todos\n", to: "positive.txt")
    let gold = try folder.write("{\"text\":\"hola raro\",\"label\":\"neutral\"}\n", to: "gold.jsonl")
    let words = (SpecialToken.allCases.map(\.text) + ["hola", "a"]).joined(separator: "\n")
    let preview = try CorpusPreview(
      of: TextCorpus(paths: [positive, gold]), labels: [.positive, nil],
      vocabulary: Vocabulary(lines: Array(words.utf8).span))
    #expect(
      preview.training == [
        CorpusPreview.Example(label: "positive", tokens: ["xxbos", "xxmaj", "hola", "a", "xxunk"]),
        CorpusPreview.Example(label: "neutral", tokens: ["xxbos", "hola", "xxunk"]),
      ])
    #expect(preview.validation == [])
    #expect(preview.tokens == 8)
  }

  @Test("every label is shown, however late it comes")
  func showsAllLabels() throws {
    let folder = try TemporaryDirectory()
    let positive = try folder.write(String(repeating: "hola\n", count: 30), to: "positive.txt")
    let negative = try folder.write("uno\ndos\ntres\n", to: "negative.txt")
    var options = CorpusPreview.Options()
    (options.shown, options.split.keepsNearDuplicatesTogether, options.split.validationShare) = (2, false, 0)
    let preview = try CorpusPreview(
      of: TextCorpus(paths: [positive, negative]), labels: [.positive, .negative], options)
    #expect(preview.training.map(\.label) == ["positive", "positive", "negative", "negative"])
  }

  @Test("without a vocabulary one is made of the corpus")
  func makesVocabulary() throws {
    let folder = try TemporaryDirectory()
    let path = try folder.write("uno dos\nuno tres\n", to: "a.txt")
    let preview = try CorpusPreview(of: TextCorpus(paths: [path]), labels: [nil])
    #expect(preview.training.map(\.tokens) == [["xxbos", "uno", "xxunk"], ["xxbos", "uno", "xxunk"]])
    #expect(preview.vocabularySize == SpecialToken.allCases.count + 1)
  }

  @Test("an empty corpus is an error")
  func tellsOfNothing() throws {
    let folder = try TemporaryDirectory()
    let path = try folder.write("\n", to: "a.txt")
    #expect(throws: DatasetError.noTexts(files: [path])) {
      try CorpusPreview(of: TextCorpus(paths: [path]), labels: [nil])
    }
  }
}
