import Glibc
import Logging
import Sentiment
import ServiceLifecycle
import Spool
import StatusServer
import Streaming
import SystemCalls
import SystemPackage
import Systemd

/// One life of the daemon, from the signals to the last message.
struct ServeRun {
  private let command: Serve
  private let configuration: ResolvedConfiguration
  private let level: LogLevel
  private let log: Logger
  private let notifier = ServiceNotifier()

  /// - Throws: `SettingError` when the configuration is wrong; systemd has been told.
  init(_ command: Serve) throws {
    self.command = command
    do {
      configuration = try ResolvedConfiguration(command.settings.sources())
    } catch {
      Self.tell(error, by: notifier)
      throw error
    }
    level = LogLevel(configuration.values.logLevel.level)
    let toJournal = JournalLogHandler.isStandardErrorJournal
    log = level.logger("animo", toJournal ? JournalLogHandler(identifier: "animo") : TextLogHandler())
  }

  /// - Throws: what ended the daemon, if it was not a signal or the end of its input; systemd has been told.
  func run() throws {
    do {
      try ProcessSetup.checkDescriptorLimit()
      // Both before any other thread exists: the one changes the environment, the other blocks signals in all of them.
      let sockets = try InheritedSocket.takeAll()
      let signals = try SignalWatch([SIGTERM, SIGINT], patience: -1) {
        notifier.stopping(status: "stopping: finishing what was read")
      }
      let hangups = try SignalDescriptor([SIGHUP])
      for warning in configuration.warnings {
        log.warning("doubtful configuration", metadata: ["detail": "\(warning)"])
      }
      let engine = try configuration.makeEngine(badLines: badLines)
      let heartbeat = try Heartbeat(notifier, log: log)
      let work = try makeWork(engine, heartbeat.pulse)
      try serve(work, signals: signals, hangups: hangups, heartbeat, sockets)
      log.notice("stopped", metadata: ["lines": "\(work.tally.lines)"])
      notifier.flush(timeout: .seconds(1))
      if command.once, work.tally.rejectedTotal + work.refusedFiles > 0 { throw CommandFailure(.dataError) }
    } catch let failure as CommandFailure where failure.message == nil {
      throw failure
    } catch {
      Self.tell(error, by: notifier)
      throw error
    }
  }

  private var badLines: Rendering.BadLines { command.stdin ? .inline : .deadLetter }

  /// Tells systemd why the daemon ends.
  private static func tell(_ error: any Error, by notifier: ServiceNotifier) {
    notifier.failed(
      "\(error)", errorNumber: ExitStatus.errorNumber(of: error), exitStatus: ExitStatus.of(error).rawValue)
    notifier.flush(timeout: .seconds(1))
  }

  private func makeWork(_ engine: ScoringEngine, _ pulse: Pulse) throws -> any DaemonWork {
    var pipeline = ScoringPipeline(engine, workers: configuration.values.workers)
    pipeline.pulse = pulse
    if command.stdin { return try StandardInputWork(pipeline, stats: command.stats, log: log) }
    var options = configuration.values.spoolOptions
    options.endsWhenEmpty = command.once
    return try SpoolWork(pipeline, root: FilePath(configuration.values.spool), options: options, log: log)
  }

  /// Runs the services until the work ends, because it is done, failed or told to by a signal. No other service ends by
  /// itself: the group would take that for a fault while it stops them one by one.
  private func serve(
    _ work: any DaemonWork, signals: SignalWatch, hangups: SignalDescriptor, _ heartbeat: Heartbeat,
    _ sockets: [InheritedSocket]
  ) throws {
    let reloader = makeReloader(of: work)
    let desk = ReloadDesk(reloader, folder: work.state, log: log)
    var services: [any Service] = [
      BlockingService("heartbeat") { stop in heartbeat.beat(for: work, until: stop) },
      BlockingService("reload") { stop in reload(work, at: desk, when: hangups, until: stop) },
      BlockingService("housekeeping") { stop in keepHouse(of: work, until: stop) },
    ]
    if !sockets.isEmpty {
      let server = StatusServer(sockets: sockets.map(\.descriptor)) {
        DaemonState(of: work, reloads: reloader.reloads)
      }
      services.append(StatusService(server: server, heartbeat: heartbeat))
    }
    services.append(BlockingService("reader", bell: signals.stop) { stop in try work.run(until: stop) })
    let group = ServiceGroup(
      configuration: .init(
        services: services.map {
          .init(
            service: $0, successTerminationBehavior: .gracefullyShutdownGroup,
            failureTerminationBehavior: .gracefullyShutdownGroup)
        }, logger: Logger(label: "animo.services") { _ in SwiftLogNoOpLogHandler() }))
    defer {
      notifier.stopping(status: "stopped")
      work.finish()
    }
    try Blocking.run { try await group.run() }
  }

  private func keepHouse(of work: any DaemonWork, until stop: WakeUp) {
    var seconds = 0
    while !Readiness.wait(for: stop.descriptor, milliseconds: 1000).first {
      work.keepHouse()
      seconds += 1
      if seconds % 5 == 0 { notifier.status(work.statusText) }
    }
  }

  private func makeReloader(of work: any DaemonWork) -> Reloader {
    Reloader(
      configuration.values, labels: work.labels,
      fixed: command.stdin ? ServeConfiguration.fixedForStandardInput : ServeConfiguration.fixed,
      badLines: badLines, log: log, sources: command.settings.sources
    ) { configuration, engine in
      level.now = configuration.logLevel.level
      work.adopt(configuration, engine)
    }
  }

  private func reload(
    _ work: any DaemonWork, at desk: ReloadDesk, when hangups: SignalDescriptor, until stop: WakeUp
  ) {
    var desk = desk
    desk.serve(hangups, until: stop) {
      notifier.reloading(status: "reading the configuration")
    } onEnd: { _ in
      notifier.ready(status: work.statusText)
    }
  }
}
