internal import Dispatch

/// Runs `body` for 0, 1, … `count - 1`, on as many threads as there are processors, and waits for all.
///
/// What is computed must not depend on which runs first: each works on memory of its own.
func concurrently(_ count: Int, _ body: @Sendable (Int) -> Void) {
  if count == 1 { return body(0) }
  DispatchQueue.concurrentPerform(iterations: count, execute: body)
}
