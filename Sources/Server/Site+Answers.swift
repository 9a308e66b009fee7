internal import Daemon
internal import JSON
internal import NIOHTTP1
internal import Statistics
internal import SystemCalls
internal import Tweets

// Answers about the daemon.
extension Site {
  /// Whether work is possible; otherwise the reason.
  func health() -> Answer {
    guard let trouble = state.trouble else { return Answer(body: "ok\n") }
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

  /// The windows of a period: by default those of the last hour, two days or ninety days, by their length.
  func windows(_ request: Request) -> Answer {
    guard let step = WindowStep(rawValue: request.query["step"] ?? WindowStep.hour.rawValue) else {
      return .problem(.badRequest, "step must be 1m, 1h or 1d")
    }
    let now = step.start(of: UTCTime.now.microseconds / 1_000_000) + step.seconds
    guard let to = request.query["to"].map(Self.seconds) ?? now,
      let from = request.query["from"].map(Self.seconds) ?? to - Self.defaultPeriod(of: step)
    else {
      return .problem(
        .badRequest, "from and to must be times such as 2026-10-04T10:00:00Z or seconds since 1970")
    }
    do {
      // A period that ends before it begins has no windows.
      guard let history = try daemon.windows?(from..<max(from, to), step) else {
        return .problem(.notFound, "there is no history: it is kept by a daemon that works on a spool")
      }
      return Answer(history.json)
    } catch {
      return .problem(.serviceUnavailable, "the history cannot be read: \(error)", [Self.retry])
    }
  }

  private static func defaultPeriod(of step: WindowStep) -> Int {
    switch step {
    case .minute: 3600
    case .hour: 2 * 24 * 3600
    case .day: 90 * 24 * 3600
    }
  }

  /// Seconds since 1970, as they are or as in RFC 3339.
  private static func seconds(_ text: String) -> Int? {
    let seconds = Int(text) ?? EventTimeText.anyMilliseconds(in: Array(text.utf8).span).map { $0 / 1000 }
    return seconds.flatMap { farthest.contains($0) ? $0 : nil }
  }

  /// The moments that can be asked for, in seconds since 1970: those of 34,000 years before and after it.
  private static let farthest = -(1 << 40)...(1 << 40)

  static let mostJobs = 200
  static let retry = ("Retry-After", "1")

  /// What the page shows live, in one line.
  func event() -> String {
    let state = state
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
      ("history", .bool(daemon.windows != nil)),
    ]).line
  }
}
