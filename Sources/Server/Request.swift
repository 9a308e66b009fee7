internal import JSON
internal import NIOHTTP1
internal import SystemCalls

/// A request, complete with its body.
struct Request: Sendable {
  let method: HTTPMethod
  /// The path of its target, decoded; `/` if that is empty.
  let path: String
  /// The parameters of its query, decoded; of equal names the last.
  let query: [String: String]
  let headers: HTTPHeaders
  var body: [UInt8] = []

  /// - Parameter target: RFC 9112, 3.2: `/metrics?x=1`, or `http://localhost:8437/metrics`.
  init(_ method: HTTPMethod, _ target: String, _ headers: HTTPHeaders = [:]) {
    (self.method, self.headers) = (method, headers)
    let parts = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
    var path = parts.first ?? ""
    if path.lowercased().hasPrefix("http://") {
      path = path.dropFirst("http://".count).drop { $0 != "/" }
    }
    self.path = path.isEmpty ? "/" : Self.decoded(path) ?? String(path)
    var query: [String: String] = [:]
    for pair in parts.dropFirst().first?.split(separator: "&") ?? [] {
      let sides = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard let name = Self.decoded(sides[0]) else { continue }
      query[name] = sides.count > 1 ? Self.decoded(sides[1]) ?? "" : ""
    }
    self.query = query
  }

  /// The media type of the body in lower case, without parameters; nil if none is given.
  var mediaType: String? {
    headers.first(name: "content-type").map { field in
      String(field.prefix { $0 != ";" }.lowercased().filter { !$0.isWhitespace })
    }
  }

  /// The character set that the media type names, in lower case; nil if it names none.
  var charset: String? {
    for parameter in headers.first(name: "content-type")?.split(separator: ";").dropFirst() ?? [] {
      let parts = parameter.lowercased().split { $0 == "=" || $0 == "\"" || $0.isWhitespace }
      if parts.first == "charset" { return parts.dropFirst().first.map(String.init) }
    }
    return nil
  }

  /// Whether a page of another server sends it, by the word of the browser (Fetch Metadata), other than by a link.
  ///
  /// Such a page could not read the answer, but would spend what is there for others.
  var isFromOtherPage: Bool {
    headers.first(name: "sec-fetch-site") == "cross-site"
      && headers.first(name: "sec-fetch-mode") != "navigate"
  }

  /// `a b` of `a%20b` or `a+b`; nil if that is not UTF-8.
  private static func decoded(_ text: Substring) -> String? {
    var bytes: [UInt8] = []
    var rest = Array(text.utf8)[...]
    while let byte = rest.popFirst() {
      let digits = rest.prefix(2).compactMap { Character(Unicode.Scalar($0)).hexDigitValue }
      if byte == UInt8(ascii: "%"), digits.count == 2 {
        bytes.append(UInt8(digits[0] << 4 | digits[1]))
        rest = rest.dropFirst(2)
      } else {
        bytes.append(byte == UInt8(ascii: "+") ? 0x20 : byte)
      }
    }
    return String(validating: bytes, as: UTF8.self)
  }
}

/// The answer to one request.
struct Answer: Sendable {
  var status = HTTPResponseStatus.ok
  var mediaType = "text/plain; charset=utf-8"
  var body: [UInt8]
  /// More header fields.
  var fields: [(String, String)] = []

  /// A text.
  init(status: HTTPResponseStatus = .ok, mediaType: String = "text/plain; charset=utf-8", body: String) {
    (self.status, self.mediaType, self.body) = (status, mediaType, Array(body.utf8))
  }

  /// A JSON value, as one line.
  init(_ json: JSONValue, status: HTTPResponseStatus = .ok) {
    (self.status, mediaType, body) = (status, Self.json, Array((json.line + "\n").utf8))
  }

  /// An error as problem details: RFC 9457.
  ///
  /// - Parameter detail: a sentence about this occurrence.
  static func problem(
    _ status: HTTPResponseStatus, _ detail: String, _ fields: [(String, String)] = []
  ) -> Answer {
    var answer = Answer(
      .object([
        ("type", .string("about:blank")), ("title", .string(status.reasonPhrase)),
        ("status", .integer(Int(status.code))), ("detail", .string(detail)),
      ]), status: status)
    (answer.mediaType, answer.fields) = (problemDetails, fields)
    return answer
  }

  /// The header fields, except those of the connection.
  var headers: HTTPHeaders {
    var headers = Self.commonHeaders(mediaType)
    headers.add(name: "Content-Length", value: "\(body.count)")
    for (name, value) in fields { headers.add(name: name, value: value) }
    return headers
  }

  /// The fields of every answer.
  static func commonHeaders(_ mediaType: String) -> HTTPHeaders {
    [
      "Content-Type": mediaType,
      "Date": UTCTime.now.httpDate,
      // The answer changes every second.
      "Cache-Control": "no-store",
      "X-Content-Type-Options": "nosniff",
      "Cross-Origin-Resource-Policy": "same-origin",
    ]
  }

  static let json = "application/json"
  static let jsonLines = "application/x-ndjson"
  static let problemDetails = "application/problem+json"
}
