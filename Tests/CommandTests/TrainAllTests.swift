import Foundation
import TestSupport
import Testing

@Suite("animo train all")
struct TrainAllTests {
  @Test("Raw tweets become two models that label, with curves and a report of every stage")
  func makesModels() async throws {
    let recipe = try await SmallRecipe.trained()
    for model in ["model", "model-int8"] {
      let answer = try await Program.run(
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

  @Test("The smaller model has the bits that the recipe asks for")
  func fewBits() async throws {
    let recipe = try SmallRecipe { "bits = 4\n" + $0 }
    let outcome = try await recipe.train()
    #expect(outcome.errors.contains("with 4-bit weights it is in model-int4\n"))
    let page = try await Program.run(["model", "show", "model-int4"], in: recipe.scratch.url)
    #expect(page.output.contains("LSTM layers in 4 bits\n"))
  }

  @Test(
    "A stage that diverges is said at the end and by the status, though there are models from its best state")
  func diverges() async throws {
    let recipe = try SmallRecipe { $0.replacing("name = \"prose\"", with: "name = \"prose\"\nrate = 1e30") }
    let outcome = try await recipe.train()
    #expect(outcome.status == 65)
    #expect(
      outcome.errors.contains("animo: diverged: prose; the model was written from the best state before that")
    )
    #expect(try recipe.names().contains("model-int8"))
    #expect(try await recipe.train("--resume").status == 65)
  }

  @Test("A run that Ctrl-C stops says so, saves, and goes on to the bytes of an unbroken one")
  func resumesAfterInterrupt() async throws {
    // Long enough that the signal comes while it trains.
    let longer = { (text: String) in text.replacing("epochs = 2", with: "epochs = 160") }
    let (unbroken, broken) = (try SmallRecipe(longer), try SmallRecipe(longer))
    try #require(try await unbroken.train().status == 0)
    let outcome = try await Program.shell(
      #"""
      $ANIMO train all recipe.toml 2>errors & program=$!
      until grep -qs '"step":30,' model.training/log.jsonl; do sleep 0.01; done
      kill -INT $program; wait $program; echo $?; grep -c 'stopped during' errors
      """#, in: broken.scratch.url)
    #expect(outcome.output == "130\n1\n")
    #expect(try !broken.names().contains("model"))
    #expect(try await broken.train("--resume").status == 0)
    #expect(try broken.models() == unbroken.models())
  }

  @Test(
    "A run that is killed anywhere goes on to the bytes of an unbroken one",
    arguments: [2, 12, 31, 58, 83, 97])
  func resumesAfterKill(synchronisations: Int) async throws {
    let (unbroken, broken) = (try await SmallRecipe.trained(), try SmallRecipe())
    let outcome = try await Program.shell(
      """
      strace -f -qq -o /dev/null -e inject=fsync:signal=KILL:when=\(synchronisations) \
        $ANIMO train all recipe.toml
      """,
      in: broken.scratch.url)
    #expect(outcome.status != 0)
    let resumed = try await broken.train("--resume")
    #expect(resumed.status == 0, "\(resumed.errors)")
    #expect(try broken.models() == unbroken.models())
  }

  @Test("With a wide term and marks, one that is killed anywhere goes on to the bytes of an unbroken one")
  func resumesAllStepsAfterKill() async throws {
    let unbroken = try await SmallRecipe.trained(inAllSteps: true)
    let broken = try SmallRecipe(SmallRecipe.withAllSteps)
    // Among the last names to be given: of the models, of the report, of the held-out tweets, of a checkpoint.
    let kills = try await Program.shell(
      #"""
      for call in renameat rename; do
        strace -f -qq -o all -e trace=$call $ANIMO train all recipe.toml
        last=$(grep -c "$call(" all); rm -r model*
        for back in 0 1 2 3 14; do
          [ $back -lt $last ] || continue
          strace -f -qq -o /dev/null -e inject=$call:signal=KILL:when=$((last - back)) $ANIMO train all recipe.toml
          $ANIMO train all --resume recipe.toml || echo "$call $back: cannot be resumed"
          cat model/* model-int8/* | cksum
          rm -r model*
        done
      done 2>/dev/null | sort | uniq | wc -l
      $ANIMO train all recipe.toml 2>&1 | grep -c 'animo: the model is in '
      """#, in: broken.scratch.url)
    #expect(kills.output == "1\n1\n")
    #expect(try broken.models() == unbroken.models())
  }

  @Test("With a wide term and marks, a finished recipe has nothing left to do")
  func finishedAllSteps() async throws {
    let recipe = try await SmallRecipe.trained(inAllSteps: true)
    let before = try recipe.models()
    let outcome = try await recipe.train("--resume")
    #expect(outcome.status == 0)
    #expect(
      outcome.errors.hasSuffix(
        "animo: the classifier is finished\nanimo: the wide term is finished\nanimo: the marks are finished\n"
      ))
    #expect(try recipe.models() == before)
    let report = try recipe.scratch.read("model.training/report.json")
    #expect(report.contains(#""stage": "wide""#))
  }

  @Test("A model that was made without a wide term does not pass for one with it")
  func lateStep() async throws {
    let recipe = try await SmallRecipe.trained()
    let before = try recipe.models()
    try recipe.scratch.write(SmallRecipe.withAllSteps(SmallRecipe.text), to: "recipe.toml")
    let outcome = try await recipe.train("--resume")
    #expect(outcome.status == 73)
    #expect(
      outcome.errors == """
        animo: model: this model has no wide term, but the recipe does; add it with animo train wide, \
        or name a new output

        """)
    #expect(try recipe.models() == before)
  }

  @Test(
    "A finished classifier is not given marks, nor is a model judged, by a recipe with other labels",
    arguments: [
      (#"["negative", "positive", "neutral"]"#, "negative, positive, neutral"),
      (#"["positive", "negative"]"#, "positive, negative"),
    ])
  func otherLabels(labels: String, names: String) async throws {
    let recipe = try await SmallRecipe.trained(inAllSteps: true)
    let text = SmallRecipe.withAllSteps(SmallRecipe.text)
    try recipe.scratch.write(
      text.replacing("[classifier]\n", with: "[classifier]\nlabels = \(labels)\n"), to: "recipe.toml")
    try FileManager.default.removeItem(
      at: recipe.scratch.url.appending(path: "model.training/held-out.jsonl"))
    for folder in ["model.training/classifier", "model"] {
      let outcome = try await recipe.train("--resume")
      #expect(outcome.status == 78)
      #expect(
        outcome.errors == """
          animo: \(folder): this model has the labels negative, positive, but the recipe has \(names); \
          restore them, or name a new output

          """)
      for finished in ["model.training/classifier", "model.training/wide"] {
        try? FileManager.default.removeItem(at: recipe.scratch.url.appending(path: finished))
      }
    }
  }

  @Test("A model that is made anew leaves nothing of the one before it")
  func madeAnew() async throws {
    let recipe = try await SmallRecipe.trained(inAllSteps: true)
    let outcome = try await Program.shell(
      #"""
      rm -r model; echo 'pull = 50' | sed -i '/^\[marks\]/r /dev/stdin' recipe.toml
      $ANIMO train all --resume recipe.toml; echo $?
      rm -r model-int8; echo old >>model.training/held-out.jsonl
      $ANIMO train all --resume recipe.toml 2>log; echo $?
      grep -c 'held-out tweets and the report are in' log
      $ANIMO model quantise model again >/dev/null; cat again/* | cmp - <(cat model-int8/*) && echo same
      grep -qx old model.training/held-out.jsonl || echo judged anew
      """#, in: recipe.scratch.url)
    #expect(outcome.output == "73\n0\n1\nsame\njudged anew\n", "\(outcome.errors)")
    #expect(
      outcome.errors == """
        animo: model-int8: this model was made from one in model, which is gone; remove it too, or name a new output

        """)
  }

  @Test("A finished recipe has nothing left to do")
  func finishedRecipe() async throws {
    let recipe = try await SmallRecipe.trained()
    let before = try recipe.models()
    let outcome = try await recipe.train("--resume")
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
  func keepsEarlierRun() async throws {
    let recipe = try await SmallRecipe.trained()
    let again = try await recipe.train()
    #expect(again.status == 73)
    #expect(again.errors == "animo: model: already exists; name a new folder\n")
    for folder in ["model", "model-int8", "model.training/prose", "model.training/tweets"] {
      try FileManager.default.removeItem(at: recipe.scratch.url.appending(path: folder))
    }
    let third = try await recipe.train()
    #expect(third.status == 73)
    #expect(third.errors.contains("model.training: this folder contains an earlier training"))
  }

  @Test("A dry run says what would be trained and leaves nothing behind")
  func dryRun() async throws {
    let recipe = try SmallRecipe()
    let before = try recipe.names()
    let outcome = try await recipe.train("--dry-run")
    #expect(outcome.status == 0, "\(outcome.errors)")
    for part in [
      "positive    20", "tokens in", "parameters: embedding 8, hidden 12, layers 2", "classifier-2",
    ] {
      #expect(outcome.output.contains(part), "\(part)")
    }
    #expect(!outcome.output.contains("\nwide "))
    #expect(try recipe.names() == before)
  }

  @Test("While another one uses its folder a dry run does not begin; later it does")
  func dryRunInUse() async throws {
    let recipe = try SmallRecipe()
    let outcome = try await Program.shell(
      #"""
      mkdir -p model.training.dry-run/labelled; touch model.training.dry-run/labelled/positive.txt
      (flock 9; $ANIMO train all --dry-run recipe.toml >out 2>log; echo $?) 9<model.training.dry-run
      sed -E 's/(process|another process) ?[0-9]* is/N is/' log; cat out; ls model.training.dry-run/labelled
      $ANIMO train all --dry-run recipe.toml >out; echo $?; ls -d model.training.dry-run 2>/dev/null
      """#, in: recipe.scratch.url)
    #expect(
      outcome.output == """
        75
        animo: model.training.dry-run: N is using this folder; wait for it to end
        positive.txt
        0

        """)
  }

  @Test("A dry run lists the wide term, with the solver's steps as epochs")
  func dryRunOfWideTerm() async throws {
    let recipe = try SmallRecipe(SmallRecipe.withAllSteps)
    let before = try recipe.names()
    let outcome = try await recipe.train("--dry-run")
    #expect(outcome.status == 0, "\(outcome.errors)")
    let line = outcome.output.split(separator: "\n").first { $0.hasPrefix("wide ") } ?? ""
    #expect(line.split(separator: " ").prefix(3) == ["wide", "40", "1"], "\(outcome.output)")
    #expect(try recipe.names() == before)
  }

  @Test("The recipes that ship are recipes when their files are there")
  func shippedRecipes() async throws {
    let folder = Repository.tests.deletingLastPathComponent().appending(path: "etc/animo")
    let text = try String(contentsOf: folder.appending(path: "recipe.toml"), encoding: .utf8)
    let builtIn = try String(contentsOf: folder.appending(path: "es-tweets.toml"), encoding: .utf8)
    // With every option that is shown put in, but for a teacher, which has no place beside language models.
    let everything = text.replacing(/(?m)^#(?=[a-z\[])/, with: "").replacing(/(?m)^teacher.*$/, with: "")
    let few = try String(contentsOf: folder.appending(path: "few-tweets.toml"), encoding: .utf8)
    let fewLabelled = few.replacing(/(?m)^#(?=[a-z\[])/, with: "")
    for recipe in [text, everything, builtIn, few, fewLabelled] {
      let scratch = try TemporaryDirectory()
      try scratch.write(recipe, to: "recipe.toml")
      let outcome = try await Program.run(["train", "all", "--dry-run", "recipe.toml"], in: scratch.url)
      let raw = recipe == few || recipe == fewLabelled ? "tweets.jsonl" : "tweets.jsonl.xz"
      #expect(outcome.errors.hasPrefix("animo: recipe.toml, line "), "\(outcome.errors)")
      #expect(
        outcome.errors.hasSuffix(": label.raw: \(raw): No such file or directory\n"), "\(outcome.errors)")
      #expect(outcome.status == 66)
    }
  }
}
