import Foundation
import TestSupport
import Testing

/// What a training leaves behind beside its model: held-out tweets, a page, and the best state of each stage.
@Suite("After a training")
struct HeldOutTests {
  private struct Line: Decodable {
    let text: String
    let label: String
    let predicted: String
    let probabilities: [String: Double]
    let loss: Double
  }

  private func lines(_ recipe: SmallRecipe) throws -> [Line] {
    try recipe.scratch.read("model.training/held-out.jsonl").split(separator: "\n").map {
      try JSONDecoder().decode(Line.self, from: Data($0.utf8))
    }
  }

  @Test("Held-out tweets have their label and what the model says, as evaluate says it too")
  func heldOut() async throws {
    let recipe = try await SmallRecipe.trained()
    let lines = try lines(recipe)
    let report = try recipe.scratch.read("model.training/report.json")
    let object = try JSONSerialization.jsonObject(with: Data(report.utf8)) as? [String: Any]
    let texts = (object?["texts"] as? [[String: Any]])?.last
    #expect(texts?["valid_texts"] as? Int == lines.count)
    for line in lines {
      #expect(line.text.hasSuffix(line.label == "positive" ? ":)" : ":("))
      #expect(abs(line.probabilities.values.reduce(0, +) - 1) < 1e-5)
      #expect(line.probabilities[line.predicted] == line.probabilities.values.max())
      let probability = try #require(line.probabilities[line.label])
      #expect(abs(line.loss + log(probability)) < 1e-3)
    }
    let outcome = try await Program.run(
      ["evaluate", "--json", "--model", "model", "model.training/held-out.jsonl"], in: recipe.scratch.url)
    // Nobody has learnt from them, so nothing is said.
    #expect(outcome.errors == "")
    let judged = try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any]
    let set = (judged?["sets"] as? [[String: Any]])?.first
    let right = lines.count { $0.label == $0.predicted }
    #expect(set?["texts"] as? Int == lines.count)
    let accuracy = try #require(set?["accuracy"] as? Double)
    #expect(abs(accuracy - Double(right) / Double(lines.count)) < 1e-6)
  }

  @Test("A model is not judged by texts that it has learnt from without a warning")
  func warns() async throws {
    let recipe = try await SmallRecipe.trained(inAllSteps: true)
    let heldOut = try lines(recipe).count
    let learnt = 40 - heldOut
    for model in ["model", "model-int8", "model.training/best/classifier-1"] {
      let outcome = try await Program.run(
        [
          "evaluate", "--model", model, "--positive", "model.training/labelled/positive.txt", "--negative",
          "model.training/labelled/negative.txt",
        ], in: recipe.scratch.url)
      #expect(outcome.status == 0)
      // The marks were learnt from positive tweets, some of them held out of the classifier's training.
      let count = try #require(
        outcome.errors.firstMatch(
          of:
            /^animo: positive.txt \+ negative.txt: the model has learnt from ([0-9]+) of these 40 texts \(0.00 expected by mistake\), so the figures flatter it\n$/
        ).flatMap { Int($0.1) }, "\(outcome.errors)")
      #expect(model.hasSuffix("classifier-1") ? count == learnt : (learnt...40).contains(count))
    }
  }

  @Test("Texts that a model has learnt from are known by another cleaning too")
  func warnsWithOtherCleaning() async throws {
    let recipe = try await SmallRecipe.trained()
    // The case study's cleaning leaves the mouths.
    for (file, face, longer) in [("positive", ":)", ":))))"), ("negative", ":(", ":((((")] {
      let tweets = try recipe.scratch.read("model.training/labelled/\(file).txt")
      try recipe.scratch.write(tweets.replacing(face, with: longer), to: "\(file).txt")
    }
    let outcome = try await Program.run(
      [
        "evaluate", "--model", "model", "--clean", "notebook", "--positive", "positive.txt", "--negative",
        "negative.txt",
      ], in: recipe.scratch.url)
    #expect(outcome.status == 0)
    #expect(outcome.errors.contains("positive.txt + negative.txt: the model has learnt from "))
  }

  @Test("Tweets whose files have grown since they were learnt from are not taken for those held out")
  func grownFiles() async throws {
    let recipe = try await SmallRecipe.trained()
    let file = "model.training/labelled/positive.txt"
    try recipe.scratch.write(try recipe.scratch.read(file) + "hoy todo va bien :)\n", to: file)
    try FileManager.default.removeItem(
      at: recipe.scratch.url.appending(path: "model.training/held-out.jsonl"))
    let outcome = try await recipe.train("--resume")
    #expect(outcome.status == 0, "\(outcome.errors)")
    let message = "animo: held-out.jsonl is not written, as the files of tweets have changed meanwhile\n"
    #expect(outcome.errors.contains(message))
    #expect(try !recipe.names(in: "model.training").contains("held-out.jsonl"))
  }

  @Test("A list of learnt texts that is damaged is named")
  func damaged() async throws {
    let recipe = try await SmallRecipe.trained()
    try recipe.scratch.write("animo-lt?", to: "model/learnt.bloom")
    let outcome = try await Program.run(
      ["evaluate", "--model", "model", "model.training/held-out.jsonl"], in: recipe.scratch.url)
    #expect(outcome.status == 78)
    #expect(outcome.errors.contains("model/learnt.bloom: expected a list of learnt texts"))
  }

  @Test("The page shows stages, losses, the matrix of each stage and of the untrained model, and tweets")
  func page() async throws {
    let recipe = try await SmallRecipe.trained(inAllSteps: true)
    let page = try recipe.scratch.read("model.training/report.html")
    for part in [
      "<title>Training in model.training</title>", "Stages of the training, in order", "Losses of all stages",
      "untrained: ", "classifier-1: ", "classifier-2: ", "the finished model: ", ", the best</title>",
      "compare validation losses with each other", "Tweets with the highest loss", "lang=\"es\"",
      "This model reads emoticons and emoji.",
    ] {
      #expect(page.contains(part), "\(part)")
    }
    // Nothing is fetched.
    #expect(!page.contains("src=") && !page.contains("url(") && !page.contains("<link"))
    #expect(page.matches(of: /https?:\/\/[^"]*/).allSatisfy { $0.output == "http://www.w3.org/2000/svg" })
    let matrices = page.matches(of: /<figcaption>[^<]* % right/).count
    #expect(matrices == 4)
  }

  @Test("Each stage's best state is a model that other commands take")
  func stages() async throws {
    let recipe = try await SmallRecipe.trained()
    #expect(
      try recipe.names(in: "model.training/best")
        == ["classifier-1", "classifier-2", "prose", "tweets", "tweets-frozen"])
    #expect(try !recipe.names(in: "model.training").contains { $0.hasSuffix(".best") })
    let outcome = try await Program.shell(
      #"""
      best=model.training/best
      set -e
      for stage in classifier-1 classifier-2; do
        $ANIMO evaluate --json --model $best/$stage model.training/held-out.jsonl | jq -r '.labels | join(" ")'
        $ANIMO explain --json --model $best/$stage 'hoy todo parece feliz' | jq -r '.label // .sentiment.label' | wc -l
      done
      tweets='--positive model.training/labelled/positive.txt --negative model.training/labelled/negative.txt'
      $ANIMO train classifier --from $best/classifier-1 $tweets --stage 1:1:1 --batch 8 --validation-share 0.25 --output branch 2>log
      $ANIMO train classifier --from $best/tweets-frozen $tweets --stage 1:1:1 --batch 8 --validation-share 0.25 --output other 2>>log
      $ANIMO train wide --from $best/classifier-2 $tweets --buckets 256 --output wide 2>>log
      $ANIMO train language-model --from $best/classifier-2 prose.txt --validation prose.txt --epochs 1 \
        --batch 4 --bptt 8 --output language 2>>log
      $ANIMO generate --model $best/prose hoy --words 3 | wc -l
      ls -d branch other wide language
      # The embedding is that of the stage, and what the stage has learnt from is remembered.
      for model in branch language; do cmp -s $best/classifier-1/learnt.bloom $model/learnt.bloom && echo same; done
      """#, in: recipe.scratch.url)
    #expect(
      outcome.output == """
        negative positive
        1
        negative positive
        1
        1
        branch
        language
        other
        wide
        same
        same

        """, "\(outcome.errors)")
  }
}
