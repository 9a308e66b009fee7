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

  @Test("What is in the place where a model is made first is found before the training, and left alone")
  func tellsOfForeignFolder() async throws {
    let scratch = try TemporaryDirectory()
    let outcome = try await Program.shell(
      #"""
      train() {
        $ANIMO train language-model a.txt --from es-tweets --validation a.txt --output mine 2>&1; echo $?
      }
      echo hola >a.txt; mkdir mine.tmp; touch mine.tmp/config.json mine.tmp/notes.txt
      train; ls mine.tmp; rm -r mine.tmp; touch mine.tmp; train; ls
      """#, in: scratch.url)
    #expect(
      outcome.output == """
        animo: mine.tmp: this folder contains notes.txt, and mine is made there first; \
        remove it, or name another output
        73
        config.json
        notes.txt
        animo: mine.tmp: Not a directory (open)
        73
        a.txt
        mine.tmp

        """)
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
        encoder       embedding 320 → LSTM 384 → 384 → 320
        true

        """)
  }

  @Test(
    "A number that no training can have is an error before anything is read",
    arguments: [
      "language-model a.txt --vocabulary vocab.txt --hidden 10000000000",
      "language-model a.txt --vocabulary vocab.txt --epochs 9223372036854775807",
      "language-model a.txt --vocabulary vocab.txt --epochs 9223372036854775807 --frozen-epochs 1",
      "classifier --from lm --positive a.txt --negative b.txt --batch 4611686018427387904",
      "classifier --from lm --positive a.txt --negative b.txt --stage 1:9223372036854775807:1",
      "classifier --from lm --positive a.txt --negative b.txt --dropout 2",
      "classifier --from lm --labelled a.jsonl --labelled-weight 1e38",
      "language-model a.txt --vocabulary vocab.txt --bptt 9223372036854775807",
      "marks --from lm a.jsonl --weight 1e38",
      "wide --from lm --labelled a.jsonl --iterations 9223372036854775807",
    ])
  func refusesNumber(_ arguments: String) async throws {
    let scratch = try TemporaryDirectory()
    let outcome = try await Program.run(
      ["train"] + arguments.split(separator: " ").map(String.init) + ["--output", "mine"], in: scratch.url)
    #expect(outcome.status == 64, "\(outcome.errors)")
  }

  @Test("A network that memory does not hold is an error before it is made, in a dry run too")
  func tellsOfMemory() async throws {
    let scratch = try TemporaryDirectory()
    try scratch.write(
      """
      output = "mine"
      [corpora]
      positive = "a.txt"
      negative = "b.txt"
      [vocabulary]
      file = "vocab.txt"
      [network]
      hidden = 8192
      [[language_model]]
      name = "tweets"
      corpora = ["positive", "negative"]
      [classifier]
      positive = ["positive"]
      negative = ["negative"]

      """, to: "recipe.toml")
    let outcome = try await Program.shell(
      #"""
      echo 'hola mundo' | tee a.txt >b.txt
      $ANIMO train vocabulary a.txt b.txt --output vocab.txt >report
      ulimit -v 8000000
      $ANIMO train language-model a.txt --vocabulary vocab.txt --hidden 8192 --output mine 2>log; echo $?
      grep -c '^animo: not enough memory: ' log
      $ANIMO train all --dry-run recipe.toml 2>log; echo $?; grep -c '^animo: not enough memory: ' log
      """#, in: scratch.url)
    #expect(outcome.output == "71\n1\n71\n1\n")
  }

  @Test("Validation tweets that are learnt from too are told of")
  func warnsOfLeak() async throws {
    let scratch = try TemporaryDirectory()
    let outcome = try await Program.shell(
      #"""
      printf 'qué bien\nqué bonito\n' >positive.txt; printf 'qué mal\nqué feo\n' >negative.txt
      printf '@ana qué bien :)\nqué alegría\n' >valid.txt
      $ANIMO train classifier --from $TINY --positive positive.txt --negative negative.txt --stage 1:1:1 \
        --validation-positive valid.txt --validation-negative negative.txt --output mine 2>&1 | grep flatter
      """#, in: scratch.url)
    #expect(
      outcome.output == """
        animo: classifier: 3 of the 4 tweets to judge by are among those to learn from, so the figures flatter the model

        """)
  }

  @Test(
    "Help rounds the default rates", arguments: [("language-model", "0.00267"), ("classifier", "0.0533")])
  func roundsRates(command: String, rate: String) async throws {
    let help = try await Program.run(["train", command, "--help"]).output
    let words = help.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    #expect(words.contains("(default: \(rate))"))
  }

  @Test("A file without end is no vocabulary, and does not fill the memory")
  func refusesEndlessVocabulary() async throws {
    let scratch = try TemporaryDirectory()
    try scratch.write("hola\n", to: "a.txt")
    let outcome = try await Program.run(
      ["train", "preview", "a.txt", "--vocabulary", "/dev/zero"], in: scratch.url)
    #expect(outcome.status == 65)
    #expect(outcome.errors == "animo: /dev/zero: expected a vocabulary of at most 256 MiB, found more\n")
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
