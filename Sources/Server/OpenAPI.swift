internal import JSON
internal import NIOHTTP1
internal import Tweets

/// The description of the API, made from the table of routes: OpenAPI 3.1 (https://spec.openapis.org/oas/v3.1.0).
enum OpenAPI {
  /// The whole document.
  static func document(version: String) -> JSONValue {
    var paths: [(String, JSONValue)] = []
    for route in Route.all where !paths.contains(where: { $0.0 == route.path }) {
      paths.append((route.path, .object(Route.all.filter { $0.path == route.path }.map(operation))))
    }
    return .object([
      ("openapi", .string("3.1.0")),
      (
        "info",
        .object([
          ("title", .string("animo")), ("version", .string(version)),
          ("description", .string("The sentiment of Spanish tweets: labels, statistics, health.")),
        ])
      ),
      ("paths", .object(paths)),
      ("components", .object([("schemas", .object(schemas))])),
    ])
  }

  /// A schema of `components`.
  static func reference(_ name: String) -> JSONValue {
    .object([("$ref", .string("#/components/schemas/\(name)"))])
  }

  static let string = JSONValue.object([("type", .string("string"))])

  /// A table: nothing, or a header in which a column is named as those of texts usually are, and what is under it.
  ///
  /// - Parameters:
  ///   - delimiter: what stands between two names, as a regular expression has it.
  ///   - quote: what may stand around a name.
  static func table(_ delimiter: String, quote: String = "") -> JSONValue {
    let text = "(\(ReadingOptions().textKeys.joined(separator: "|")))"
    func quoted(_ name: String) -> String { quote.isEmpty ? name : "(\(name)|\(quote)\(name)\(quote))" }
    let other = quoted("[\\w .-]*")
    return .object([
      ("type", .string("string")),
      (
        "pattern",
        .string("^((\(other)\(delimiter))*\(quoted(text))(\(delimiter)\(other))*(\\r?\\n|$)|$)")
      ),
    ])
  }

  /// A time, in RFC 3339 or seconds since 1970.
  static let moment = JSONValue.object([
    ("type", .string("string")),
    (
      "pattern",
      .string(
        "^(-?[0-9]{1,12}|[0-9]{4}-(02-(0[1-9]|1[0-9]|2[0-8])|(0[469]|11)-(0[1-9]|[12][0-9]|30)"
          + "|(0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01]))T([01][0-9]|2[0-3])(:[0-5][0-9]){2}(\\.[0-9]+)?"
          + "(Z|[+-]([01][0-9]|2[0-3]):[0-5][0-9]))$")
    ),
  ])

  private static func operation(of route: Route) -> (String, JSONValue) {
    var members: [(String, JSONValue)] = [
      ("operationId", .string(route.name)), ("summary", .string(route.summary)),
    ]
    if !route.parameters.isEmpty { members.append(("parameters", .array(route.parameters.map(parameter)))) }
    if !route.request.isEmpty {
      members.append(
        ("requestBody", .object([("required", .bool(route.needsBody)), ("content", content(route.request))])))
    }
    let problem = Route.Content(mediaTypes: [Answer.problemDetails], schema: reference("Problem"))
    var responses = route.responses.map { status, summary, contents in
      // Where none of the lines can be labelled, the lines say why; a body that is no tweets is a problem as a whole.
      (String(status), response(summary, contents + (status == 422 ? [problem] : [])))
    }
    responses.append(("default", response("Anything else that is wrong.", [problem])))
    members.append(("responses", .object(responses)))
    return (route.method.rawValue.lowercased(), .object(members))
  }

  private static func parameter(_ parameter: Route.Parameter) -> JSONValue {
    .object([
      ("name", .string(parameter.name)), ("in", .string("query")),
      ("description", .string(parameter.summary)),
      ("schema", parameter.schema),
    ])
  }

  private static func response(_ summary: String, _ contents: [Route.Content]) -> JSONValue {
    .object([("description", .string(summary)), ("content", content(contents))])
  }

  private static func content(_ contents: [Route.Content]) -> JSONValue {
    .object(
      contents.flatMap { content in
        content.mediaTypes.map { ($0, .object([("schema", content.schema)])) }
      })
  }
}

