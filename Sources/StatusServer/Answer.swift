internal import NIOHTTP1
internal import SystemCalls

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
