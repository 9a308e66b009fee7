package import Logging
package import Scoring
internal import SystemCalls
package import Systemd

/// What shows the service manager that the daemon lives: that a long start goes on, that it is ready, and the pings that
/// its watchdog waits for.
///
/// All of it is said because something was done, and nothing because time has passed: a daemon that hangs falls silent.
package final class Heartbeat: Sendable {
  /// To be given to the pipeline, whose first round is when the daemon is ready.
  package let pulse: Pulse

  private let notifier: ServiceNotifier
  private let log: Logger
  private let firstRound: WakeUp
  /// Ends when it has been said that the daemon is ready.
  private let readiness = AsyncStream<Never>.makeStream()

  /// One piece of the start may take so long.
  private static let patience = Duration.seconds(60)
  /// Small pieces are told of together.
  private static let extensionInterval = Duration.seconds(1)

  /// - Throws: `SystemCallError` when the process has no descriptor left.
  package init(_ notifier: ServiceNotifier, log: Logger) throws {
    let firstRound = try WakeUp()
    (self.notifier, self.log, self.firstRound) = (notifier, log, firstRound)
    let extensions = Throttle(Self.extensionInterval)
    pulse = Pulse {
      if extensions.isDue() { notifier.extendTimeout(by: Self.patience) }
    } onFirstRound: {
      firstRound.ring()
    }
  }

  /// Returns when it has been said that the daemon is ready, or the task is cancelled.
  func untilReady() async { for await _ in readiness.stream {} }

  /// Says that `intake` is ready as soon as it is, and then that it is alive as long as it moves, until `stop` rings.
  func beat(for intake: any Intake, until stop: WakeUp) {
    let outcome = Readiness.wait(for: firstRound.descriptor, or: stop.descriptor, milliseconds: -1)
    guard outcome.first else { return }
    log.tell(DaemonEvent.ready, ["model": "\(intake.current.model)", "source": "\(intake.name)"])
    notifier.ready(status: intake.statusText)
    readiness.continuation.finish()
    let interval = Watchdog.interval.map { Int32(max(1, $0 / .milliseconds(3))) } ?? -1
    var seen: Int?
    repeat {
      let rounds = pulse.rounds
      if interval > 0, rounds != seen { notifier.ping() }
      seen = rounds
    } while !Readiness.wait(for: stop.descriptor, milliseconds: interval).first
  }
}
