import Foundation
import TestSupport
import Testing

/// What is wrong with a recipe is said with its file, its line and its key, before anything is made.
@Suite("Wrong recipes")
struct RecipeErrorTests {
  /// A change of the small recipe, and what is said about it.
  struct Slip: CustomTestStringConvertible {
    var old: String
    var new: String
    var message: String

    var testDescription: String { new }
  }

  static let slips = [
    Slip(
      old: "hidden = 12", new: "hiden = 12",
      message: """
        line 11: network.hiden: expected a name that [network] has, found "hiden"; did you mean hidden?
        """),
    Slip(
      old: "[label]", new: "bits = 9\n[label]",
      message: "line 2: bits: expected a whole number from 2 to 8, found 9"),
    Slip(
      old: "[classifier]", new: "[classifier]\nkeep_head = true",
      message: """
        line 30: classifier.keep_head: expected a model in network.from, and no [[language_model]], found language models \
        to train before
        """),
    Slip(
      old: "[classifier]", new: "[classifier]\nteacher = \"model\"",
      message: """
        line 30: classifier.teacher: expected a model in network.from, and no [[language_model]], found language models \
        to train before
        """),
    Slip(
      old: "[classifier]", new: "[classifier]\nteacher_weight = 10",
      message: "line 30: classifier.teacher_weight: expected a model in classifier.teacher, found none"),
    Slip(
      old: "[classifier]", new: "[classifier]\nbits = 2",
      message: "line 30: classifier.bits: expected a whole number from 3 to 8, found 2"),
    Slip(
      old: "[classifier]", new: "[clasifier]",
      message: """
        line 29: clasifier: expected a name that recipes have, found "clasifier"; did you mean classifier?
        """),
    Slip(
      old: "epochs = 2", new: "epochs = \"2\"",
      message: "line 17: language_model[1].epochs: expected a whole number from 0 to 10000, found \"2\""),
    Slip(
      old: "layers = 2", new: "layers = 9",
      message: "line 12: network.layers: expected a whole number from 1 to 8, found 9"),
    Slip(
      old: "raw = [\"tweets.txt\"]", new: "raw = \"tweets.txt\"",
      message: """
        line 3: label.raw: expected an array of texts, such as ["a", "b"], found "tweets.txt"
        """),
    Slip(
      old: "corpora = [\"prose\"]", new: "corpora = [\"proze\"]",
      message: """
        line 15: language_model[1].corpora: expected names of [corpora], found "proze"; did you mean prose?
        """),
    Slip(
      old: "name = \"tweets\"", new: "name = \"prose\"",
      message: "line 22: language_model[2].name: expected a unique name, found \"prose\" again"),
    Slip(
      old: "name = \"tweets\"", new: "name = \"best\"",
      message: """
        line 22: language_model[2].name: expected a name of letters, digits and hyphens that is not best, \
        classifier, labelled, report or wide, found "best"
        """),
    Slip(
      old: "\"4:2:0.5\"", new: "\"4:2\"",
      message: """
        line 30: classifier.stages: expected an array of texts groups:epochs:factor, such as \
        ["1:2:1", "5:3:0.1"], found ["1:2:1", "4:2"]
        """),
    Slip(
      old: "\"4:2:0.5\"", new: "\"4:10001:0.5\"",
      message: """
        line 30: classifier.stages: expected an array of texts groups:epochs:factor, such as \
        ["1:2:1", "5:3:0.1"], found ["1:2:1", "4:10001:0.5"]
        """),
    Slip(
      old: "[classifier]", new: "[classifier]\ndropout = 2",
      message: "line 30: classifier.dropout: expected a number from 0 to 1.9, found 2"),
    Slip(
      old: "batch = 8\nvalidation_share = 0.25",
      new: "[[classifier.labelled]]\ncorpora = [\"prose\"]\nweight = 1e300",
      message: """
        line 33: classifier.labelled[1].weight: expected a number from 0 to 1000000, found 1e+300
        """),
    Slip(
      old: "positive = 2.5, ", new: "positive = -1, ",
      message: "line 8: vocabulary.weights.positive: expected a number above 0, at most 1000000, found -1"),
    Slip(
      old: "batch = 8", new: "batch = 8\nvalidation_positive = [\"positive\"]",
      message: "line 29: classifier.validation_negative: expected tweets of both kinds, found of one only"),
    Slip(
      old: "[corpora]", new: "[corpora]\nnegative = \"prose.txt\"",
      message: """
        line 5: corpora.negative: expected another name, found negative; [label] makes one of this name
        """),
    Slip(
      old: "output = \"model\"", new: "",
      message: "output: expected the output folder of the model, found nothing"),
  ]

  @Test("A slip of the pen is found", arguments: slips)
  func findsSlip(_ slip: Slip) async throws {
    let recipe = try SmallRecipe { $0.replacing(slip.old, with: slip.new, maxReplacements: 1) }
    let before = try recipe.names()
    let outcome = try await recipe.train()
    let separator = slip.message.hasPrefix("line") ? ", " : ": "
    #expect(outcome.errors == "animo: recipe.toml\(separator)\(slip.message)\n")
    #expect(outcome.status == 78)
    #expect(try recipe.names() == before)
  }

  @Test("What is no TOML is said with its line")
  func findsSyntaxError() async throws {
    let recipe = try SmallRecipe { $0.replacing("min_count = 1", with: "min_count = ") }
    let outcome = try await recipe.train()
    #expect(outcome.status == 78)
    #expect(
      outcome.errors == """
        animo: recipe.toml, line 7: expected a value, found the end of the line

        """)
  }

  @Test("A recipe or a file of it that is not there is said before anything is made")
  func findsMissingFile() async throws {
    let recipe = try SmallRecipe { $0.replacing("prose.txt", with: "no/prose.txt") }
    let outcome = try await recipe.train()
    #expect(outcome.status == 66)
    #expect(
      outcome.errors == "animo: recipe.toml, line 5: corpora.prose: no/prose.txt: No such file or directory\n"
    )
    let missing = try await Program.run(["train", "all", "no.toml"], in: recipe.scratch.url)
    #expect(missing.status == 66)
    #expect(missing.errors == "animo: no.toml: No such file or directory (open)\n")
    #expect(try recipe.names() == ["prose.txt", "recipe.toml", "tweets.txt"])
  }

  @Test("A bad line of a recipe's file is reported with the keys that help, not with options")
  func namesKeys() async throws {
    let recipe = try SmallRecipe { $0.replacing("tweets.txt", with: "tweets.jsonl") }
    try recipe.scratch.write("{\"text\":\"hola :)\"}\n{\"texto\":\"nada :(\"}\n", to: "tweets.jsonl")
    let outcome = try await recipe.train()
    #expect(outcome.status == 65)
    #expect(outcome.errors.contains("tweets.jsonl, line 2: no member named full_text, text, "))
    #expect(
      outcome.errors.hasSuffix(
        """
        ; text_keys in [reading] names another; skip_bad_lines = true in [reading] leaves such lines out

        """))
  }

  @Test("Paths are relative to the recipe's folder, not to where the program runs")
  func resolvesPaths() async throws {
    let recipe = try SmallRecipe()
    let outcome = try await Program.run(
      ["train", "all", "--dry-run", recipe.scratch.path("recipe.toml")], in: URL(filePath: "/"))
    #expect(outcome.status == 0, "\(outcome.errors)")
  }
}
