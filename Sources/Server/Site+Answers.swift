internal import Daemon
internal import JSON
internal import NIOHTTP1
internal import SystemCalls

// Answers about the daemon.
extension Site {
  /// Whether work is possible; otherwise the reason.
  func health() -> Answer {
    guard let trouble = daemon.state().trouble else { return Answer(body: "ok\n") }
    return Answer(status: .serviceUnavailable, body: trouble + "\n")
  }

  /// Whether more work can be taken: by the daemon, and by requests.
  func readiness() -> Answer {
    let health = health()
    guard health.status == .ok, turns.isFull else { return health }
    var answer = Answer(status: .serviceUnavailable, body: "too many requests are waiting\n")
    answer.fields = [Self.retry]
    return answer
  }

  func jobs(_ request: Request) -> Answer {
    let limit = request.query["limit"].map { Int($0) } ?? 20
    guard let limit, (1...Self.mostJobs).contains(limit) else {
      return .problem(.badRequest, "limit must be a whole number from 1 to \(Self.mostJobs)")
    }
    do {
      return Answer(try daemon.jobs(limit))
    } catch {
      return .problem(.serviceUnavailable, "the jobs cannot be read: \(error)", [Self.retry])
    }
  }

  static let mostJobs = 200
  static let retry = ("Retry-After", "1")

  /// What the page shows live, in one line.
  func event() -> String {
    let state = daemon.state()
    let queue = state.statistics.queue
    let current = queue.current.map { name, percent in
      JSONValue.object([("name", .string(name.description)), ("percent", .integer(percent))])
    }
    return JSONValue.object([
      ("statistics", state.statistics.value),
      (
        "queue",
        .object([
          ("files", .integer(queue.queued)), ("bytes", .integer(queue.bytes)),
          ("oldest", queue.oldest.map { .string($0.rfc3339) } ?? .null), ("current", current ?? .null),
        ])
      ),
      ("trouble", state.trouble.map(JSONValue.string) ?? .null), ("version", .string(state.version)),
      ("history", .bool(false)),
    ]).line
  }
}
