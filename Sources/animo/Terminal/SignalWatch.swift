import Synchronization
import SystemCalls

/// The handling of SIGINT and SIGTERM, on a thread of its own.
///
/// The first signal rings `stop`, upon which the program finishes what it has read and exits. The process ends at once
/// on a second signal, or when finishing takes longer than `patience`, for example because the output is blocked.
final class SignalWatch: Sendable {
  /// Signalled by the first signal.
  let stop: WakeUp
  private let first = Mutex<Int32?>(nil)

  /// Starts watching. Create it before any other thread, so that all threads have the signals blocked.
  ///
  /// - Parameters:
  ///   - signals: their numbers.
  ///   - patience: the maximum time to finish after the first signal, in milliseconds; -1 for no limit.
  ///   - onFirst: called once, after the first signal.
  init(
    _ signals: [Int32], patience: Int32, onFirst: @escaping @Sendable () -> Void = {}
  ) throws {
    let descriptor = try SignalDescriptor(signals)
    stop = try WakeUp()
    _ = try BackgroundThread("signals") { [self] in watch(descriptor, patience: patience, onFirst) }
  }

  private func watch(_ descriptor: SignalDescriptor, patience: Int32, _ onFirst: () -> Void) {
    let signal = Self.await(descriptor, milliseconds: -1) ?? 0
    first.withLock { $0 = signal }
    onFirst()
    stop.ring()
    let second = Self.await(descriptor, milliseconds: patience)
    SignalDescriptor.end(by: second ?? signal)
  }

  /// The first signal received, if any.
  var received: Int32? { first.withLock { $0 } }

  /// The next signal; nil after a timeout.
  private static func await(_ descriptor: SignalDescriptor, milliseconds: Int32) -> Int32? {
    while true {
      if let signal = descriptor.next() { return signal }
      guard Readiness.wait(for: descriptor.descriptor, milliseconds: milliseconds).first else { return nil }
    }
  }
}
