internal import Daemon
internal import NIOHTTP1
internal import SystemCalls

/// The pages of the server.
struct StatusSite: Sendable {
  /// Returns the daemon's current state; called for each request, and must not block.
  let state: @Sendable () -> DaemonState

  /// Answers one request.
  ///
  /// - Parameter target: the request target: RFC 9112, 3.2. A query is ignored.
  func answer(to method: HTTPMethod, _ target: String) -> Answer {
    guard method == .GET || method == .HEAD else {
      return Answer(status: .methodNotAllowed, body: "only GET and HEAD are supported\n", allow: "GET, HEAD")
    }
    switch Self.path(of: target) {
    case "/": return Answer(mediaType: "text/html; charset=utf-8", body: Self.index)
    case "/healthz": return health
    case "/metrics":
      return Answer(mediaType: MetricsText.mediaType, body: MetricsText(of: state()).text)
    case "/api/current": return Answer(mediaType: "application/json", body: state().statistics.json)
    default:
      let known = Self.pages.map(\.path).joined(separator: ", ")
      return Answer(status: .notFound, body: "not found; available: /, \(known)\n")
    }
  }

  private static let pages: [(path: String, content: String)] = [
    ("/healthz", "health: 200, or 503 with the reason"),
    ("/metrics", "counters for Prometheus"),
    ("/api/current", "the statistics, as in stats/current.json"),
  ]

  private static let index =
    "<!DOCTYPE html>\n<html lang=\"en\"><meta charset=\"utf-8\"><title>animo</title>\n<h1>animo</h1>\n<ul>\n"
    + pages.map { "<li><a href=\"\($0.path)\">\($0.path)</a>: \($0.content)\n" }.joined() + "</ul>\n</html>\n"

  private var health: Answer {
    guard let trouble = state().trouble else { return Answer(body: "ok\n") }
    return Answer(status: .serviceUnavailable, body: trouble + "\n")
  }

  /// The path of a target: `/metrics` for `/metrics?x=1` and for `http://localhost:8437/metrics`.
  private static func path(of target: String) -> Substring {
    var path = target.prefix { $0 != "?" }
    if path.lowercased().hasPrefix("http://") {
      path = path.dropFirst("http://".count).drop { $0 != "/" }
    }
    return path.isEmpty ? "/" : path
  }
}

/// The answer to one request.
struct Answer {
  var status = HTTPResponseStatus.ok
  var mediaType = "text/plain; charset=utf-8"
  let body: String
  /// The supported methods, if another was requested: RFC 9110, 15.5.6.
  var allow: String?

  /// The header fields, except those of the connection.
  var headers: HTTPHeaders {
    var headers: HTTPHeaders = [
      "Content-Type": mediaType,
      "Content-Length": "\(body.utf8.count)",
      "Date": UTCTime.now.httpDate,
      // The answer changes every second.
      "Cache-Control": "no-store",
      "X-Content-Type-Options": "nosniff",
    ]
    if let allow { headers.add(name: "Allow", value: allow) }
    return headers
  }
}
