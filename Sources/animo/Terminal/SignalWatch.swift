import Dispatch
import Synchronization
import SystemCalls

/// What the program does about SIGINT and SIGTERM, whatever its threads are doing.
///
/// The first signal rings `stop`: what was read is finished. The second one ends the process at once, and so does the
/// first when the end takes longer than `patience`, as when nobody reads the output any more.
final class SignalWatch: Sendable {
  /// Rung by the first signal.
  let stop: WakeUp
  private let first = Mutex<Int32?>(nil)

  /// Watches from now on. To be made before any other thread exists, so that all of them have the signals blocked.
  ///
  /// - Parameters:
  ///   - signals: their numbers.
  ///   - patience: how long the end may take in milliseconds; -1 for as long as it takes.
  ///   - onFirst: called once, when the first signal has come.
  init(
    _ signals: [Int32], patience: Int32, onFirst: @escaping @Sendable () -> Void = {}
  ) throws {
    let descriptor = try SignalDescriptor(signals)
    stop = try WakeUp()
    DispatchQueue(label: "animo.signals").async { [self] in
      ThreadName.set(to: "signals") { watch(descriptor, patience: patience, onFirst) }
    }
  }

  private func watch(_ descriptor: SignalDescriptor, patience: Int32, _ onFirst: () -> Void) {
    let signal = Self.await(descriptor, milliseconds: -1) ?? 0
    first.withLock { $0 = signal }
    onFirst()
    stop.ring()
    let second = Self.await(descriptor, milliseconds: patience)
    SignalDescriptor.end(by: second ?? signal)
  }

  /// The first signal that came, if one has.
  var received: Int32? { first.withLock { $0 } }

  /// The next signal, or nil when the time has passed.
  private static func await(_ descriptor: SignalDescriptor, milliseconds: Int32) -> Int32? {
    while true {
      if let signal = descriptor.next() { return signal }
      guard Readiness.wait(for: descriptor.descriptor, milliseconds: milliseconds).first else { return nil }
    }
  }
}
