import Foundation
import TestSupport
import Testing

/// Three labels are as good as two: what is in `Tests/CommandCases` aside.
@Suite("Three labels")
struct ThreeLabelTests {
  /// A text, and how probable each label is.
  private struct Answer: Decodable {
    let text: String?
    let label: String
    let p: [String: Double]
  }

  private static let model = Repository.golden.appending(path: "network-three").path

  @Test("A text's probabilities are PyTorch's", arguments: ["plain", "auto"])
  func agreesWithPyTorch(kernel: String) async throws {
    let golden = try String(contentsOfFile: Self.model + "/texts.jsonl", encoding: .utf8)
    let expected = try golden.split(separator: "\n").map(Self.answer)
    let texts = expected.map { ($0.text ?? "") + "\n" }.joined()
    let outcome = try await Program.run(
      ["classify", "-q", "--emit", "compact", "--input", "text", "--model", Self.model]
        + (kernel == "auto" ? [] : ["--kernel", kernel]), input: Data(texts.utf8))
    let answers = try outcome.output.split(separator: "\n").map(Self.answer)
    #expect(answers.count == 10)
    for (answer, expected) in zip(answers, expected) {
      #expect(answer.label == expected.label)
      for (label, probability) in expected.p {
        #expect(abs(try #require(answer.p[label]) - probability) < 3e-6, "\(expected.text ?? ""): \(label)")
      }
    }
  }

  /// The small recipe with a third label, which only the tweets of a file have that name their labels.
  private func recipe(_ change: (String) -> String = { $0 }) throws -> SmallRecipe {
    let recipe = try SmallRecipe { text in
      change(
        text.replacing("[vocabulary]", with: "gold = \"gold.jsonl\"\n[vocabulary]") + """
          labels = ["negative", "neutral", "positive"]
          aliases = { none = "neutral" }
          [[classifier.labelled]]
          corpora = ["gold"]
          weight = 2
          [wide]
          buckets = 1024

          """)
    }
    let moods = [
      ("feliz", "positive"), ("triste", "NEG"), ("normal", "none"), ("igual", "neutral"), ("?", "other"),
    ]
    let gold = (0..<60).map { number in
      let (word, label) = moods[number % 5]
      return "{\"text\":\"el día \(number) parece \(word) \(number * 7)\",\"label\":\"\(label)\"}\n"
    }
    try recipe.scratch.write(gold.joined(), to: "gold.jsonl")
    return recipe
  }

