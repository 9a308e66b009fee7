import Glibc
import Logging
import Sentiment
import ServiceLifecycle
import Spool
import Streaming
import SystemCalls
import SystemPackage
import Systemd

/// One life of the daemon, from the signals to the last message.
struct ServeRun {
  private let command: Serve
  private let log: Logger
  private let notifier = ServiceNotifier()

  init(_ command: Serve) {
    self.command = command
    let toJournal = JournalLogHandler.isStandardErrorJournal
    var log = Logger(label: "animo") { label -> any LogHandler in
      if toJournal { JournalLogHandler(identifier: label) } else { TextLogHandler() }
    }
    log.logLevel = command.logLevel.level
    self.log = log
  }

  /// - Throws: what ended the daemon, if it was not a signal or the end of its input; systemd has been told.
  func run() throws {
    do {
      // Before any other thread exists, so that all of them have the signals blocked.
      let signals = try SignalWatch([SIGTERM, SIGINT], patience: -1) {
        notifier.stopping(status: "stopping: finishing what was read")
      }
      let scorer = try command.model.makeScorer()
      try SelfTest.run(scorer)
      let heartbeat = try Heartbeat(notifier, log: log)
      let work = try makeWork(scorer, heartbeat)
      try serve(work, signals: signals, heartbeat)
      log.notice("stopped", metadata: ["lines": "\(work.tally.lines)"])
      notifier.flush(timeout: .seconds(1))
      if command.once, work.tally.rejectedTotal + work.refusedFiles > 0 { throw CommandFailure(.dataError) }
    } catch let failure as CommandFailure where failure.message == nil {
      throw failure
    } catch {
      notifier.failed(
        "\(error)", errorNumber: ExitStatus.errorNumber(of: error), exitStatus: ExitStatus.of(error).rawValue)
      notifier.flush(timeout: .seconds(1))
      throw error
    }
  }

  private func makeWork(_ scorer: SentimentScorer, _ heartbeat: Heartbeat) throws -> any DaemonWork {
    var pipeline = ScoringPipeline(
      scorer: scorer, reading: command.lines.reading,
      rendering: Rendering(emit: command.lines.emit, badLines: command.stdin ? .inline : .deadLetter),
      workers: command.lines.workers)
    pipeline.pulse = heartbeat.pulse
    guard let root = command.spool else {
      return try StandardInputWork(pipeline, stats: command.stats, log: log)
    }
    return try SpoolWork(pipeline, root: FilePath(root), options: spoolOptions, log: log)
  }

  private var spoolOptions: SpoolOptions {
    var options = SpoolOptions()
    options.state = command.state.map { FilePath($0) }
    options.reading = command.lines.reading
    options.endsWhenEmpty = command.once
    options.settleTime = .milliseconds(Int64(command.settle * 1000))
    options.retentionTime = .seconds(command.keepDays * 24 * 3600)
    options.retentionSize = command.keepSize << 20
    return options
  }

  /// Runs the services until one of them ends: the work because it is done or failed, or the signals.
  private func serve(_ work: any DaemonWork, signals: SignalWatch, _ heartbeat: Heartbeat) throws {
    let services: [any Service] = [
      BlockingService("signals") { stop in
        _ = Readiness.wait(for: signals.stop.descriptor, or: stop.descriptor, milliseconds: -1)
      },
      BlockingService("heartbeat") { stop in heartbeat.beat(for: work, until: stop) },
      BlockingService("housekeeping") { stop in keepHouse(of: work, until: stop) },
      BlockingService("work") { stop in try work.run(until: stop) },
    ]
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
}
