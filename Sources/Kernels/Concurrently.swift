internal import Dispatch

/// Runs `work` for every index below `count`, on all cores, and returns when all calls are done.
///
/// The order of indices is undefined, so the result must not depend on it: each call writes to its own memory. A
/// single index runs on the calling thread.
package func concurrently(_ count: Int, _ work: @Sendable (_ index: Int) -> Void) {
  precondition(count >= 0)
  guard count > 1 else {
    if count == 1 { work(0) }
    return
  }
  DispatchQueue.concurrentPerform(iterations: count, execute: work)
}

/// Cuts `count` numbers into blocks of `length` (the last may be shorter), and works on them on all cores.
///
/// Where the blocks are cut depends on `count` and `length` alone.
func concurrently(
  _ count: Int, blocksOf length: Int, _ work: @Sendable (_ block: Int, _ range: Range<Int>) -> Void
) {
  concurrently((count + length - 1) / length) { block in
    work(block, block * length..<min(count, (block + 1) * length))
  }
}