// Schemas: JSON Schema, draft 2020-12.
extension OpenAPI {
  private static let schemas: [(String, JSONValue)] = [
    ("Problem", object([("type", string), ("title", string), ("status", integer), ("detail", string)])),
    ("Text", object([("text", string)])),
    ("Tweet", object([("text", .object([("type", .string("string")), ("pattern", .string("\\S"))]))])),
    (
      "Tweets",
      anyOf([
        reference("Tweet"),
        .object([
          ("type", .string("array")), ("maxItems", .integer(Labeller.limits.lines)),
          (
            "anyOf",
            .array([.object([("maxItems", .integer(0))]), .object([("contains", reference("Tweet"))])])
          ),
        ]),
        object([("inputs", anyOf([string, array(of: string, atMost: Labeller.limits.lines)]))]),
        object([("data", array(of: reference("Tweet"), atMost: Labeller.limits.lines))]),
      ])
    ),
    (
      "Labelled",
      .object([
        (
          "oneOf",
          .array([
            .object([("type", .string("object"))]),
            array(of: array(of: object([("label", string), ("score", probability)]))),
          ])
        )
      ])
    ),
    (
      "Explanation",
      object([
        ("label", nullable("string")), ("p", nullable("object")), ("model", string), ("cleaned", string),
        ("tokens", array(of: object([("token", string), ("unknown", type("boolean"))]))),
        ("words", array(of: object([("word", string), ("worth", numbers)]))),
        ("marks", array(of: object([("mark", string), ("worth", numbers)]))),
        ("flags", array(of: string)),
      ])
    ),
    (
      "Statistics",
      object([
        ("time", string), ("started", string), ("since", string), ("model", string),
        ("queue", object([("files", integer), ("left_alone", integer)])),
        ("uptime_seconds", type("number")), ("total", reference("Counts")),
        ("windows", .object([("type", .string("object")), ("additionalProperties", reference("Counts"))])),
      ])
    ),
    (
      "Counts",
      object([
        ("lines", integer), ("labelled", integer), ("labels", type("object")), ("unjudged", integer),
        ("rejected", integer), ("rejected_by_reason", numbers), ("blank", integer), ("left_out", integer),
        ("files", integer), ("refused_files", integer),
      ])
    ),
    (
      "Windows",
      object([
        ("step", string), ("from", string), ("to", string), ("watermark", nullable("string")),
        ("apart", numbers),
        (
          "windows",
          array(
            of: object([
              ("step", string), ("start", string), ("end", string), ("rev", integer),
              ("closed", type("boolean")),
              ("tweets", integer), ("labelled", integer), ("labels", type("object")), ("unjudged", integer),
            ]))
        ),
      ])
    ),
    (
      "Jobs",
      object([
        (
          "running",
          array(
            of: object([
              ("job", string), ("state", string), ("name", string), ("size", integer),
              ("percent", nullable("integer")),
              ("line", integer), ("reason", nullable("string")), ("detail", nullable("string")),
            ]))
        ),
        (
          "last",
          array(
            of: object([
              ("job", string), ("name", string), ("state", string), ("committed", string),
              ("labelled", integer),
              ("unjudged", integer), ("rejected", integer), ("blank", integer), ("left_out", integer),
              ("output", nullable("string")), ("rejects", nullable("string")),
              ("refusal", nullable("string")),
            ]))
        ),
      ])
    ),
  ]

  private static let integer = JSONValue.object([("type", .string("integer")), ("minimum", .integer(0))])
  private static let probability = JSONValue.object([
    ("type", .string("number")), ("minimum", .integer(0)), ("maximum", .integer(1)),
  ])
  private static let numbers = JSONValue.object([
    ("type", .string("object")), ("additionalProperties", type("number")),
  ])

  private static func type(_ name: String) -> JSONValue { .object([("type", .string(name))]) }

  private static func nullable(_ name: String) -> JSONValue {
    .object([("type", .array([.string(name), .string("null")]))])
  }

  private static func array(of items: JSONValue, atMost count: Int? = nil) -> JSONValue {
    .object(
      [("type", .string("array")), ("items", items)] + (count.map { [("maxItems", .integer($0))] } ?? []))
  }

  private static func anyOf(_ schemas: [JSONValue]) -> JSONValue { .object([("anyOf", .array(schemas))]) }

  /// An object that has all of these members, and perhaps others.
  private static func object(_ members: [(String, JSONValue)]) -> JSONValue {
    .object([
      ("type", .string("object")), ("properties", .object(members)),
      ("required", .array(members.map { .string($0.0) })),
    ])
  }
}
