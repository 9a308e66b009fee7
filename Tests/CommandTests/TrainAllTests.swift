import Foundation
import TestSupport
import Testing

@Suite("animo train all")
struct TrainAllTests {
  @Test("Raw tweets become two models that label, with curves and a report of every stage")
  func makesModels() throws {
    let recipe = try SmallRecipe()
    let outcome = try recipe.train()
    #expect(outcome.status == 0, "\(outcome.errors)")
    for model in ["model", "model-int8"] {
      let answer = try Program.run(
        ["classify", "-q", "--emit", "label", "--model", model], input: Data("hoy todo parece feliz\n".utf8),
        in: recipe.scratch.url)
      #expect(["negative\n", "positive\n"].contains(answer.output), "\(answer.errors)")
    }
    let stages = ["prose", "tweets-frozen", "tweets", "classifier-1", "classifier-2"]
    let report = try recipe.scratch.read("model.training/report.json")
    let object = try JSONSerialization.jsonObject(with: Data(report.utf8)) as? [String: Any]
    #expect((object?["stages"] as? [[String: Any]])?.map { $0["stage"] as? String } == stages)
    #expect((object?["texts"] as? [[String: Any]])?.count == 3)
    for stage in stages {
      #expect(try recipe.scratch.read("model.training/\(stage).svg").hasPrefix("<svg "))
    }
  }

  @Test("A run that Ctrl-C stops says so, saves, and goes on to the bytes of an unbroken one")
  func resumesAfterInterrupt() throws {
    // Long enough that the signal comes while it trains.
    let longer = { (text: String) in text.replacing("epochs = 2", with: "epochs = 80") }
    let (unbroken, broken) = (try SmallRecipe(longer), try SmallRecipe(longer))
    try #require(try unbroken.train().status == 0)
    let outcome = try Program.shell(
      #"""
      $ANIMO train all recipe.toml 2>errors & program=$!
      until grep -qs '"step":30,' model.training/log.jsonl; do sleep 0.01; done
      kill -INT $program; wait $program; echo $?; grep -c 'stopped during' errors
      """#, in: broken.scratch.url)
    #expect(outcome.output == "130\n1\n")
    #expect(try !broken.names().contains("model"))
    #expect(try broken.train("--resume").status == 0)
    #expect(try broken.models() == unbroken.models())
  }

  @Test(
    "A run that is killed anywhere goes on to the bytes of an unbroken one",
    arguments: [2, 12, 31, 58, 83, 97])
  func resumesAfterKill(synchronisations: Int) throws {
    let (unbroken, broken) = (try SmallRecipe(), try SmallRecipe())
    try #require(try unbroken.train().status == 0)
    let outcome = try Program.shell(
      """
      strace -f -qq -o /dev/null -e inject=fsync:signal=KILL:when=\(synchronisations) \
        $ANIMO train all recipe.toml
      """,
      in: broken.scratch.url)
    #expect(outcome.status != 0)
    let resumed = try broken.train("--resume")
    #expect(resumed.status == 0, "\(resumed.errors)")
    #expect(try broken.models() == unbroken.models())
  }

  @Test("A finished recipe has nothing left to do")
  func finishedRecipe() throws {
    let recipe = try SmallRecipe()
    try #require(try recipe.train().status == 0)
    let before = try recipe.models()
    let outcome = try recipe.train("--resume")
    #expect(outcome.status == 0)
    #expect(
      outcome.errors == """
        animo: labelling is finished
        animo: the vocabulary is finished
        animo: prose is finished
        animo: tweets is finished
        animo: the classifier is finished

        """)
    #expect(try recipe.models() == before)
  }

  @Test("What an earlier run has made is not written over")
  func keepsEarlierRun() throws {
    let recipe = try SmallRecipe()
    try #require(try recipe.train().status == 0)
    let again = try recipe.train()
    #expect(again.status == 73)
    #expect(again.errors == "animo: model: this exists already; name a new folder\n")
    for folder in ["model", "model-int8", "model.training/prose", "model.training/tweets"] {
      try FileManager.default.removeItem(at: recipe.scratch.url.appending(path: folder))
    }
    let third = try recipe.train()
    #expect(third.status == 73)
    #expect(third.errors.contains("model.training: an earlier training is here"))
  }

  @Test("A dry run says what would be trained and leaves nothing behind")
  func dryRun() throws {
    let recipe = try SmallRecipe()
    let before = try recipe.names()
    let outcome = try recipe.train("--dry-run")
    #expect(outcome.status == 0, "\(outcome.errors)")
    for part in [
      "positive    20", "tokens in", "parameters: embedding 8, hidden 12, layers 2", "classifier-2",
    ] {
      #expect(outcome.output.contains(part), "\(part)")
    }
    #expect(try recipe.names() == before)
  }

  @Test("The recipe that ships is one when its files are there")
  func shippedRecipe() throws {
    let file = Repository.tests.deletingLastPathComponent().appending(path: "etc/animo/recipe.toml")
    let text = try String(contentsOf: file, encoding: .utf8)
    // With every option that is shown put in.
    let everything = text.replacing(/(?m)^#(?=[a-z\[])/, with: "")
    for recipe in [text, everything] {
      let scratch = try TemporaryDirectory()
      try scratch.write(recipe, to: "recipe.toml")
      let outcome = try Program.run(["train", "all", "--dry-run", "recipe.toml"], in: scratch.url)
      #expect(outcome.errors == "animo: tweets.jsonl.xz: No such file or directory\n")
      #expect(outcome.status == 66)
    }
  }
}
