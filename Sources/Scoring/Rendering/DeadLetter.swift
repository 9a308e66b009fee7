internal import JSON
internal import Tweets

/// What is kept of a line that could not be labelled.
struct DeadLetter {
  private let rejection: Rejection
  private let line: TweetLine
  private let phrasing: Remedy.Phrasing

  init(_ rejection: Rejection, of line: TweetLine, saying phrasing: @escaping Remedy.Phrasing) {
    (self.rejection, self.line, self.phrasing) = (rejection, line, phrasing)
  }

  /// Appends `{"src","job","line","offset","bytes","reason","detail","header","raw"}` and a line end.
  ///
  /// `raw` is the line itself, `raw_b64` its Base64 when it is not UTF-8; an over-long line has neither: it is in
  /// the input at `offset`. `header` is the first record of a table that has one, without which a row means nothing.
  /// - Parameter bytes: the chunk's.
  func append(
    as format: RecordFormat = .object, from origin: Origin?, in bytes: Span<UInt8>, to output: inout [UInt8]
  ) {
    output.append(ascii: "{")
    if let origin { output.append(contentsOf: origin.members) }
    output.append(ascii: "\"line\":")
    output.append(decimal: line.number)
    output.append(ascii: ",\"offset\":")
    output.append(decimal: line.offset)
    output.append(ascii: ",\"bytes\":")
    output.append(decimal: line.length)
    output.append(ascii: ",")
    appendReason(to: &output)
    if case .row(let header) = format, let record = header.record {
      output.append(ascii: ",\"header\":")
      JSONString.encode(record.span, appendingTo: &output)
    }
    if !line.range.isEmpty { Self.appendRaw(bytes.extracting(line.range), to: &output) }
    output.append(ascii: "}\n")
  }

  /// Appends `"reason":…,"detail":…`.
  func appendReason(to output: inout [UInt8]) {
    output.append(ascii: "\"reason\":\"")
    output.append(contentsOf: rejection.reason.rawValue.utf8)
    output.append(ascii: "\",\"detail\":")
    JSONString.encode(Array(rejection.detail(phrasing).utf8).span, appendingTo: &output)
  }

  private static func appendRaw(_ raw: Span<UInt8>, to output: inout [UInt8]) {
    if raw.firstInvalidUTF8 == nil {
      output.append(ascii: ",\"raw\":")
      JSONString.encode(raw, appendingTo: &output)
    } else {
      output.append(ascii: ",\"raw_b64\":\"")
      Base64.encode(raw, appendingTo: &output)
      output.append(ascii: "\"")
    }
  }
}

/// Base64 (RFC 4648, section 4).
enum Base64 {
  private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

  static func encode(_ bytes: Span<UInt8>, appendingTo output: inout [UInt8]) {
    for start in stride(from: 0, to: bytes.count, by: 3) {
      let count = min(3, bytes.count - start)
      let group = (0..<3).reduce(UInt32(0)) { $0 << 8 | ($1 < count ? UInt32(bytes[start + $1]) : 0) }
      for digit in 0..<4 {
        output.append(digit <= count ? alphabet[Int(group >> (18 - 6 * digit) & 63)] : UInt8(ascii: "="))
      }
    }
  }
}
