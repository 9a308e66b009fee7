import Daemon
import Glibc
import JSON
import Logging
import Scoring
import Sentiment
import Server
import Spool
import Statistics
import SystemCalls
import SystemPackage
import Systemd
import Tweets

/// One run of the daemon, from the signals to the last message.
struct ServeRun {
  private let command: Serve
  private let configuration: ResolvedConfiguration
  private let level: LogLevel
  private let log: Logger
  private let notifier = ServiceNotifier()

  /// - Throws: `SettingError` if the configuration is invalid; systemd has been notified.
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

  /// - Throws: the failure that ended the daemon; systemd has been notified.
  func run() throws {
    do {
      try ProcessSetup.checkDescriptorLimit()
      let values = configuration.values
      try (values.model.capacity + .pipeline(workers: values.workers) + .daemon).check()
      // Both before any other thread exists: the first changes the environment, the second blocks signals in all threads.
      let sockets = try InheritedSocket.takeAll()
      let signals = try SignalWatch([SIGTERM, SIGINT], patience: -1) {
        notifier.stopping(status: "stopping: finishing what was read")
      }
      let hangups = try SignalDescriptor([SIGHUP])
      for warning in configuration.warnings {
        log.tell(DaemonEvent.doubtfulConfiguration, ["detail": "\(warning)"])
      }
      let engine = try configuration.makeEngine(badLines: badLines)
      let heartbeat = try Heartbeat(notifier, log: log)
      var pipeline = ScoringPipeline(engine, workers: configuration.values.workers)
      pipeline.pulse = heartbeat.pulse
      let intake: any Intake
      if command.stdin {
        intake = try makeStandardInput(engine)
        try live(with: intake, pipeline, heartbeat, signals, hangups, sockets) { _ in }
      } else {
        let spool = try makeSpool(for: pipeline)
        intake = spool
        try live(with: intake, pipeline, heartbeat, signals, hangups, sockets) {
          spool.adopt($0.spoolOptions)
        }
      }
      let settled = intake.statistics.settled
      log.tell(DaemonEvent.stopped, ["lines": "\(settled.lines)"])
      notifier.flush(timeout: .seconds(1))
      let flawed = settled.rejectedTotal + settled.refusedFiles + intake.queue.held
      // At the end of its input it is the filter; stopped by a signal, it has done what it was told.
      let hasEnded = command.once || (command.stdin && signals.received == nil)
      if hasEnded, flawed > 0 { throw CommandFailure(.dataError) }
    } catch let failure as CommandFailure where failure.message == nil {
      throw failure
    } catch {
      Self.tell(error, by: notifier)
      throw error
    }
  }

  private var badLines: Rendering.BadLines { command.stdin ? .inline : .deadLetter }

  /// Notifies systemd of the reason why the daemon ends.
  private static func tell(_ error: any Error, by notifier: ServiceNotifier) {
    notifier.failed(
      ErrorText.of(error), errorNumber: ExitStatus.errorNumber(of: error),
      exitStatus: ExitStatus.of(error).rawValue)
    notifier.flush(timeout: .seconds(1))
  }

  /// - Throws: `CommandFailure` if the folder of the statistics cannot be opened.
  private func makeStandardInput(_ engine: ScoringEngine) throws(CommandFailure) -> StandardInput {
    do {
      return try StandardInput(engine, statisticsIn: command.stats.map { FilePath($0) }, log: log)
    } catch {
      throw CommandFailure(.cannotCreate, "--stats: \(error); create this folder first, or name another")
    }
  }

  private func makeSpool(for pipeline: ScoringPipeline) throws -> Spool {
    var options = configuration.values.spoolOptions
    options.endsWhenEmpty = command.once
    return try Spool(
      root: FilePath(configuration.values.spool), options: options, labels: pipeline.engine.labels,
      provenance: Provenance(of: pipeline.engine), engines: pipeline.engines, pulse: pipeline.pulse, log: log)
  }

  /// Runs until the intake ends: it is finished, has failed or was stopped by a signal.
  ///
  /// - Parameter adopt: passes the intake its own options after a reload.
  private func live(
    with intake: any Intake, _ pipeline: ScoringPipeline, _ heartbeat: Heartbeat, _ signals: SignalWatch,
    _ hangups: SignalDescriptor, _ sockets: [InheritedSocket],
    adopt: @escaping @Sendable (ServeConfiguration) -> Void
  ) throws {
    intake.statistics.name(model: pipeline.engine.modelName, estimator: pipeline.engine.estimator)
    let settings = command.settings
    let reload = ServeReload(
      configuration.values, labels: intake.statistics.labels,
      fixed: command.stdin ? ServeConfiguration.fixedForStandardInput : ServeConfiguration.fixed,
      badLines: badLines, log: log, sources: { try settings.sources(isAgain: true) }
    ) { configuration, engine in
      level.now = configuration.logLevel.level
      pipeline.engines.replace(with: engine)
      intake.statistics.name(model: engine.modelName, estimator: engine.estimator)
      adopt(configuration)
    }
    let life = DaemonLife(intake, pipeline, heartbeat, notifier, log: log) { try reload.reload() }
    var descriptors: [FileDescriptor] = sockets.map(\.descriptor)
    // Those that are open: one that is in use has the socket file of another daemon.
    var addresses: [ListeningAddress] = []
    defer { for address in addresses { address.remove() } }
    for address in configuration.values.listen {
      descriptors.append(try listen(on: address))
      addresses.append(address)
    }
    var daemon = ServedDaemon(
      state: { life.state(of: Version.current) }, engine: { pipeline.engine },
      reasons: { engine, goesOn in
        try Capacity.explaining(engine.scorer.model).check()
        return try WordReasons.finder(engine.scorer, while: goesOn)
      }, jobs: jobs())
    if !command.stdin {
      daemon.windows = { period, step in try intake.history(in: period, step: step) }
    }
    let server = StatusServer(
      sockets: descriptors, names: configuration.values.httpNames, daemon: daemon, log: log)
    try life.run(until: signals.stop, reloadingFor: hangups, guest: descriptors.isEmpty ? nil : server)
  }

  private func listen(on address: ListeningAddress) throws(CommandFailure) -> FileDescriptor {
    do {
      return try address.listen()
    } catch {
      throw CommandFailure(.unavailable, "cannot listen on \(error)")
    }
  }

  /// Reads the jobs as any other process would: the daemon's own connection to the ledger never waits for it.
  private func jobs() -> @Sendable (_ limit: Int) throws -> JSONValue {
    guard !command.stdin else { return { _ in ServedDaemon.noJobs } }
    let root = FilePath(configuration.values.spool)
    let state = configuration.values.spoolOptions.state
    return { try JobJSON.list($0, in: SpoolView(root: root, state: state)) }
  }
}
