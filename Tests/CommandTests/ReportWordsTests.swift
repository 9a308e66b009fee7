import Foundation
import TestSupport
import Testing

// Tables are in CommandCases: report-words and others.
@Suite("animo report words") struct ReportWordsTests {
  /// Tweets of two labels, twelve of each, so that some words tell one from the other.
  private static let tweets = #"""
    for n in $(seq 12); do
      printf '{"text":"@ana gracias por la cena %s :) https://t.co/x","label":"positive"}\n' $n
      printf '{"text":"otra multa en la calle %s #QueTristeza 😡","label":"negative"}\n' $n
    done >tweets.jsonl

    """#

  private func outcome(_ script: String) async throws -> Program.Outcome {
    let scratch = try TemporaryDirectory()
    return try await Program.shell(Self.tweets + script, in: scratch.url)
  }

  @Test("The model labels texts as classify does, whose answers are read; texts without a label are reported")
  func answers() async throws {
    let outcome = try await outcome(
      #"""
      $ANIMO report words --classify --workers 3 --json tweets.jsonl >a.json
      $ANIMO classify -q tweets.jsonl | $ANIMO report words --by answer --json - | cmp - a.json && grep -c '"word"' a.json
      echo '{"text":"hola"}' >>tweets.jsonl
      $ANIMO report words --csv --words 1 tweets.jsonl | cut -d , -f 1-5
      """#)
    #expect(
      outcome.output == """
        5
        cloud,before_cleaning,rank,word,count
        negative,false,1,calle,12
        positive,false,1,cena,12

        """)
    #expect(outcome.errors == "animo: 1 text in no cloud, without a label (a member or column \"label\")\n")
  }

  @Test("A text that the model found nothing to judge in is in no cloud, even if it is the first")
  func nothingToJudge() async throws {
    let outcome = try await outcome(
      #"""
      (echo '{"text":"https://t.co/x"}'; cat tweets.jsonl) >all.jsonl
      $ANIMO report words --classify --json all.jsonl >a.json
      $ANIMO classify -q all.jsonl | $ANIMO report words --json - | cmp - a.json && grep -c '"name"' a.json
      """#)
    #expect(outcome.output == "2\n")
    let remark = "animo: 1 text in no cloud, without anything to judge\n"
    #expect(outcome.errors == remark + remark)
  }

  @Test("A cloud may be called as another one is before cleaning")
  func pictureNames() async throws {
    let outcome = try await outcome(
      #"""
      cp tweets.jsonl a.jsonl && cp tweets.jsonl a-before.jsonl
      $ANIMO report words --by file --weight count --before --svg clouds a.jsonl a-before.jsonl >/dev/null
      ls clouds
      """#)
    #expect(
      outcome.output == """
        a-before-2.svg
        a-before-before.svg
        a-before.svg
        a.svg

        """)
  }

  @Test("Clouds are files, the same in each run, and a page")
  func pictures() async throws {
    let outcome = try await outcome(
      #"""
      $ANIMO report words --before --svg one tweets.jsonl >/dev/null; ls one
      $ANIMO report words --before --svg two tweets.jsonl >/dev/null; diff -r one two && echo same
      $ANIMO report words --svg three --seed 7 tweets.jsonl >/dev/null
      cmp -s one/positive.svg three/positive.svg || echo different
      $ANIMO report words --before --html tweets.jsonl | grep -c -e '<!doctype html>' -e '<svg ' -e '<h2 ' -e '</html>'
      """#)
    #expect(
      outcome.output == """
        negative-before.svg
        negative.svg
        positive-before.svg
        positive.svg
        same
        different
        8

        """)
  }

  @Test("Control characters of a label do not reach the terminal")
  func hidesControlCharacters() async throws {
    let line = #"{"text":"hola","label":"\u001b[31ma\nb"}"# + "\n"
    let words = try await Program.run(
      ["report", "words", "--weight", "count", "--by", "label"], input: Data(line.utf8))
    #expect(words.output.hasPrefix(" [31ma b"))
    let comparison = try await Program.run(["compare", "built-in", "built-in", "-"], input: Data(line.utf8))
    #expect(comparison.output.hasSuffix("no text has a label that both models know: 1  [31ma b\n"))
  }

  @Test("Options that do not go together are refused")
  func refusals() async throws {
    let outcome = try await outcome(
      #"""
      try() { $ANIMO report words "$@" tweets.jsonl 2>&1 >/dev/null | head -1; echo ${PIPESTATUS[0]}; }
      try --json --csv; try --html --words 501; try --classify --by label
      """#)
    #expect(
      outcome.output == """
        Error: --json, --csv and --html exclude each other
        64
        Error: --words must be between 1 and 500 for clouds, or 1,000,000 for tables
        64
        Error: --classify goes with --by answer
        64

        """)
  }
}
