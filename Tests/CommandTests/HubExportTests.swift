import Foundation
import TestSupport
import Testing

/// Folders for the Hugging Face Hub; `Tests/Hub/check` holds them against PyTorch.
@Suite("animo model export --hub") struct HubExportTests {
  @Test("The line of --features that is no JSON string is named, blank ones counted")
  func namesBadLine() async throws {
    let outcome = try await Program.run(["explain", "--features"], input: Data("\"hola\"\n\nhola\n".utf8))
    #expect(outcome.status == 65)
    #expect(outcome.output.hasPrefix(#"{"ids":["#))
    #expect(outcome.errors == "animo: standard input, line 3: expected a JSON string, such as \"hola\"\n")
  }

  @Test("Each line of --features has an answer, also the last without a line end, and one with half an emoji")
  func answersLines() async throws {
    let lines = "\"hola\"\n\n\"hola \\ud83d\"\n\"hola\""
    let outcome = try await Program.run(["explain", "--features"], input: Data(lines.utf8))
    #expect(outcome.status == 0)
    let answers = outcome.output.split(separator: "\n")
    #expect(answers.count == 3 && Set(answers).count == 1)
  }

  @Test("Input of --features without a line end is refused before it fills the memory")
  func refusesEndlessLine() async throws {
    let outcome = try await Program.shell(#"$ANIMO explain --features </dev/zero; echo $?"#)
    #expect(outcome.output == "65\n")
    #expect(outcome.errors == "animo: standard input, line 1: expected at most 8 MiB, found more\n")
  }

  @Test("The folder is a model like any other, with a card, labels by id and a module for PyTorch")
  func isModel() async throws {
    let scratch = try TemporaryDirectory()
    let three = Repository.golden.appending(path: "network-three").path
    let outcome = try await Program.shell(
      #"""
      $ANIMO model export --hub --model \#(three) hub && ls hub
      label() { printf 'hola 😡\nqué día\n\n' | $ANIMO classify -q --lockstep --input text --emit compact --model "$1"; }
      diff <(label \#(three) | sed 's/network-three@[0-9a-f]*//') <(label hub | sed 's/hub@[0-9a-f]*//') && echo same
      python3 -c 'import json; c = json.load(open("hub/config.json")); print(c["model_type"], c["id2label"], c["label2id"])'
      head -3 hub/README.md; grep -c 'network-three@' hub/README.md; python3 -m py_compile hub/modeling_animo.py && echo compiles
      $ANIMO model export --hub --model \#(three) hub 2>&1; echo $?
      $ANIMO model export --hub --names fastai other 2>&1 | head -1
      """#, in: scratch.url)
    #expect(
      outcome.output == """
        README.md
        config.json
        model.safetensors
        modeling_animo.py
        vocab.txt
        same
        animo {'0': 'negative', '1': 'neutral', '2': 'positive'} {'negative': 0, 'neutral': 1, 'positive': 2}
        ---
        language: es
        pipeline_tag: text-classification
        2
        compiles
        animo: hub: expected no such directory yet, or an empty one, found Directory not empty
        73
        Error: --hub names tensors as PyTorch does; it does not go with --names fastai

        """)
  }

  @Test("What the model reads of a text is printed as numbers, for an argument and for lines of JSON")
  func printsFeatures() async throws {
    let scratch = try TemporaryDirectory()
    let outcome = try await Program.shell(
      #"""
      $ANIMO explain --features 'hola día 😡😡' | tee one
      printf '"hola d\\u00eda 😡😡"\n"https://t.co/a"\n' | $ANIMO explain --features | diff - <(cat one; $ANIMO explain --features https://t.co/a) && echo same
      $ANIMO explain --features https://t.co/a
      echo hola | $ANIMO explain --features 2>&1; echo $?
      """#, in: scratch.url)
    let lines = outcome.output.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    // ModelFormat has these buckets as its example.
    #expect(
      lines[0].contains(#""words":[10029,63766,203929]"#)
        || lines[0].contains(#""words":[10029,203929,63766]"#))
    #expect(
      lines[0].hasPrefix(#"{"ids":[2,"#) && lines[0].hasSuffix(#",2]],"nothing_to_judge":false}"#),
      "\(lines[0])")
    #expect(
      Array(lines.dropFirst()) == [
        "same", #"{"ids":[2],"words":[],"characters":[],"marks":[],"nothing_to_judge":true}"#,
        #"animo: standard input, line 1: expected a JSON string, such as "hola""#, "65", "",
      ])
  }
}
