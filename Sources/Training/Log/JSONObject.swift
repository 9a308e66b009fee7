internal import AWDLSTM

/// A JSON object on one line, member after member in the order in which they are set (RFC 8259).
///
/// Numbers are written with as many digits as it takes to read the same number back, whatever the locale; those
/// that JSON cannot say, infinities and NaN, as `null`.
struct JSONObject: Equatable, Sendable {
  private var members: [String] = []

  /// The object, without a line end.
  var line: String { "{" + members.joined(separator: ",") + "}" }

  mutating func set(_ key: String, _ value: String) { setText(key, jsonText(of: value)) }

  mutating func set(_ key: String, _ value: Int) { setText(key, String(value)) }

  mutating func set(_ key: String, _ value: Double?) { setText(key, Self.number(value)) }

  mutating func set(_ key: String, _ values: [Int]) {
    setText(key, "[" + values.map(String.init).joined(separator: ",") + "]")
  }

  mutating func set(_ key: String, _ value: JSONObject) { setText(key, value.line) }

  mutating func set(_ key: String, _ values: [JSONObject]) {
    setText(key, "[" + values.map(\.line).joined(separator: ",") + "]")
  }

  private mutating func setText(_ key: String, _ text: String) {
    members.append(jsonText(of: key) + ":" + text)
  }

  private static func number(_ value: Double?) -> String {
    guard let value, value.isFinite else { return "null" }
    return "\(value)"
  }
}
