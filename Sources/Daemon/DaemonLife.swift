package import Logging
package import Scoring
package import ServiceLifecycle
package import SystemCalls
package import Systemd

/// The concurrent services of a daemon, from the time that its intake is open to the end.
///
///     reader         the intake's source, and through it the pipeline with its workers and its writer
///     heartbeat      notifies the service manager of readiness, then of being alive
///     reload         waits for SIGHUP, once the daemon is ready
///     housekeeping   once a second: statistics, cleaning up; every five seconds the status line
///     control        answers what people ask of the intake on this machine
///     guest          another service, such as a server, once the daemon is ready
package struct DaemonLife: Sendable {
  private let intake: any Intake
  private let pipeline: ScoringPipeline
  private let heartbeat: Heartbeat
  private let notifier: ServiceNotifier
  private let reloads: ReloadLoop

  /// - Parameters:
  ///   - pipeline: labels tweets; must have the heartbeat's pulse.
  ///   - reload: reads and applies new settings; has no effect when it throws.
  package init(
    _ intake: any Intake, _ pipeline: ScoringPipeline, _ heartbeat: Heartbeat, _ notifier: ServiceNotifier,
    log: Logger, reload: @escaping @Sendable () throws -> AdoptedSettings
  ) {
    (self.intake, self.pipeline, self.heartbeat, self.notifier) = (intake, pipeline, heartbeat, notifier)
    reloads = ReloadLoop(publishingIn: intake.state, log: log, reload)
  }

  /// The current state; may be called from any thread.
  ///
  /// - Parameter version: the program's.
  package func state(of version: String) -> DaemonState {
    DaemonState(
      statistics: intake.current, trouble: intake.trouble, measurements: intake.measurements,
      reloads: reloads.reloads, version: version)
  }

  /// Runs until the intake ends, because it is done, has failed, or `stop` was rung; blocks the calling thread.
  ///
  /// - Parameters:
  ///   - stop: ends the intake when rung.
  ///   - hangups: receives SIGHUP.
  ///   - guest: another service, which starts when the daemon is ready.
  package func run(until stop: WakeUp, reloadingFor hangups: SignalDescriptor, guest: (any Service)?) throws {
    // No other service ends by itself: the group would treat that as a failure while it stops them one by one.
    var services: [any Service] = [
      BlockingService("heartbeat") { stop in heartbeat.beat(for: intake, until: stop) },
      BlockingService("reload") { stop in reload(for: hangups, until: stop) },
      BlockingService("housekeeping") { stop in keepHouse(until: stop) },
      BlockingService("control") { stop in intake.serveRequests(until: stop) },
    ]
    if let guest { services.append(Late(service: guest, heartbeat: heartbeat)) }
    services.append(
      BlockingService("reader", bell: stop) { stop in try intake.run(through: pipeline, until: stop) })
    let group = ServiceGroup(
      configuration: .init(
        services: services.map {
          .init(
            service: $0, successTerminationBehavior: .gracefullyShutdownGroup,
            failureTerminationBehavior: .gracefullyShutdownGroup)
        }, logger: Logger(label: "animo.services") { _ in SwiftLogNoOpLogHandler() }))
    defer {
      notifier.stopping(status: "stopped")
      intake.finish()
    }
    try Blocking.run { try await group.run() }
  }

  private func reload(for hangups: SignalDescriptor, until stop: WakeUp) {
    // The end of a reload is told as readiness, which the start alone may tell first.
    guard heartbeat.waitUntilReady(or: stop) else { return }
    reloads.run(hangups, until: stop) {
      notifier.reloading(status: "reading the configuration")
    } onEnd: {
      notifier.ready(status: intake.statusText)
    }
  }

  private func keepHouse(until stop: WakeUp) {
    var seconds = 0
    while !Readiness.wait(for: stop.descriptor, milliseconds: 1000).first {
      intake.keepHouse()
      seconds += 1
      if seconds % 5 == 0 { notifier.status(intake.statusText) }
    }
  }
}

/// A service that starts when the daemon is ready.
private struct Late: Service {
  let service: any Service
  let heartbeat: Heartbeat

  func run() async throws {
    await cancelWhenGracefulShutdown { await heartbeat.untilReady() }
    try await service.run()
  }
}
