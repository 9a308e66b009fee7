import TestSupport
import Testing

@Suite("animo report words") struct ReportWordsTests {
  /// Tweets of two labels, twelve of each, so that some words tell one from the other.
  private static let tweets = #"""
    for n in $(seq 12); do
      printf '{"text":"@ana gracias por la cena %s :) https://t.co/x","label":"positive","created_at":"2026-10-0%s"}\n' $n $((n % 2 + 1))T10:00:00Z
      printf '{"text":"otra multa en la calle %s #QueTristeza 😡","label":"negative","created_at":"2026-10-0%s"}\n' $n $((n % 2 + 3))T10:00:00Z
    done >tweets.jsonl

    """#

  private func outcome(_ script: String) async throws -> Program.Outcome {
    let scratch = try TemporaryDirectory()
    return try await Program.shell(Self.tweets + script, in: scratch.url)
  }

  @Test("Words are told by label, by window and by file, for people, as JSON and as CSV")
  func tables() async throws {
    let outcome = try await outcome(
      #"""
      $ANIMO report words tweets.jsonl
      $ANIMO report words --by month --csv --words 1 tweets.jsonl
      $ANIMO report words --by year --weight count --stop-words --words 2 <tweets.jsonl
      grep positive tweets.jsonl >a.jsonl; grep negative tweets.jsonl >b.jsonl
      $ANIMO report words --by file --json --words 1 a.jsonl b.jsonl | tr -d ' \n'
      """#)
    #expect(
      outcome.output == """
        negative  count    z    positive  count    z
        12 texts     60         12 texts     24
        calle        12  2.0    cena         12  3.4
        multa        12  2.0    gracias      12  3.4
        tristeza     12  2.0

        """)
    #expect(outcome.errors.isEmpty)
  }

  @Test("Before cleaning, user names, hashtags, links, emoticons and emoji are words too")
  func before() async throws {
    let outcome = try await outcome(
      "$ANIMO report words --before --weight count --words 6 tweets.jsonl")
    #expect(outcome.output == "")
  }

  @Test("The model labels texts, and answers of classify are read; a text without either is reported")
  func answers() async throws {
    let outcome = try await outcome(
      #"""
      $ANIMO report words --classify --workers 3 --json tweets.jsonl >a.json
      $ANIMO classify -q tweets.jsonl | $ANIMO report words --by answer --json - | cmp - a.json && head -4 a.json
      echo '{"text":"hola"}' >>tweets.jsonl
      $ANIMO report words --csv --words 1 tweets.jsonl
      """#)
    #expect(outcome.output == "")
  }

  @Test("Clouds are files, the same in each run, and a page")
  func pictures() async throws {
    let outcome = try await outcome(
      #"""
      $ANIMO report words --before --svg one tweets.jsonl >/dev/null; ls one
      $ANIMO report words --before --svg two tweets.jsonl >/dev/null; diff -r one two && echo same
      $ANIMO report words --before --svg three --seed 7 tweets.jsonl >/dev/null; cmp -s one/positive.svg three/positive.svg || echo different
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

  @Test("What cannot be shown is refused with a remedy")
  func refusals() async throws {
    let outcome = try await outcome(
      #"""
      try() { $ANIMO report words "$@" 2>&1 >/dev/null | grep -v -e '^Usage' -e '^  See'; echo ${PIPESTATUS[0]}; }
      echo hola >text.txt
      try --by answer tweets.jsonl; try --by hour text.txt; try --weight contrast text.txt; try --json --csv text.txt
      try --html --words 501 text.txt; try --classify --by label text.txt
      for n in $(seq 70); do echo '{"text":"hola","created_at":'$((1700000000 + n * 3600))'}'; done >hours.jsonl
      try --by hour hours.jsonl
      """#)
    #expect(outcome.output == "")
  }
}
