internal import CSystemd
internal import Glibc

/// Notifies the service manager: sd_notify(3).
///
/// Without `$NOTIFY_SOCKET`, calls have no effect. A message that cannot be sent is dropped, as the service must not
/// stop because its manager does not listen.
package struct ServiceNotifier: Sendable {
  /// A notifier; all of them are equivalent.
  package init() {}

  /// The service has started, or has reloaded its configuration.
  package func ready(status: String? = nil) {
    send(["READY=1"] + Self.statusLine(status))
  }

  /// One line for `systemctl status`.
  package func status(_ text: String) {
    send(Self.statusLine(text))
  }

  /// The service is reloading its configuration; `ready` must follow, whatever the result.
  package func reloading(status: String? = nil) {
    // Both in one datagram: systemd compares the time with that of its own request (sd_notify(3)).
    send(["RELOADING=1", "MONOTONIC_USEC=\(Self.monotonicMicroseconds)"] + Self.statusLine(status))
  }

  /// The service is stopping.
  package func stopping(status: String? = nil) {
    send(["STOPPING=1"] + Self.statusLine(status))
  }

  /// Why the service is about to fail, for `systemctl status`.
  ///
  /// - Parameters:
  ///   - errorNumber: an errno, if a system call failed.
  ///   - exitStatus: the exit status of the process.
  package func failed(_ text: String, errorNumber: Int32? = nil, exitStatus: Int32) {
    send(
      Self.statusLine(text) + (errorNumber.map { ["ERRNO=\($0)"] } ?? []) + ["EXIT_STATUS=\(exitStatus)"])
  }

  /// Extends the timeout of the start, reload or stop to `time` from now.
  ///
  /// Must be sent for work that was done, never by a timer, so that a stuck service times out.
  package func extendTimeout(by time: Duration) {
    send(["EXTEND_TIMEOUT_USEC=\(time.microseconds)"])
  }

  /// The service is alive; must be sent well within `Watchdog.interval`.
  package func ping() {
    send(["WATCHDOG=1"])
  }

  /// Waits until the manager has read all previous messages, at most for `timeout`: sd_notify_barrier(3).
  ///
  /// Otherwise, if a process ends right after a message, systemd may be unable to attribute the message.
  /// - Returns: false after a timeout, or without a manager.
  @discardableResult
  package func flush(timeout: Duration) -> Bool {
    sd_notify_barrier(0, UInt64(timeout.microseconds)) > 0
  }

  private func send(_ assignments: [String]) {
    // Sound: the string ends in NUL and is only read during the call.
    _ = unsafe assignments.joined(separator: "\n").withCString { unsafe sd_notify(0, $0) }
  }

  /// `STATUS=` with the text on one line; empty for nil.
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

/// The service manager's watchdog: sd_watchdog_enabled(3).
package enum Watchdog {
  /// The maximum time between calls of `ServiceNotifier.ping`, after which systemd kills the service with SIGABRT;
  /// nil if there is no watchdog for this process.
  package static var interval: Duration? {
    var microseconds: UInt64 = 0
    // Sound: the number is only written, during the call.
    guard unsafe sd_watchdog_enabled(0, &microseconds) > 0 else { return nil }
    return .microseconds(Int64(clamping: microseconds))
  }

  /// The time between checks whether to ping, a third of the interval, in milliseconds; nil without a watchdog.
  package static var pause: Int32? {
    interval.map { Int32(min(max(1, $0 / .milliseconds(3)), Double(Int32.max))) }
  }
}
