import Logging
import Streaming
import SystemCalls
import Systemd

/// What shows the service manager that the daemon lives: that a long start goes on, that it is ready, and the pings that
/// its watchdog waits for.
///
/// All of it is said because something was done, and nothing because time has passed: a daemon that hangs falls silent.
final class Heartbeat: Sendable {
  /// To be given to the pipeline, whose first round is when the daemon is ready.
  let pulse: Pulse

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
  init(_ notifier: ServiceNotifier, log: Logger) throws {
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

  /// Says that `work` is ready as soon as it is, and then that it is alive as long as it moves, until `stop` rings.
  func beat(for work: any DaemonWork, until stop: WakeUp) {
    let outcome = Readiness.wait(for: firstRound.descriptor, or: stop.descriptor, milliseconds: -1)
    guard outcome.first else { return }
    log.notice("ready", metadata: ["model": "\(work.modelName)", "source": "\(work.sourceName)"])
    notifier.ready(status: work.statusText)
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
