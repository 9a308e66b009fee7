import Foundation
import TestSupport
import Testing

@Suite("animo model shrink")
struct ShrinkTests {
  private static func shrink(_ model: SmallWideModel, _ arguments: String...) async throws -> Program.Outcome
  {
    try await Program.run(["model", "shrink"] + arguments, in: model.scratch.url)
  }

  @Test("A classifier gets smaller, keeps its wide term, answers, and is the same each time")
  func classifier() async throws {
    let model = try await SmallWideModel()
    #expect(try await model.train(to: "wide", "--buckets", "256").status == 0)
    let arguments = ["--model", "wide", "--hidden", "2"]
    for name in ["small", "again"] {
      let outcome = try await Program.run(
        ["model", "shrink"] + arguments + [name, "positive.txt", "negative.txt"], in: model.scratch.url)
      #expect(outcome.status == 0 && outcome.output.isEmpty)
      #expect(
        outcome.errors == """
          animo: LSTM weights for each token: 324 before, 132 now; next: animo train classifier --keep-head, then \
          animo model quantise

          """)
    }
    #expect(try model.files(of: "small") == model.files(of: "again"))
    let page = try await model.run(["model", "show", "small"])
    #expect(page.contains("encoder       embedding 3 → LSTM 2 → 2 → 3\n"))
    #expect(page.contains(" → 256 buckets\n") && page.contains("weights       fp32\n"))
    let label = try await model.run(
      ["classify", "-q", "--emit", "label", "--model", "small"], input: "qué día\n")
    #expect(["negative\n", "positive\n"].contains(label))
  }

  @Test("A language model gets smaller, also by texts of a stream of which only the first are read")
  func languageModel() async throws {
    let model = try await SmallWideModel()
    try await model.importGolden("fastai1-language-model", to: "lm")
    let outcome = try await Program.shell(
      """
      yes 'qué día de todos' | $ANIMO model shrink --model lm --hidden 1 --texts 50 small - && $ANIMO model show small
      """, in: model.scratch.url)
    #expect(outcome.status == 0)
    #expect(outcome.errors.hasSuffix("; next: animo train language-model, then animo model quantise\n"))
    #expect(outcome.output.contains(" → LSTM 1 → 1 → "))
  }

  @Test("What cannot be shrunk is refused, and why")
  func refuses() async throws {
    let model = try await SmallWideModel()
    try model.scratch.write("https://t.co/a\nqué día\n", to: "few.txt")
    let one = Repository.golden.appending(path: "network-one").path
    let few = try await Self.shrink(model, "--model", "classifier", "--hidden", "2", "new", "few.txt")
    #expect(few.status == 65)
    #expect(
      few.errors
        == "animo: 4 units need 16 tokens, and 1 text with words have 3; give about 5 more texts\n")
    let limited = try await Self.shrink(
      model, "--model", "classifier", "--hidden", "2", "--texts", "1", "new", "positive.txt")
    #expect(limited.status == 65)
    #expect(limited.errors.hasSuffix("; use --texts 2 or more\n"))
    let same = try await Self.shrink(model, "--model", "classifier", "--hidden", "4", "new", "positive.txt")
    #expect(same.status == 64)
    #expect(same.errors == "animo: --hidden must be less than 4, which classifier has already\n")
    let single = try await Self.shrink(model, "--model", one, "--hidden", "1", "new", "positive.txt")
    #expect(single.status == 78)
    #expect(single.errors.contains("network-one: the model has a single LSTM layer"))
    let none = try await Self.shrink(model, "--hidden", "0", "new", "positive.txt")
    #expect(none.status == 64)
    let taken = try await Self.shrink(
      model, "--model", "classifier", "--hidden", "2", "classifier", "positive.txt")
    #expect(taken.status == 73)
    #expect(!FileManager.default.fileExists(atPath: model.scratch.path("new")))
  }
}
