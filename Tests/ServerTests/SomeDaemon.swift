import Dispatch
import Foundation
import JSON
import Logging
import Scoring
import Sentiment
import Statistics
import SystemCalls
import TestSupport

@testable import Daemon
@testable import Server

/// What servers in these tests tell of: a daemon that has settled some files.
enum SomeDaemon {
  /// The engine of its texts, with dead letters as a daemon has it.
  static let engine = Result {
    ScoringEngine(
      scorer: try SentimentScorer(directory: Repository.golden.appending(path: "network-tiny").path),
      rendering: Rendering(badLines: .deadLetter))
  }

  static let labels = ["negative", "positive"]
  static let reasons = ["bad_json", "no_text"]
  static let log = Logger(label: "server") { _ in SwiftLogNoOpLogHandler() }

  static func state(
    counts: Counts = Counts(), trouble: String? = nil, model: String = "es-tweets@0"
  ) -> DaemonState {
    var statistics = RollingStatistics(of: Counts(labels: labels, reasons: reasons), start: .zero)
    statistics.settle(counts)
    let started = UTCTime(microseconds: 1_790_000_000_250_000)
    return DaemonState(
      statistics: CurrentStatistics(
        snapshot: statistics.snapshot(at: .seconds(1)), time: started, started: started,
        since: started.rfc3339, model: model,
        queue: IntakeQueue(queued: 3, leftAlone: 1, held: 2, setAside: 4)),
      trouble: trouble, reloads: ReloadCounts(), version: "1.0")
  }
}

/// Lets a server run on a socket of its own until `body` is done, and then waits until it has ended.
func withServer(
  on family: ListeningSocket.Family = .loopback, patience: Duration = .seconds(20), limit: Int = 64,
  age: Duration = .milliseconds(100), names: [String] = [],
  state: @escaping @Sendable () -> DaemonState = { SomeDaemon.state() },
  engine: (@Sendable () -> ScoringEngine)? = nil,
  reasons: @escaping ServedDaemon.Reasons = { _, _ in { _, _ in [] } },
  jobs: @escaping @Sendable (Int) throws -> JSONValue = { _ in ServedDaemon.noJobs },
  windows: (@Sendable (Range<Int>, WindowStep) throws -> MoodHistory?)? = nil,
  _ body: (ListeningSocket) async throws -> Void
) async throws {
  let socket = try ListeningSocket(family)
  let usual = try SomeDaemon.engine.get()
  let server = StatusServer(
    sockets: [socket.descriptor], patience: patience, limit: limit, age: age, names: names,
    daemon: ServedDaemon(
      state: state, engine: engine ?? { usual }, reasons: reasons, jobs: jobs, windows: windows),
    log: SomeDaemon.log)
  try await withTaskExecutorPreference(OwnThreads()) {
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await server.run() }
      defer { group.cancelAll() }
      try await body(socket)
    }
  }
}

/// Threads that are not those of all tasks, which tests of the program block for as long as it runs.
private final class OwnThreads: TaskExecutor {
  private let queue = DispatchQueue(label: "status server tests", attributes: .concurrent)

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    // Sound: each job that is enqueued is run once.
    queue.async { unsafe job.runSynchronously(on: self.asUnownedTaskExecutor()) }
  }
}

/// A request of HTTP/1.1 with a body.
func post(_ target: String, _ body: String, _ fields: String...) -> String {
  (["POST \(target) HTTP/1.1", "Host: localhost", "Content-Length: \(body.utf8.count)"] + fields)
    .joined(separator: "\r\n") + "\r\n\r\n" + body
}

/// A request of HTTP/1.1.
func request(_ method: String = "GET", _ target: String, _ fields: String...) -> String {
  (["\(method) \(target) HTTP/1.1", "Host: localhost"] + fields).joined(separator: "\r\n") + "\r\n\r\n"
}
