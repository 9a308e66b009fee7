internal import CSystemd
internal import Glibc

/// Tells the service manager how the service is: sd_notify(3).
///
/// Without `$NOTIFY_SOCKET` every call does nothing. A message that cannot be sent is dropped: the service must
/// not stop because its manager does not listen.
package struct ServiceNotifier: Sendable {
  /// A notifier; any number of them do the same.
  package init() {}

  /// The service has started, or has reloaded its configuration.
  package func ready(status: String? = nil) {
    send(["READY=1"] + Self.statusLine(status))
  }

  /// One line for `systemctl status`.
  package func status(_ text: String) {
    send(Self.statusLine(text))
  }

  /// The service reads its configuration again; `ready` must follow, whether that went well or not.
  package func reloading(status: String? = nil) {
    // Both in one datagram: systemd compares the time with that of its own request (sd_notify(3)).
    send(["RELOADING=1", "MONOTONIC_USEC=\(Self.monotonicMicroseconds)"] + Self.statusLine(status))
  }

  /// The service begins to stop.
  package func stopping(status: String? = nil) {
    send(["STOPPING=1"] + Self.statusLine(status))
  }

  /// Why the service is about to end: what `systemctl status` shows of it.
  ///
  /// - Parameters:
  ///   - errorNumber: an errno, where a system call failed.
  ///   - exitStatus: what the process will end with.
  package func failed(_ text: String, errorNumber: Int32? = nil, exitStatus: Int32) {
    send(
      Self.statusLine(text) + (errorNumber.map { ["ERRNO=\($0)"] } ?? []) + ["EXIT_STATUS=\(exitStatus)"])
  }

  /// Start, reload or stop need so much more time, from now.
  ///
  /// To be sent once for each piece of work that was done, never by a timer: a stuck service must run out of time.
  package func extendTimeout(by time: Duration) {
    send(["EXTEND_TIMEOUT_USEC=\(time.microseconds)"])
  }

  /// The service is alive: to be sent well within `Watchdog.interval`.
  package func ping() {
    send(["WATCHDOG=1"])
  }

  /// Waits until the manager has read all that was sent before, for `timeout` at most: sd_notify_barrier(3).
  ///
  /// A process that ends right after a message may otherwise be gone before systemd knows whose it was.
  /// - Returns: whether it has; false without a manager.
  @discardableResult
  package func flush(timeout: Duration) -> Bool {
    sd_notify_barrier(0, UInt64(timeout.microseconds)) > 0
  }

  private func send(_ assignments: [String]) {
    // Sound: the string ends in NUL and is only read during the call.
    _ = unsafe assignments.joined(separator: "\n").withCString { unsafe sd_notify(0, $0) }
  }

  /// `STATUS=` with a text that must be one line, or nothing.
  private static func statusLine(_ text: String?) -> [String] {
    guard let text else { return [] }
    let line = text.unicodeScalars.map { $0.value < 0x20 ? " " : $0 }
    var scalars = String.UnicodeScalarView()
    scalars.append(contentsOf: line)
    return ["STATUS=" + String(scalars)]
  }

  private static var monotonicMicroseconds: Int {
    var time = timespec()
    // Sound: the record is only written, during the call.
    unsafe clock_gettime(CLOCK_MONOTONIC, &time)
    return time.tv_sec * 1_000_000 + time.tv_nsec / 1000
  }
}

extension Duration {
  /// The same in whole microseconds.
  var microseconds: Int {
    Int(components.seconds) * 1_000_000 + Int(components.attoseconds / 1_000_000_000_000)
  }
}

/// What the service manager wants of a living service: sd_watchdog_enabled(3).
package enum Watchdog {
  /// Within this time `ServiceNotifier.ping` must come again, or systemd ends the service with SIGABRT; nil
  /// when it does not watch this process.
  package static var interval: Duration? {
    var microseconds: UInt64 = 0
    // Sound: the number is only written, during the call.
    guard unsafe sd_watchdog_enabled(0, &microseconds) > 0 else { return nil }
    return .microseconds(Int64(clamping: microseconds))
  }
}
