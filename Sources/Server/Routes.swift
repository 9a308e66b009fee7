internal import Daemon
internal import JSON
internal import NIOHTTP1
internal import Statistics
internal import Tweets

// The table of routes.
extension Route {
  static let all = page + monitoring + statistics + texts

  private static let page = [
    file("/", "page", "The page: the mood, live.", "text/html; charset=utf-8", PackageResources.page_html),
    file("/page.css", "pageStyle", "The page's style.", "text/css; charset=utf-8", PackageResources.page_css),
    file(
      "/page.js", "pageScript", "The page's script.", "text/javascript; charset=utf-8",
      PackageResources.page_js),
    file(
      "/chart.js", "chartScript", "The script of its chart.", "text/javascript; charset=utf-8",
      PackageResources.chart_js),
    file("/icon.svg", "icon", "The page's icon.", "image/svg+xml", PackageResources.icon_svg),
  ]

  private static let monitoring = [
    Route(
      method: .GET, path: "/healthz", name: "health",
      summary: "Whether the daemon works; otherwise what blocks it.",
      responses: [(200, "It works.", [text]), (503, "Work is blocked; the body says by what.", [text])],
      handler: .atOnce { site, _ in site.health() }),
    Route(
      method: .GET, path: "/readyz", name: "readiness", summary: "Whether more work can be taken.",
      responses: [(200, "It can.", [text]), (503, "Not now; the body says why.", [text])],
      handler: .atOnce { site, _ in site.readiness() }),
    Route(
      method: .GET, path: "/metrics", name: "metrics", summary: "Metrics in the text format of Prometheus.",
      responses: [(200, "All metrics.", [text])],
      handler: .atOnce { site, _ in site.currentMetrics }),
    Route(
      method: .GET, path: "/openapi.json", name: "description", summary: "This description.",
      responses: [(200, "An OpenAPI 3.1 document.", [json(.object([("type", .string("object"))]))])],
      handler: .atOnce { site, _ in Answer(OpenAPI.document(version: site.state.version)) }),
  ]

  private static let statistics = [
    Route(
      method: .GET, path: "/api/current", name: "currentStatistics",
      summary: "The statistics, as in stats/current.json, as of now.",
      responses: [(200, "Totals and sliding windows.", [json(OpenAPI.reference("Statistics"))])],
      handler: .atOnce { site, _ in site.currentStatistics }),
    Route(
      method: .GET, path: "/api/jobs", name: "jobs",
      summary: "Unfinished files, and the last finished ones with what became of their lines.",
      parameters: [
        Parameter(
          name: "limit", summary: "The maximum number of finished files.",
          schema: .object([
            ("type", .string("integer")), ("minimum", .integer(1)), ("maximum", .integer(Site.mostJobs)),
            ("default", .integer(20)),
          ]))
      ],
      responses: [(200, "The files.", [json(OpenAPI.reference("Jobs"))])],
      handler: .inTurn { site, request in site.jobs(request) }),
    Route(
      method: .GET, path: "/api/windows", name: "windows",
      summary: "The mood by the time when tweets were written: windows with tweets, the oldest first.",
      parameters: [
        Parameter(
          name: "step", summary: "The length of a window.",
          schema: .object([
            ("type", .string("string")),
            ("enum", .array(WindowStep.allCases.map { .string($0.rawValue) })),
            ("default", .string(WindowStep.hour.rawValue)),
          ])),
        Parameter(
          name: "from", summary: "The first start, in RFC 3339 (UTC) or seconds since 1970.",
          schema: OpenAPI.moment),
        Parameter(name: "to", summary: "The end, as from; by default now.", schema: OpenAPI.moment),
      ],
      responses: [(200, "The windows.", [json(OpenAPI.reference("Windows"))])],
      handler: .inTurn { site, request in site.windows(request) }),
    Route(
      method: .GET, path: "/api/events", name: "events",
      summary: "The statistics every two seconds, as server-sent events named state.",
      responses: [
        (200, "A stream without end.", [Content(mediaTypes: [eventStream], schema: OpenAPI.string)])
      ],
      handler: .events),
  ]

  private static let texts = [
    Route(
      method: .POST, path: "/v1/classify", name: "classify",
      summary: """
        Label tweets as animo classify does, to the byte: up to \(Labeller.limits.lines) lines of JSON, CSV or text. \
        {"inputs": …} is answered in the shape of Hugging Face's servers.
        """,
      parameters: [
        Parameter(
          name: "emit", summary: "The output for each tweet; by default as the daemon's configuration says.",
          schema: .object([
            ("type", .string("string")),
            ("enum", .array(["merge", "compact", "label"].map(JSONValue.string))),
          ]))
      ],
      request: [
        Content(mediaTypes: [Answer.json], schema: OpenAPI.reference("Tweets")),
        Content(mediaTypes: Labeller.types(of: .jsonl).filter { $0 != Answer.json }, schema: OpenAPI.string),
        Content(mediaTypes: Labeller.types(of: .text), schema: OpenAPI.string),
        Content(mediaTypes: Labeller.types(of: .csv), schema: OpenAPI.table(",", quote: "\"")),
        Content(mediaTypes: Labeller.types(of: .tsv), schema: OpenAPI.table("\\t")),
      ],
      // Nothing has no lines, and gets no answers.
      needsBody: false, longestBody: Labeller.limits.bytes,
      responses: [
        (200, "An answer for each line.", labelled),
        (
          422, "None of the lines can be labelled; each says why. Or the whole body cannot be read.", labelled
        ),
      ],
      handler: .inTurn { site, request in site.labeller.classify(request) }),
    Route(
      method: .POST, path: "/v1/explain", name: "explain",
      summary: "Label one text, and tell what each of its words and marks adds to each label's log-odds.",
      request: [Content(mediaTypes: [Answer.json], schema: OpenAPI.reference("Text"))],
      longestBody: 64 << 10,
      responses: [(200, "The answer, and what each word adds.", [json(OpenAPI.reference("Explanation"))])],
      handler: .inTurn { site, request in site.labeller.explain(request) }),
  ]

  static let eventStream = "text/event-stream"

  private static let text = Content(mediaTypes: ["text/plain"], schema: OpenAPI.string)
  private static let labelled = [
    json(OpenAPI.reference("Labelled")),
    Content(mediaTypes: [Answer.jsonLines, "text/plain"], schema: OpenAPI.string),
  ]

  private static func json(_ schema: JSONValue) -> Content {
    Content(mediaTypes: [Answer.json], schema: schema)
  }

  /// A file of the page, with the policy that keeps it to itself.
  private static func file(
    _ path: String, _ name: String, _ summary: String, _ mediaType: String, _ content: [UInt8]
  ) -> Route {
    var answer = Answer(mediaType: mediaType, body: "")
    (answer.body, answer.fields) = (content, pagePolicy)
    let file = answer
    return Route(
      method: .GET, path: path, name: name, summary: summary,
      responses: [
        (
          200, "The file.",
          [Content(mediaTypes: [String(mediaType.prefix { $0 != ";" })], schema: OpenAPI.string)]
        )
      ],
      handler: .atOnce { _, _ in file })
  }

  private static let pagePolicy = [
    (
      "Content-Security-Policy",
      """
      default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; \
      base-uri 'none'; form-action 'none'; frame-ancestors 'none'
      """
    ),
    ("Referrer-Policy", "no-referrer"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
  ]
}
