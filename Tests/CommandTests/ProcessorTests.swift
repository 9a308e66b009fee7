import Foundation
import TestSupport
import Testing

/// The program on x86-64 processors that the tests do not run on, under an emulator.
@Suite("Other processors")
struct ProcessorTests {
  static let tweets = """
    {"id":1,"text":"me encanta este día 😍"}
    {"id":2,"text":"otra vez tarde el tren, qué asco"}
    {"id":3,"text":"mañana hay partido"}

    """

  @Test(
    "A processor has the kernels of its instructions, and the answers of this one",
    arguments: [
      // No AVX; AVX2 and fused multiply-add without more.
      ("Nehalem", "plain-int8, plain-bf16, plain"),
      ("Haswell", "avx2-int8, plain-int8, plain-bf16, avx2, plain"),
    ])
  func sameAnswers(processor: String, kernels: String) async throws {
    let scratch = try TemporaryDirectory()
    try scratch.write(Array(Self.tweets.utf8), to: "tweets.jsonl")
    let outcome = try await Program.shell(
      """
      command -v qemu-x86_64 >/dev/null || { echo skipped: qemu-x86_64 is not installed; exit; }
      qemu-x86_64 -cpu \(processor) $ANIMO classify --kernel abacus 2>&1 | grep -o 'available: .*'
      $ANIMO classify -q tweets.jsonl >here && qemu-x86_64 -cpu \(processor) $ANIMO classify -q tweets.jsonl >there &&
        cmp here there && wc -l <there
      """, in: scratch.url)
    if let reason = outcome.skipped { try Test.cancel("\(reason)") }
    #expect(outcome.output == "available: \(kernels)\n3\n")
    #expect(outcome.status == 0)
  }
}
