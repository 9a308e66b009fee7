import Dispatch
import Glibc
import Kernels
import Testing

@Suite("Pairs of threads")
struct ThreadPairTests {
  @Test(
    "A layer that two threads share gives the bits that one gives",
    arguments: KernelSet.available, [1, 3, 6, 7])
  func sharesExactly(kernels: KernelSet, rows: Int) throws {
    // 13 blocks: halves of unequal size, and a last block that is not full.
    let example = LSTMCase(inputs: 37, units: 203, rows: rows)
    let alone = example.step(kernels)
    let pair = try #require(ThreadPair())
    // Nobody serves yet: the caller does both halves.
    #expect(pair.begin() && !pair.begin())
    #expect(example.step(kernels, sharedBy: pair) == alone)
    pair.end()
    let hasEnded = DispatchSemaphore(value: 0)
    DispatchQueue(label: "companion").async {
      pair.serve()
      hasEnded.signal()
    }
    // More steps than are needed to wake it, with pauses after which it sleeps again.
    for turn in 0..<60 {
      try #require(pair.begin())
      let together = example.step(kernels, sharedBy: pair)
      pair.end()
      try #require(together == alone, "turn \(turn)")
      if turn % 20 == 19 { usleep(2_000) }
    }
    pair.stop()
    hasEnded.wait()
  }

  @Test("A pair that is stopped before it is served ends at once, and its caller works on alone")
  func stops() throws {
    let pair = try #require(ThreadPair())
    pair.stop()
    pair.serve()
    let example = LSTMCase(inputs: 8, units: 160, rows: 2)
    #expect(pair.begin())
    #expect(example.step(.plain, sharedBy: pair) == example.step(.plain))
  }
}
