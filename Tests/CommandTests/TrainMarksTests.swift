import Foundation
import TestSupport
import Testing

@Suite("animo train marks")
struct TrainMarksTests {
  /// Sixty tweets whose words say nothing and whose marks say all.
  private static let tweets = (0..<60).map { number in
    let (mark, label) = [("😍", "positive"), ("😡", "negative"), (":-)", "positive"), ("hola", "negative")][
      number % 4]
    return "{\"text\": \"palabra\(number) suelta \(mark)\", \"label\": \"\(label)\"}\n"
  }.joined()

  private static func model() async throws -> SmallWideModel {
    let model = try await SmallWideModel()
    try model.scratch.write(tweets, to: "human.jsonl")
    return model
  }

  private static func train(_ model: SmallWideModel, _ options: [String] = []) async throws -> Program.Outcome
  {
    try await Program.run(
      ["train", "marks", "--model", "classifier", "--output", "marked", "human.jsonl"] + options,
      in: model.scratch.url)
  }

  @Test("A classifier learns what marks are worth, explains it, and keeps it in 8 bits and through an export")
  func trains() async throws {
    let model = try await Self.model()
    let outcome = try await Self.train(model)
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(outcome.errors.contains("animo: marks: 3 learned; of tweets that have one: learned from, "))
    #expect(try Set(model.scratch.read("marked/marks.txt").split(separator: "\n")) == ["😍", "😡", ":)"])
    let labels = try await model.run(
      ["classify", "-q", "--emit", "label", "--model", "marked"], input: "casa 😍\ncasa 😡😡\n😡\ncasa :))\n")
    #expect(labels == "positive\nnegative\nnegative\npositive\n")
    let page = try await model.run(["explain", "--model", "marked", "casa 😡 😡"])
    #expect(page.contains(/\n😡 × 2 +\+\d/))
    #expect(
      try await model.run(["model", "show", "marked"]).contains("marks         3 emoticons and emoji\n"))
    try await model.run(["model", "quantise", "marked", "small"])
    #expect(
      try await model.run(["explain", "--model", "small", "casa 😡 😡"]).contains(/\n😡 × 2 +\+\d/)
    )
    try await model.run(["model", "export", "--model", "marked", "exported"])
    let exported = ["config.json", "weights.safetensors", "itos.json"].map { "exported/" + $0 }
    try await model.run(["model", "import", "--config"] + exported + ["back"])
    #expect(try model.files(of: "back") == model.files(of: "marked"))
    #expect(try model.scratch.read("back/marks.txt") == model.scratch.read("marked/marks.txt"))
  }

  @Test("A wide term that is trained later leaves marks as they are, and marks give way to new ones")
  func together() async throws {
    let model = try await Self.model()
    try #require(try await Self.train(model).status == 0)
    let wide = try await model.train(from: "marked", to: "both", "--buckets", "256", "--negation")
    #expect(wide.status == 0, "\(wide.errors)")
    #expect(try model.scratch.read("both/marks.txt") == model.scratch.read("marked/marks.txt"))
    #expect(try await model.run(["model", "show", "both"]).contains("characters, negation → 256 buckets\n"))
    let again = try await Program.run(
      ["train", "marks", "--model", "both", "--output", "again", "--least", "20", "human.jsonl"],
      in: model.scratch.url)
    #expect(again.status == 65)
    #expect(
      again.errors.hasSuffix(
        "no emoticon or emoji occurs in 20 or more labelled tweets; provide more tweets\n"))
  }

  @Test("What cannot have marks is refused, and why")
  func refuses() async throws {
    let model = try await Self.model()
    try await model.importGolden("fastai1-language-model", to: "lm")
    let outcome = try await Program.run(
      ["train", "marks", "--model", "lm", "--output", "new", "human.jsonl"], in: model.scratch.url)
    #expect(outcome.status == 78, "\(outcome.errors)")
    let words = try model.scratch.read("classifier/vocab.txt")
    try model.scratch.write(words.replacing("xxmaj\n", with: "mayor\n"), to: "classifier/vocab.txt")
    let damaged = try await Self.train(model)
    #expect(damaged.status == 78)
    #expect(damaged.errors.hasPrefix("animo: classifier/vocab.txt: expected a token a line, found line "))
    #expect(try await Self.train(model, ["--least", "0"]).status == 64)
    #expect(try await Self.train(model, ["--weight", "1", "--weight", "2"]).status == 64)
  }
}
