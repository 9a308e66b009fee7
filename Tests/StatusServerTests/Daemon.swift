import Dispatch
import Statistics

@testable import StatusServer

/// What servers in these tests tell of: a daemon that has settled some files.
enum Daemon {
  static let labels = ["negative", "positive"]
  static let reasons = ["bad_json", "no_text"]

  static func state(
    counts: Counts = Counts(labels: 2, reasons: 2), json: String = "{}\n", trouble: String? = nil,
    model: String = "es-tweets@0"
  ) -> DaemonState {
    var statistics = RollingStatistics(labels: labels, reasons: reasons, start: .zero)
    statistics.settle(counts)
    return DaemonState(
      statistics: statistics.snapshot(at: .seconds(1)), json: json, queue: .init(files: 3, leftAlone: 1),
      trouble: trouble, reloads: .init(), build: .init(version: "1.0", model: model),
      started: 1_790_000_000_250_000)
  }
}

/// Lets a server run on a socket of its own until `body` is done, and then waits until it has ended.
func withServer(
  on family: ListeningSocket.Family = .loopback, patience: Duration = .seconds(20), limit: Int = 64,
  state: @escaping @Sendable () -> DaemonState = { Daemon.state() },
  _ body: (ListeningSocket) async throws -> Void
) async throws {
  let socket = try ListeningSocket(family)
  let server = StatusServer(sockets: [socket.descriptor], patience: patience, limit: limit, state: state)
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

/// A request of HTTP/1.1.
func request(_ method: String = "GET", _ target: String, _ fields: String...) -> String {
  (["\(method) \(target) HTTP/1.1", "Host: localhost"] + fields).joined(separator: "\r\n") + "\r\n\r\n"
}
