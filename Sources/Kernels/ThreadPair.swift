internal import CKernels

/// Two threads that share the products and steps of a few tweets: each computes half of a layer's units.
///
/// One thread serves; another takes the pair for a while and gives it to the layers that it calls. Answers do not
/// depend on it, to the bit.
@safe package final class ThreadPair: Sendable {
  /// More rows at once keep one core busy with arithmetic, so that they are not shared.
  package static let maximumRows = Int(ANIMO_TILE_ROWS)

  /// Whether the calling thread may run on a second core: a process may be held to one on a machine of many.
  package static var pays: Bool { animo_pair_pays() }

  @unsafe nonisolated(unsafe) private let pair: OpaquePointer

  /// Nil when there is no memory.
  package init?() {
    guard let pair = unsafe animo_pair_new() else { return nil }
    unsafe self.pair = pair
  }

  deinit {
    // Sound: both threads hold this object while they use the pair.
    unsafe animo_pair_free(pair)
  }

  /// Does half of the work of whoever has taken the pair, until it is stopped. Sleeps where there is none.
  package func serve() { unsafe animo_pair_serve(pair) }

  /// Ends `serve`.
  package func stop() { unsafe animo_pair_stop(pair) }

  /// Takes the pair, and wakes the thread that serves; false where another thread has it.
  package func begin() -> Bool { unsafe animo_pair_begin(pair) }

  /// Gives it back.
  package func end() { unsafe animo_pair_end(pair) }

  /// Sound: the caller has the pair, and what the pointers lead to lives until the end of the call.
  @unsafe func product(
    _ kernels: KernelSet, _ weights: UnsafePointer<animo_weights>, _ rows: UnsafePointer<animo_product_rows>
  ) {
    unsafe animo_pair_product(pair, kernels.table, weights, rows)
  }

  /// Sound: as above.
  @unsafe func step(
    _ kernels: KernelSet, _ weights: UnsafePointer<animo_weights>, _ rows: UnsafePointer<animo_step_rows>
  ) {
    unsafe animo_pair_step(pair, kernels.table, weights, rows)
  }
}
