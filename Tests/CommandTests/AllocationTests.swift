import Foundation
import TestSupport
import Testing

#if DEBUG
  let isOptimised = false
#else
  let isOptimised = true
#endif

@Suite struct AllocationTests {
  /// Invented tweets that are all different.
  private func tweets(_ count: Int) -> String {
    var random = SeededGenerator(seed: 3)
    let words = [
      "hola", "qué", "día", "tan", "bonito", "NUNCA", "gracias", "jajaja", "mañana", "#hoy", "@ana", "triste",
    ]
    return (0..<count).map { number in
      let text = (0..<Int.random(in: 3...15, using: &random)).map { _ in
        words.randomElement(using: &random) ?? ""
      }
      return #"{"id":\#(number),"text":"\#(text.joined(separator: " "))"}"#
    }.joined(separator: "\n")
  }

  @Test(
    "A tweet more costs no allocation, with and without the cache",
    .enabled(if: isOptimised, "unoptimised code allocates where optimised code does not"),
    arguments: ["--cache", "--no-cache"])
  func allocatesNothingPerTweet(_ cache: String) async throws {
    try await requireNoAllocations(in: TemporaryDirectory(), cache)
  }

  @Test(
    "Neither does it with a wide term",
    .enabled(if: isOptimised, "unoptimised code allocates where optimised code does not"),
    arguments: ["--cache", "--no-cache"])
  func allocatesNothingForWideTerm(_ cache: String) async throws {
    let model = try await SmallWideModel()
    try #require(try await model.train().status == 0)
    // This model is so small that its workers often wait for each other, which allocates now and then; an allocation
    // for each tweet would be 1 or more.
    try await requireNoAllocations(in: model.scratch, "\(cache) --model wide", below: 0.5)
  }

  private func requireNoAllocations(
    in scratch: TemporaryDirectory, _ options: String, below limit: Double = 0.1
  ) async throws {
    try scratch.write(tweets(5000), to: "in.jsonl")
    let source = Repository.tests.appending(path: "AllocationCounter/count.c").path
    let outcome = try await Program.shell(
      #"""
      clang -O2 -shared -fPIC -o count.so '\#(source)'
      for lines in 3000 5000; do
        head -$lines in.jsonl | LD_PRELOAD=./count.so $ANIMO classify -q \#(options) 2>&1 >/dev/null | grep allocations
      done
      """#, in: scratch.url)
    let counts = outcome.output.split(separator: "\n").compactMap { Int($0.split(separator: " ")[0]) }
    try #require(counts.count == 2)
    // By then every buffer has grown to its size; what is left is a few for each chunk of 512 lines.
    #expect(Double(counts[1] - counts[0]) / 2000 < limit)
  }
}
