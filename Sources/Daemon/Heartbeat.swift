package import Logging
package import Scoring
internal import SystemCalls
package import Systemd

/// Notifies the service manager: of the progress of a long start, of readiness, and of being alive, as its watchdog
/// requires.
///
/// Every notification follows from work done, none from a timer, so a daemon that hangs falls silent.
package final class Heartbeat: Sendable {
  /// The pulse of the pipeline; the daemon is ready after its first round.
  package let pulse: Pulse

  private let notifier: ServiceNotifier
  private let log: Logger
  private let firstRound: WakeUp
  /// Rings after the notification of readiness.
  private let ready: WakeUp
  /// Ends after the notification of readiness.
  private let readiness = AsyncStream<Never>.makeStream()

  /// The maximum time of one step of the start.
  private static let patience = Duration.seconds(60)
  /// The minimum time between notifications.
  private static let extensionInterval = Duration.seconds(1)

  /// - Throws: `SystemCallError` if the process has no descriptor left.
  package init(_ notifier: ServiceNotifier, log: Logger) throws {
    let firstRound = try WakeUp()
    (self.notifier, self.log, self.firstRound) = (notifier, log, firstRound)
    ready = try WakeUp()
    let extensions = Throttle(Self.extensionInterval)
    pulse = Pulse {
      if extensions.isDue() { notifier.extendTimeout(by: Self.patience) }
    } onFirstRound: {
      firstRound.ring()
    }
  }

  /// Returns after the notification of readiness, or when the task is cancelled.
  func untilReady() async { for await _ in readiness.stream {} }

  /// Blocks until the notification of readiness, or until `stop` rings; returns whether there was one.
  func waitUntilReady(or stop: WakeUp) -> Bool {
    while true {
      let outcome = Readiness.wait(for: ready.descriptor, or: stop.descriptor, milliseconds: -1)
      if outcome.first || outcome.second { return outcome.first }
    }
  }

  /// Notifies that `intake` is ready, and then that it is alive as long as it makes progress, until `stop` rings.
  func beat(for intake: any Intake, until stop: WakeUp) {
    let outcome = Readiness.wait(for: firstRound.descriptor, or: stop.descriptor, milliseconds: -1)
    guard outcome.first else { return }
    log.tell(DaemonEvent.ready, ["model": "\(intake.current.model)", "source": "\(intake.name)"])
    notifier.ready(status: intake.statusText)
    readiness.continuation.finish()
    ready.ring()
    let interval = Watchdog.pause ?? -1
    var seen: Int?
    repeat {
      let rounds = pulse.rounds
      if interval > 0, rounds != seen { notifier.ping() }
      seen = rounds
    } while !Readiness.wait(for: stop.descriptor, milliseconds: interval).first
  }
}
