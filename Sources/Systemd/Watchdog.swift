internal import CSystemd

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
