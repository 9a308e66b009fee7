import Foundation
import TestSupport
import Testing

@Suite struct TrainTests {
  @Test("Tweets are divided into three files, raw, one a line")
  func labels() async throws {
    let scratch = try TemporaryDirectory()
    let outcome = try await Program.shell(
      #"""
      printf '{"text":"@ana qué\\nbien :)"}\n{"text":"qué mal :("}\n{"text":"ni :) ni :("}\n{"text":"lunes"}\n' |
        $ANIMO train label - --output out >report; echo $?
      ls -A out; cat out/positive.txt out/negative.txt out/unlabelled.txt
      """#, in: scratch.url)
    #expect(
      outcome.output
        == "0\nnegative.txt\npositive.txt\nunlabelled.txt\n@ana qué bien :)\nqué mal :(\nlunes\n")
  }

  @Test("A run that fails leaves the files of an earlier one as they were, and nothing beside them")
  func keepsEarlierFiles() async throws {
    let scratch = try TemporaryDirectory()
    let outcome = try await Program.shell(
      #"""
      echo 'uno :)' >raw.txt; $ANIMO train label raw.txt --output out >report
      printf 'dos :)\n\361\n' >raw.txt; $ANIMO train label raw.txt --output out 2>log; echo $?
      grep -c 'raw.txt, line 2: ' log; ls -A out | wc -l; cat out/positive.txt
      """#, in: scratch.url)
    #expect(outcome.output == "65\n1\n3\nuno :)\n")
  }

  @Test("A folder that cannot be made is an error of its own")
  func tellsOfFolder() async throws {
    let scratch = try TemporaryDirectory()
    try scratch.write("hola\n", to: "a.txt")
    let outcome = try await Program.run(["train", "label", "a.txt", "--output", "no/such"], in: scratch.url)
    #expect(outcome.status == 73)
    #expect(outcome.errors.contains("no/such"))
  }

  @Test("A vocabulary is written a token a line, from compressed files too")
  func makesVocabulary() async throws {
    let scratch = try TemporaryDirectory()
    let outcome = try await Program.shell(
      #"""
      printf 'Sí, sí\nbueno\n' | gzip >a.txt.gz; printf 'text,id\n"bueno, sí",1\n' >b.csv
      $ANIMO train vocabulary a.txt.gz b.csv --output vocab.txt --max-size 11 >report; echo $?
      tr '\n' ' ' <vocab.txt
      """#, in: scratch.url)
    #expect(
      outcome.output == "0\nxxunk xxpad xxbos xxeos xxfld xxmaj xxup xxrep xxwrep sí , ")
  }

  @Test("A language model goes on from the encoder of the built-in classifier")
  func goesOnFromClassifier() async throws {
    let scratch = try TemporaryDirectory()
    let outcome = try await Program.shell(
      #"""
      for day in lunes martes jueves viernes; do echo "el $day llueve mucho en la costa del norte"; done >days.txt
      $ANIMO train language-model days.txt --from es-tweets --validation days.txt --epochs 1 --rate 0.0001 \
        --batch 2 --bptt 8 --candidates 0 --output mine 2>log || cat log
      $ANIMO model show mine | grep -E '^(architecture|encoder)'
      # All of 30,000 words alike lose ln 30,000 = 10.3 nats.
      jq -r 'select(.valid_loss) | .valid_loss < 10' mine.training/log.jsonl
      """#, in: scratch.url)
    #expect(
      outcome.output == """
        architecture  awd-lstm-language-model
        encoder       embedding 320 → LSTM 640 → 640 → 320
        true

        """)
  }

  /// Numbers that are too large to compute with.
  private static let excesses = [
    ["language-model", "t", "--vocabulary", "v", "--epochs", "9223372036854775807", "--frozen-epochs", "1"],
    ["language-model", "t", "--vocabulary", "v", "--embedding", "9223372036854775807"],
    ["language-model", "t", "--vocabulary", "v", "--bptt", "9223372036854775807"],
    ["classifier", "--from", "m", "--labelled", "l", "--stage", "1:9223372036854775807:1"],
    ["classifier", "--from", "m", "--labelled", "l", "--batch", "9223372036854775807"],
    ["classifier", "--from", "m", "--labelled", "l", "--labelled-weight", "1e38"],
    ["wide", "--from", "m", "--labelled", "l", "--iterations", "9223372036854775807"],
    ["marks", "t", "--from", "m", "--weight", "1e38"],
  ]

  @Test("Numbers that are too large to compute with are refused", arguments: excesses)
  func refusesExcess(arguments: [String]) async throws {
    let outcome = try await Program.run(["train"] + arguments + ["--output", "o"])
    #expect(outcome.status == 64)
    #expect(outcome.errors.hasPrefix("Error: --") || outcome.errors.hasPrefix("Error: The value"))
  }

  @Test(
    "Help rounds the default rates", arguments: [("language-model", "0.00267"), ("classifier", "0.0533")])
  func roundsRates(command: String, rate: String) async throws {
    let help = try await Program.run(["train", command, "--help"]).output
    let words = help.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    #expect(words.contains("(default: \(rate))"))
  }

  @Test("What is made can be looked at")
  func previewsWhatWasMade() async throws {
    let scratch = try TemporaryDirectory()
    let outcome = try await Program.shell(
      #"""
      printf 'qué bien :)\nqué mal :(\n' | $ANIMO train label - --output out >report
      $ANIMO train vocabulary out/positive.txt out/negative.txt --output vocab.txt >report
      $ANIMO train preview --positive out/positive.txt --negative out/negative.txt --vocabulary vocab.txt | grep xxbos
      """#, in: scratch.url)
    #expect(
      outcome.output == """
          positive  xxbos qué xxunk
          negative  xxbos qué xxunk
          0  xxbos qué xxunk xxbos qué xxunk

        """)
  }
}