  @Test("A recipe with three labels makes a model of three, and does so twice to the byte")
  func trains() async throws {
    var outcomes: [(SmallRecipe, String)] = []
    for _ in 0..<2 {
      let recipe = try recipe()
      let outcome = try await recipe.train()
      #expect(outcome.status == 0, "\(outcome.errors)")
      outcomes.append((recipe, outcome.errors))
    }
    #expect(try outcomes[0].0.models() == outcomes[1].0.models())
    let (recipe, errors) = outcomes[0]
    for stage in ["classifier", "wide"] {
      let line = try #require(errors.split(separator: "\n").first { $0.contains("\(stage): ") })
      #expect(line.contains("kept together") || line.contains("neutral"))
    }
    // Emoticons decide between positive and negative, people's labels between all three.
    #expect(
      errors.contains(
        try Regex("classifier: \\d+ negative, \\d+ neutral, \\d+ positive, \\d+ positive or negative by")))
    #expect(errors.contains("wide: logits = "))
    #expect(
      errors.contains("gold.jsonl: texts left out for their label, or for want of one: 12; the labels"))
    let gold = try recipe.scratch.read("gold.jsonl")
    let output = try await Program.run(
      ["classify", "-q", "--emit", "label", "--model", "model"], input: Data(gold.utf8),
      in: recipe.scratch.url)
    #expect(output.status == 0)
    let labels = output.output.split(separator: "\n")
    #expect(labels.count == 60)
    #expect(Set(labels) == ["negative", "neutral", "positive"])
    let judged = try await Program.run(
      ["evaluate", "--json", "--alias", "none=neutral", "--model", "model", "gold.jsonl"],
      in: recipe.scratch.url)
    #expect(judged.status == 0, "\(judged.errors)")
    let report = try JSONSerialization.jsonObject(with: judged.stdout) as? [String: Any]
    let set = try #require((report?["sets"] as? [[String: Any]])?.first)
    // The labels that training knows, NEG among them; the 12 texts with another label are left out.
    #expect(set["texts"] as? Int == 48)
    #expect(try #require(set["macro_auc"] as? Double) > 0.8)
  }

  @Test("A label that all probabilities together give next to nothing has no tweet")
  func vanishingLabel() async throws {
    let scratch = try TemporaryDirectory()
    let outcome = try await Program.shell(
      #"""
      for i in 1 2 3 4; do
        printf '{"text":"bien %s","p":{"negative":1e-9,"neutral":0.5,"positive":0.5}}\n' $i
      done >soft.jsonl
      $ANIMO train classifier --from $TINY --labels negative,neutral,positive --labelled soft.jsonl \
        --validation-labelled soft.jsonl --output model 2>&1 | tail -1
      ls
      """#, in: scratch.url)
    #expect(
      outcome.output == """
        animo: no tweet to learn from is labelled negative; give some of every label
        soft.jsonl

        """)
  }

  @Test("A wide term is trained beside a classifier of three labels")
  func trainsWideTerm() async throws {
    let scratch = try TemporaryDirectory()
    let words = ["bien más", "mal no", "lo que"]
    let lines = (0..<90).map { number in
      let text = "\(number * 31) \(words[number % 3]) \(number)"
      return "{\"text\":\"\(text)\",\"label\":\"\(["positive", "negative", "neutral"][number % 3])\"}\n"
    }
    try scratch.write(lines.joined(), to: "gold.jsonl")
    for output in ["wide", "again"] {
      let outcome = try await Program.run(
        [
          "train", "wide", "--from", Self.model, "--labelled", "gold.jsonl", "--buckets", "4096",
          "--validation-share", "0.3", "--output", output,
        ], in: scratch.url)
      #expect(outcome.status == 0, "\(outcome.errors)")
      #expect(outcome.errors.contains("wide 1.0, both 1.0\n"))
    }
    let files = try ["wide", "again"].map { folder in
      try Data(contentsOf: scratch.url.appending(path: "\(folder)/model.safetensors"))
    }
    #expect(files[0] == files[1])
    let outcome = try await Program.run(
      ["classify", "-q", "--emit", "label", "--input", "text", "--model", "wide"],
      input: Data("bien más\nmal no\nlo que\n".utf8), in: scratch.url)
    #expect(outcome.output == "positive\nnegative\nneutral\n")
  }

  /// A change of the recipe, and what is said about it.
  static let slips = [
    (
      "labels = [\"negative\", \"neutral\", \"positive\"]", "labels = [\"positive\"]",
      "classifier.labels: expected an array of at least two different texts, found [\"positive\"]"
    ),
    (
      "none = \"neutral\"", "none = \"neutra\"",
      "classifier.aliases.none: expected one of negative, neutral, positive, found \"neutra\""
    ),
    (
      "labels = [\"negative\", \"neutral\", \"positive\"]",
      "labels = [\"negative\", \"positive\"]\nneutral = [\"gold\"]",
      "classifier.neutral: expected a name of classifier.labels, found neutral"
    ),
    (
      "weight = 2", "label = \"sad\"",
      "classifier.labelled[1].label: expected one of negative, neutral, positive, found \"sad\""
    ),
  ]

  @Test("A slip of the pen is found", arguments: slips)
  func findsSlip(_ slip: (old: String, new: String, message: String)) async throws {
    let recipe = try recipe { text in
      var text = text.replacing(slip.old, with: slip.new)
      if slip.message.contains("aliases") == false {
        text = text.replacing("aliases = { none = \"neutral\" }\n", with: "")
      }
      return text
    }
    let outcome = try await recipe.train()
    #expect(outcome.status == 78)
    #expect(outcome.errors.contains(slip.message), "\(outcome.errors)")
  }

  @Test("A label that no tweet has is said before anything is trained")
  func needsEveryLabel() async throws {
    let scratch = try TemporaryDirectory()
    try scratch.write("uno\ndos\ntres\ncuatro\n", to: "positive.txt")
    try scratch.write("cinco\nseis\nsiete\nocho\n", to: "negative.txt")
    let outcome = try await Program.run(
      [
        "train", "wide", "--from", Self.model, "--positive", "positive.txt", "--negative", "negative.txt",
        "--output", "wide",
      ], in: scratch.url)
    #expect(outcome.status == 65)
    #expect(
      outcome.errors.contains("no tweet to learn from is labelled negative; give some of every label\n"))
  }

  private static func answer(_ line: Substring) throws -> Answer {
    try JSONDecoder().decode(Answer.self, from: Data(line.utf8))
  }
}
