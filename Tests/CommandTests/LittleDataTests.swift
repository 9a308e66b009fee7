import Foundation
import TestSupport
import Testing

/// Little data does not end a training, and what does is found before it begins.
@Suite("Little or wrong data")
struct LittleDataTests {
  @Test("Minibatches that few texts do not fill shrink, and a line tells of each")
  func shrinks() async throws {
    let recipe = try SmallRecipe { text in
      text.replacing("batch = 4\n", with: "").replacing("bptt = 8\n", with: "").replacing(
        "batch = 8\n", with: "")
    }
    let outcome = try await recipe.train()
    #expect(outcome.status == 0, "\(outcome.errors)")
    for line in [
      #"animo: prose: [0-9,]+ tokens are few for minibatches of 128 × 70; using 8 × 70, and lowering the rate in proportion\n"#,
      #"animo: tweets: [0-9,]+ tokens are few for minibatches of 128 × 70; using 8 × (70|35), and lowering the rate in proportion\n"#,
      #"animo: classifier: [0-9]+ tweets are few for minibatches of 128; using 8, and lowering the rate in proportion\n"#,
    ] {
      #expect(outcome.errors.matches(of: try Regex(line)).count == 1, "\(line) in \(outcome.errors)")
    }
    #expect(outcome.errors.contains("animo: all data, folders and sizes checked; training takes up to "))
  }

  /// A mistake that only a late stage would meet.
  struct Mistake: CustomTestStringConvertible {
    var testDescription: String
    var change: @Sendable (String) -> String
    var status: Int32
    var message: String
  }

  static let mistakes = [
    Mistake(
      testDescription: "no tweet has a mark",
      change: { text in
        text + """
          [marks]
          [[marks.labelled]]
          corpora = ["prose"]
          label = "positive"

          """
      }, status: 65,
      message: "no emoticon or emoji occurs in 3 or more labelled tweets; provide more tweets"),
    Mistake(
      testDescription: "no tweet with a mark has a weight",
      change: { SmallRecipe.withAllSteps($0) + "weight = 0\n" }, status: 65,
      message: "no emoticon or emoji occurs in 3 or more labelled tweets; provide more tweets"),
    Mistake(
      testDescription: "a label whose tweets have no weight",
      change: { text in
        text + """
          labels = ["negative", "neutral", "positive"]
          [[classifier.labelled]]
          corpora = ["positive"]
          label = "positive"
          [[classifier.labelled]]
          corpora = ["negative"]
          label = "negative"
          [[classifier.labelled]]
          corpora = ["unlabelled"]
          label = "neutral"
          weight = 0

          """
      }, status: 65, message: "no tweet to learn from is labelled neutral; give some of every label"),
    Mistake(
      testDescription: "a label without tweets",
      change: { $0 + "labels = [\"negative\", \"neutral\", \"positive\"]\nneutral = []\n" }, status: 65,
      message: "no tweet to learn from is labelled negative; give some of every label"),
    Mistake(
      testDescription: "a label that no model can have",
      change: { text in
        text + "labels = [\"negative\", \"positive\", \"\(String(repeating: "x", count: 65))\"]\n"
      }, status: 78, message: "config.json: labels: expected a text of 1 to 64 bytes"),
    Mistake(
      testDescription: "a bad line in the last file",
      change: { text in
        text.replacing("[vocabulary]", with: "gold = \"gold.jsonl\"\n[vocabulary]")
          + "[[classifier.labelled]]\ncorpora = [\"gold\"]\n"
      }, status: 65, message: "gold.jsonl, line 2"),
    Mistake(
      testDescription: "nothing to judge by",
      change: { $0.replacing("validation_share = 0.25", with: "validation_share = 0") }, status: 65,
      message: "there are not both kinds of tweets to judge by; give more of both"),
    Mistake(
      testDescription: "a network larger than the disk",
      change: { $0.replacing("hidden = 12\nlayers = 2", with: "hidden = 65536\nlayers = 8") }, status: 74,
      message: "model.training: training takes "),
  ]

  @Test("What a late stage would fail by is found before anything is trained", arguments: mistakes)
  func checksFirst(_ mistake: Mistake) async throws {
    let recipe = try SmallRecipe(mistake.change)
    try recipe.scratch.write(
      "{\"text\":\"qué bien\",\"label\":\"positive\"}\n{\"label\":\"positive\"}\n", to: "gold.jsonl")
    let outcome = try await recipe.train()
    #expect(outcome.status == mistake.status)
    #expect(outcome.errors.contains(mistake.message), "\(outcome.errors)")
    #expect(try recipe.names().filter { $0.hasPrefix("model") } == ["model.training"])
    #expect(
      try recipe.names(in: "model.training") == ["labelled", "log.jsonl", "recipe.toml", "vocab.txt"])
    #expect(try recipe.scratch.read("model.training/log.jsonl") == "")
    // Nothing has been trained, so nothing need be resumed.
    try recipe.scratch.write(SmallRecipe.text.replacing("\"model\"", with: "\"no/model\""), to: "recipe.toml")
    let elsewhere = try await recipe.train()
    #expect(elsewhere.status == 73)
    #expect(elsewhere.errors == "animo: no/model.tmp: No such file or directory (mkdir)\n")
  }

  @Test("A dry run finds that tweets have too few marks")
  func checksMarksInDryRun() async throws {
    let mistake = Self.mistakes[0]
    let outcome = try await SmallRecipe(mistake.change).train("--dry-run")
    #expect(outcome.status == mistake.status)
    #expect(outcome.errors.hasSuffix("animo: \(mistake.message)\n"), "\(outcome.errors)")
    let notebook = try SmallRecipe { "clean = \"notebook\"\n" + SmallRecipe.withAllSteps($0) }
    #expect(try await notebook.train("--dry-run").status == 78)
  }

  @Test("A mended recipe starts over without --resume")
  func startsOver() async throws {
    let recipe = try SmallRecipe { $0.replacing("validation_share = 0.25", with: "validation_share = 0") }
    #expect(try await recipe.train().status == 65)
    try recipe.scratch.write(SmallRecipe.text, to: "recipe.toml")
    let outcome = try await recipe.train()
    #expect(outcome.status == 0, "\(outcome.errors)")
    let usual = try await SmallRecipe.trained()
    #expect(try recipe.models() == usual.models())
  }
}
