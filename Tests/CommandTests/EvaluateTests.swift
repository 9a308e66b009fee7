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
}
