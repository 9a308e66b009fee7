internal import Daemon
internal import JSON
internal import NIOHTTP1

/// One thing that can be asked of the server: a row of the table `Route.all`.
///
/// The dispatch, `Allow`, the page's list and `/openapi.json` are made from the rows.
struct Route: Sendable {
  /// How a request is answered.
  enum Handler: Sendable {
    /// In the server's thread, which must not wait.
    case atOnce(@Sendable (Site, Request) -> Answer)
    /// In the thread for requests that take time.
    case inTurn(@Sendable (Site, Request) -> Answer)
    /// By a stream of events.
    case events
  }

  /// A parameter of the query.
  struct Parameter: Sendable {
    let name: String
    let summary: String
    let schema: JSONValue
  }

  /// A body, as one of some media types.
  struct Content: Sendable {
    let mediaTypes: [String]
    let schema: JSONValue
  }

  let method: HTTPMethod
  let path: String
  /// The name of the operation, for generated clients.
  let name: String
  /// A sentence.
  let summary: String
  var parameters: [Parameter] = []
  var request: [Content] = []
  /// Whether a request without a body is refused, where bodies mean something.
  var needsBody = true
  /// The maximum length of a request's body, in bytes; longer ones are refused. Bodies that mean nothing are skipped.
  var longestBody: Int?
  var responses: [(status: Int, summary: String, content: [Content])] = []
  let handler: Handler

  /// Whether a request is answered in the thread for those that take time, and so costs twice what another does.
  var isInTurn: Bool {
    if case .inTurn = handler { true } else { false }
  }

  /// The methods that requests may have: GET implies HEAD.
  var methods: [HTTPMethod] { method == .GET ? [.GET, .HEAD] : [method] }
}

/// All that the connections of a server share.
final class Site: Sendable {
  let daemon: ServedDaemon
  private let fresh: Fresh<DaemonState>
  private let statistics: Fresh<Answer>
  private let metrics: Fresh<Answer>
  let labeller: Labeller
  let turns: TurnQueue
  /// Event streams that may be open at a time.
  let streams = Allowance(16)
  /// Bytes of bodies that may be held at a time.
  let bodies = Allowance(16 << 20)
  /// Requests per second, for health and for everything else; others wait.
  let healthPace = Pace(perSecond: 250)
  let pace = Pace(perSecond: 250)

  /// - Parameter age: how old answers about the daemon may be.
  init(_ daemon: ServedDaemon, age: Duration) {
    self.daemon = daemon
    let fresh = Fresh(for: age) { daemon.state() }
    statistics = fresh.map { Answer(mediaType: Answer.json, body: $0.statistics.json) }
    metrics = fresh.map { Answer(mediaType: MetricsText.mediaType, body: MetricsText(of: $0).text) }
    turns = TurnQueue(isBusy: { fresh.value.statistics.queue.current != nil })
    labeller = Labeller(daemon, turns)
    self.fresh = fresh
  }

  /// The daemon's state.
  var state: DaemonState { fresh.value }
  /// The answer to `/api/current`.
  var currentStatistics: Answer { statistics.value }
  /// The answer to `/metrics`.
  var currentMetrics: Answer { metrics.value }

  /// The route for a request, or the answer if there is none.
  func route(of request: Request) -> Result<Route, Refusal> {
    let routes = Route.all.filter { $0.path == request.path }
    guard !routes.isEmpty else {
      return .failure(
        Refusal(.problem(.notFound, "there is nothing at this address; /openapi.json lists all addresses")))
    }
    guard let route = routes.first(where: { $0.methods.contains(request.method) }) else {
      let allowed = routes.flatMap(\.methods).map(\.rawValue)
      return .failure(
        Refusal(
          .problem(
            .methodNotAllowed, "the method must be \(allowed.joined(separator: " or "))",
            [("Allow", allowed.joined(separator: ", "))])))
    }
    guard !request.isFromOtherPage else {
      return .failure(Refusal(.problem(.forbidden, "pages of other servers may not use this one")))
    }
    return .success(route)
  }

  /// Why a request is not served.
  struct Refusal: Error {
    let answer: Answer

    init(_ answer: Answer) { self.answer = answer }
  }
}
