import Foundation
import TestSupport
import Testing

@Suite struct EvaluateTests {
  private static let tweets = #"""
    {"text":"qué alegría","label":"positive"}
    {"text":"qué tristeza","label":"negative"}

    """#

  @Test("Pictures are written beside each other, also of files of the same name")
  func draws() async throws {
    let scratch = try TemporaryDirectory()
    try scratch.write(Self.tweets, to: "t.jsonl")
    let outcome = try await Program.shell(
      #"""
      mkdir a; cp t.jsonl a
      $ANIMO evaluate --svg plots t.jsonl a/t.jsonl >/dev/null && ls plots && head -qc 4 plots/*
      """#, in: scratch.url)
    #expect(outcome.status == 0)
    #expect(
      outcome.output.hasPrefix(
        """
        t-2-confusion.svg
        t-2-reliability.svg
        t-2-scores.svg
        t-confusion.svg
        t-reliability.svg
        t-scores.svg

        """))
    #expect(outcome.output.components(separatedBy: "<svg").count == 7)
  }

  @Test("A file of texts with probabilities but no labels is not asked for probabilities")
  func needsLabels() async throws {
    let scratch = try TemporaryDirectory()
    try scratch.write(#"{"text":"qué bien","p":{"negative":0.1,"positive":0.9}}"# + "\n", to: "soft.jsonl")
    let outcome = try await Program.run(["evaluate", "soft.jsonl"], in: scratch.url)
    #expect(outcome.status == 65)
    #expect(
      outcome.errors
        == "animo: soft.jsonl: no line has a label; each needs \"label\": \"positive\" or another one\n")
  }

  @Test("A report is a page and its numbers in one folder, and no text becomes markup")
  func reports() async throws {
    let scratch = try TemporaryDirectory()
    try scratch.write(
      #"""
      {"text":"qué alegría <script>alert(1)</script>","label":"positive","country":"MX"}
      {"text":"qué tristeza","label":"negative","country":"AR"}
      {"text":"martes & 13","label":"neutral"}
      {"text":"otra vez sin luz, gracias","label":"negative","country":"MX"}

      """#, to: "<i>t.jsonl")
    try scratch.write(
      #"""
      {"group":"a <u>","text":"<b>hola</b>","expect":"positive"}
      {"group":"a <u>","text":"<b>hola</b>","expect":"not_positive"}

      """#, to: "e.jsonl")
    let outcome = try await Program.shell(
      #"""
      $ANIMO evaluate --model "$(dirname $TINY)/network-three" --report out --expectations e.jsonl "<i>t.jsonl" \
        >text && ls out && tail -2 text
      """#, in: scratch.url)
    #expect(outcome.status == 0)
    #expect(outcome.output.hasPrefix("report.html\nreport.json\n"))
    #expect(outcome.output.contains(/\na <u> +2 +1 +50\.0 % +9\.5–90\.5 %\n/))
    let page = try String(contentsOf: scratch.url.appending(path: "out/report.html"), encoding: .utf8)
    for markup in ["<script", "<b>", "<u>", "<i>", "src="] { #expect(!page.contains(markup)) }
    #expect(page.contains("&lt;b&gt;hola&lt;/b&gt;") && page.contains("&lt;i&gt;t.jsonl"))
    #expect(page.components(separatedBy: "<svg").count == 8)
    #expect(page.components(separatedBy: "<article").count == 5)
    let json = try Data(contentsOf: scratch.url.appending(path: "out/report.json"))
    let object = try #require(try JSONSerialization.jsonObject(with: json) as? [String: Any])
    let set = try #require((object["sets"] as? [[String: Any]])?.first)
    let countries = (set["by_country"] as? [[String: Any]] ?? []).compactMap { $0["name"] as? String }
    #expect(countries == ["MX", "AR"])
    #expect((set["curves"] as? [[String: Any]])?.count == 3)
    let losses = try #require(set["top_losses"] as? [[String: Any]])
    #expect(losses.count == 4 && losses.allSatisfy { ($0["words"] as? [Any])?.isEmpty == false })
    let expectations = try #require((object["expectations"] as? [[String: Any]])?.first)
    #expect(expectations["met"] as? Int == 1 && (expectations["failures"] as? [Any])?.count == 1)
  }

  @Test("Labels may be in upper or lower case, or abbreviated, as in training")
  func readsAbbreviations() async throws {
    let scratch = try TemporaryDirectory()
    try scratch.write(
      #"""
      {"text":"qué alegría","label":"P"}
      {"text":"qué tristeza","label":"Negative"}
      {"text":"martes","label":"NEU"}
      {"text":"miércoles","label":"NONE"}
      {"text":"jueves","label":"other"}

      """#, to: "t.jsonl")
    try scratch.write(#"{"text":"qué alegría","expect":"not_NEG"}"# + "\n", to: "e.jsonl")
    let outcome = try await Program.shell(
      #"""
      $ANIMO evaluate --alias none=neutral --expectations e.jsonl t.jsonl | grep -e 'left out:' -e ' met,'
      $ANIMO compare --alias none=neutral built-in built-in t.jsonl | grep 'with a label'
      """#, in: scratch.url)
    #expect(
      outcome.output == """
        left out: 1 other
        e.jsonl: 1 of 1 expectations met, 100.0 % (95 %: 20.7–100.0 %)
        4 texts with a label; other labels: 1 other

        """)
  }

  @Test("An alias of a label that the model does not have is an error, as in compare")
  func refusesWrongAlias() async throws {
    let outcome = try await Program.run(
      ["evaluate", "--alias", "none=neutrall", "-"], input: Data(Self.tweets.utf8))
    #expect(outcome.status == 64)
    #expect(
      outcome.errors
        == "animo: --alias: no label is named neutrall; this model has negative, neutral, positive\n")
  }

  @Test("A folder that cannot be made is an error")
  func reportsImpossibleFolder() async throws {
    let outcome = try await Program.run(
      ["evaluate", "--svg", "/proc/nowhere", "-"], input: Data(Self.tweets.utf8))
    #expect(outcome.status == 73)
    #expect(outcome.output == "")
    #expect(outcome.errors == "animo: /proc/nowhere: No such file or directory (mkdir)\n")
  }

  @Test("The JSON is one object, the same whatever the number of workers")
  func writesJSON() async throws {
    var outcomes: [Program.Outcome] = []
    for workers in ["1", "2"] {
      outcomes.append(
        try await Program.run(
          ["evaluate", "--json", "--workers", workers, "-"], input: Data(Self.tweets.utf8)))
    }
    #expect(outcomes[0] == outcomes[1])
    let object = try JSONSerialization.jsonObject(with: outcomes[0].stdout) as? [String: Any]
    let sets = try #require(object?["sets"] as? [[String: Any]])
    #expect(sets[0]["name"] as? String == "standard input")
    #expect(sets[0]["texts"] as? Int == 2)
  }

  @Test("Texts that get no label as they hold nothing to judge are left out and counted")
  func leavesOutUnjudged() async throws {
    let link = #"{"text":"https://t.co/x","label":"positive"}"# + "\n"
    for (labels, texts, unjudged) in [("2", 2, 1), ("all", 3, 0)] {
      let outcome = try await Program.run(
        ["evaluate", "--json", "--labels", labels, "-"], input: Data((Self.tweets + link).utf8))
      let object = try JSONSerialization.jsonObject(with: outcome.stdout) as? [String: Any]
      let set = try #require((object?["sets"] as? [[String: Any]])?.first)
      #expect(set["texts"] as? Int == texts)
      #expect(set["unjudged"] as? Int == unjudged)
    }
    let text = try await Program.run(
      ["evaluate", "--labels", "2", "-"], input: Data((Self.tweets + link).utf8))
    #expect(text.output.contains("\nleft out: 1 with nothing to judge\n"))
    let nothing = try await Program.run(["evaluate", "--labels", "2", "-"], input: Data(link.utf8))
    #expect(nothing.status == 65)
    #expect(nothing.errors == "animo: standard input: no text to judge; 1 hold nothing to judge\n")
  }

  @Test("Models of two labels are not compared by texts that hold nothing to judge")
  func comparesJudged() async throws {
    let link = #"{"text":"https://t.co/x","label":"positive"}"# + "\n"
    let folder = try await SmallRecipe.trained().scratch
    let outcome = try await Program.run(
      ["compare", "--json", "model", "model-int8", "-"], input: Data((Self.tweets + link).utf8),
      in: folder.url)
    let object = try JSONSerialization.jsonObject(with: outcome.stdout) as? [String: Any]
    #expect(object?["texts"] as? Int == 2 && object?["unjudged"] as? Int == 1)
    #expect((object?["accuracy"] as? [String: Any])?["texts"] as? Int == 2)
    let text = try await Program.run(
      ["compare", "model", "model-int8", "-"], input: Data((Self.tweets + link).utf8), in: folder.url)
    #expect(text.output.contains("\nleft out: 1 with nothing to judge\n"))
    let nothing = try await Program.run(
      ["compare", "model", "model-int8", "-"], input: Data(link.utf8), in: folder.url)
    #expect(nothing.status == 65)
    #expect(nothing.errors == "animo: -: no text to compare; 1 hold nothing to judge\n")
  }

  @Test("What a model answered is written into its config.json; its name and its answers stay the same")
  func writesToModel() async throws {
    let scratch = try TemporaryDirectory()
    let outcome = try await Program.shell(
      #"""
      cp -r "$TINY" model; cp model/config.json before
      for i in $(seq 40); do
        printf '{"text":"%s %s","label":"%s"}\n' alegría $i positive tristeza $i negative martes $i neutral
      done >gold.jsonl
      echo '{"text":"https://t.co/x","label":"positive"}' >>gold.jsonl
      $ANIMO classify -q --model model gold.jsonl >answers
      head -45 gold.jsonl >few.jsonl
      $ANIMO evaluate --write-to-model model few.jsonl >/dev/null; echo $?
      cmp model/config.json before && echo unchanged
      $ANIMO evaluate --write-to-model model --model model gold.jsonl; echo $?
      $ANIMO evaluate --write-to-model model --labels 2 gold.jsonl 2>/dev/null; echo $?
      $ANIMO evaluate --write-to-model model gold.jsonl >/dev/null; echo $?
      $ANIMO classify -q --model model gold.jsonl | cmp - answers && echo the same
      $ANIMO model show model | grep judged | sed 's/0\.[0-9]* of/SHARE of/'
      python3 - <<'END'
      import json
      judged = json.load(open("model/config.json"))["judged"]
      print(judged[0]["corpus"], [(row["label"], row["texts"], sum(row["answers"])) for row in judged[0]["labels"]])
      END
      """#, in: scratch.url)
    #expect(
      outcome.output == """
        65
        unchanged
        64
        64
        0
        the same
        judged by     gold.jsonl: 120 texts, SHARE of them labelled correctly
        gold.jsonl [('negative', 40, 40), ('neutral', 40, 40), ('positive', 40, 40)]

        """)
    #expect(
      outcome.errors == """
        animo: few.jsonl: 15 texts with the label "negative"; --write-to-model needs 20 of each label
        animo: --write-to-model judges the model in model as it is: leave --model and --clean out

        """)
  }
}
