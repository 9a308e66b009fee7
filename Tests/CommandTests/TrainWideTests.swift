import Foundation
import TestSupport
import Testing

@Suite("animo train wide")
struct TrainWideTests {
  @Test("A classifier learns from words that its network does not know")
  func trains() async throws {
    let model = try await SmallWideModel()
    let outcome = try await model.train()
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(outcome.errors.contains("animo: wide: 29 negative, 31 positive tweets to learn from\n"))
    #expect(outcome.errors.contains("wide 1.0, both 1.0\n"))
    let labels = try await model.run(
      ["classify", "-q", "--emit", "label", "--model", "wide"],
      input: "mi gato está contenta\nla clase es horrible\n")
    #expect(labels == "positive\nnegative\n")
    let page = try await model.run(["model", "show", "wide"])
    #expect(page.contains("wide term     1 to 2 words, 2 to 5 characters → 262,144 buckets\n"))
    #expect(try model.scratch.read("wide.training/report.txt").contains("wide"))
  }

  @Test("The same files and seed give the same bytes, and going on with what is finished too")
  func repeats() async throws {
    let model = try await SmallWideModel()
    for output in ["wide", "again"] {
      let outcome = try await model.train(to: output, "--buckets", "256")
      #expect(outcome.status == 0, "\(outcome.errors)")
    }
    let files = try model.files(of: "wide")
    #expect(try model.files(of: "again") == files)
    let log = try model.scratch.read("wide.training/log.jsonl").split(separator: "\n").count
    let resumed = try await model.train("--buckets", "256", "--resume")
    #expect(resumed.status == 0, "\(resumed.errors)")
    #expect(try model.files(of: "wide") == files)
    #expect(try model.scratch.read("wide.training/log.jsonl").split(separator: "\n").count == log)
  }

  @Test("A split in which the classifier has learnt from what is held back is told of")
  func warnsOfOtherSplit() async throws {
    let model = try await SmallWideModel()
    try #require(try await model.train("--buckets", "256").status == 0)
    let warning = "animo: wide: the classifier has learnt from "
    let same = try await model.train(from: "wide", to: "same", "--buckets", "256")
    #expect(same.status == 0 && !same.errors.contains(warning), "\(same.errors)")
    let other = try await model.train(from: "wide", to: "other", "--buckets", "256", "--seed", "7")
    #expect(other.status == 0 && other.errors.contains(warning), "\(other.errors)")
  }

  @Test("A wide term that is there gives way to the new one")
  func replaces() async throws {
    let model = try await SmallWideModel()
    try #require(try await model.train("--buckets", "256").status == 0)
    let outcome = try await model.train(from: "wide", to: "wider", "--buckets", "512")
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(try await model.run(["model", "show", "wider"]).contains("→ 512 buckets\n"))
  }

  @Test("In 8 bits it answers nearly the same, and exported it comes back to the byte")
  func survives() async throws {
    let model = try await SmallWideModel()
    try #require(try await model.train("--buckets", "1024").status == 0)
    try await model.run(["model", "quantise", "wide", "wide-int8"])
    let tweets = try model.scratch.read("positive.txt") + model.scratch.read("negative.txt")
    var probabilities: [[Double]] = []
    for name in ["wide", "wide-int8"] {
      let lines = try await model.run(
        ["classify", "-q", "--emit", "compact", "--model", name], input: tweets)
      probabilities.append(try lines.split(separator: "\n").map { try probability(in: String($0)) })
    }
    #expect(probabilities.map(\.count) == [80, 80])
    for (exact, coded) in zip(probabilities[0], probabilities[1]) { #expect(abs(exact - coded) < 0.02) }
    try await model.run(["model", "export", "--model", "wide", "exported"])
    let exported = ["config.json", "weights.safetensors", "itos.json"].map { "exported/" + $0 }
    try await model.run(["model", "import", "--config"] + exported + ["back"])
    #expect(try model.files(of: "back") == model.files(of: "wide"))
  }

  @Test("What cannot have a wide term is refused, and why, before anything is made")
  func refuses() async throws {
    let model = try await SmallWideModel()
    try await model.importGolden("fastai1-language-model", to: "lm")
    try await model.importGolden("fastai2-classifier", to: "other", ["--labels", "no,sí"])
    for from in ["lm", "other"] {
      let outcome = try await model.train(from: from)
      #expect(outcome.status == 78)
      #expect(
        outcome.errors
          == "animo: a wide term requires a classifier with the labels negative, positive\n")
    }
    let usage = try await model.train("--buckets", "300")
    #expect(usage.status == 64)
    #expect(usage.errors.contains("--buckets must be a power of two"))
    let taken = try await model.train(to: "lm")
    #expect(taken.status == 73)
    #expect(taken.errors == "animo: lm: already exists; name a new folder\n")
    try model.scratch.write("", to: "negative.txt")
    let oneKind = try await model.train()
    #expect(oneKind.status == 65)
    #expect(oneKind.errors.contains("there are not both kinds of tweets"))
    #expect(!FileManager.default.fileExists(atPath: model.scratch.path("wide.training")))
  }

  @Test("The recipe that ships names every option of a wide term with its default")
  func recipeNamesDefaults() async throws {
    let recipe = try String(
      contentsOf: Repository.tests.deletingLastPathComponent().appending(path: "etc/animo/recipe.toml"),
      encoding: .utf8)
    let table = try #require(recipe.split(separator: "\n[wide]\n").last?.split(separator: "\n#[marks]").first)
    let shown = table.split(separator: "\n").filter { $0.hasPrefix("#") && !$0.hasPrefix("# ") }
    let help = try await Program.run(["train", "wide", "--help"]).output
    let defaults = try ["buckets", "l2", "iterations"].map { name in
      let pattern = try Regex(
        "--\(name) <[a-z0-9]+>[^(]*\\(default:\\s+([^)]+)\\)", as: (Substring, Substring).self)
      return "#\(name) = \(try #require(help.firstMatch(of: pattern)).1)"
    }
    #expect(shown.map(String.init) == defaults + ["#balance = true", "#negation = false"])
    #expect(
      help.split(whereSeparator: \.isWhitespace).joined(separator: " ").contains("(default: --balance)"))
  }

  /// How likely a compact line says that its tweet is positive.
  private func probability(in line: String) throws -> Double {
    let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
    return try #require((object?["p"] as? [String: Any])?["positive"] as? Double)
  }
}
