internal import Daemon
internal import NIOHTTP1
internal import SystemCalls

/// What there is to be asked for, and what is answered.
struct StatusSite: Sendable {
  /// What the daemon tells now; called for each request, and must answer at once.
  let state: @Sendable () -> DaemonState

  /// Answers one request.
  ///
  /// - Parameter target: as the request has it: RFC 9112, 3.2. A query is ignored.
  func answer(to method: HTTPMethod, _ target: String) -> Answer {
    guard method == .GET || method == .HEAD else {
      return Answer(status: .methodNotAllowed, body: "only GET and HEAD are answered\n", allow: "GET, HEAD")
    }
    switch Self.path(of: target) {
    case "/": return Answer(mediaType: "text/html; charset=utf-8", body: Self.index)
    case "/healthz": return health
    case "/metrics":
      return Answer(mediaType: MetricsText.mediaType, body: MetricsText(of: state()).text)
    case "/api/current": return Answer(mediaType: "application/json", body: state().statistics.json)
    default:
      let known = Self.pages.map(\.path).joined(separator: ", ")
      return Answer(status: .notFound, body: "there is nothing here; there are /, \(known)\n")
    }
  }

  private static let pages: [(path: String, content: String)] = [
    ("/healthz", "whether it works: 200, or 503 and what holds it up"),
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

  /// `/metrics` of `/metrics?x=1` and of `http://localhost:8437/metrics`.
  private static func path(of target: String) -> Substring {
    var path = target.prefix { $0 != "?" }
    if path.lowercased().hasPrefix("http://") {
      path = path.dropFirst("http://".count).drop { $0 != "/" }
    }
    return path.isEmpty ? "/" : path
  }
}

/// What is said to one request.
struct Answer {
  var status = HTTPResponseStatus.ok
  var mediaType = "text/plain; charset=utf-8"
  let body: String
  /// Which methods there are, where another was asked for: RFC 9110, 15.5.6.
  var allow: String?

  /// The header fields of the answer but for those of the connection.
  var headers: HTTPHeaders {
    var headers: HTTPHeaders = [
      "Content-Type": mediaType,
      "Content-Length": "\(body.utf8.count)",
      "Date": UTCTime.now.httpDate,
      // It is another one a second later.
      "Cache-Control": "no-store",
      "X-Content-Type-Options": "nosniff",
    ]
    if let allow { headers.add(name: "Allow", value: allow) }
    return headers
  }
}
