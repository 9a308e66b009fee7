/// A JSON value (RFC 8259): what a text says, or what is to be written.
///
/// Objects keep the order of their members, and numbers are text, so that whoever reads one decides how, and whoever
/// writes one how many digits it has.
package enum JSONValue: Sendable {
  case object([(String, JSONValue)])
  case array([JSONValue])
  case string(String)
  /// A number as it is written.
  case number(String)
  case bool(Bool)
  case null

  /// A whole number.
  package static func integer(_ number: Int) -> JSONValue { .number(String(number)) }

  /// A number with exactly `places` decimals, rounded half away from zero; `null` when there is none, or none that is
  /// finite and fits.
  package static func decimal(_ number: Double?, places: Int) -> JSONValue {
    number?.decimalText(places: places).map(JSONValue.number) ?? .null
  }

  /// A number with as many digits as it takes to read the same number back, whatever the locale; `null` when there is
  /// none, or none that is finite.
  package static func shortest(_ number: Double?) -> JSONValue {
    guard let number, number.isFinite else { return .null }
    return .number("\(number)")
  }

  /// An array of whole numbers.
  package static func integers(_ numbers: [Int]) -> JSONValue { .array(numbers.map(integer)) }
}

// What a value is read as; nil where it is something else.
extension JSONValue {
  /// A whole number that fits, written without fraction or exponent.
  package var integer: Int? {
    guard case .number(let text) = self else { return nil }
    return Int(text)
  }

  /// A finite number.
  package var double: Double? {
    guard case .number(let text) = self, let value = Double(text), value.isFinite else { return nil }
    return value
  }

  /// A text.
  package var string: String? {
    guard case .string(let text) = self else { return nil }
    return text
  }

  /// An array's elements.
  package var array: [JSONValue]? {
    guard case .array(let values) = self else { return nil }
    return values
  }

  /// An object's members by their keys; of equal keys the first.
  package var members: [String: JSONValue]? {
    guard case .object(let members) = self else { return nil }
    return Dictionary(members) { first, _ in first }
  }
}

// Writing.
extension JSONValue {
  /// The value on one line, without a line end.
  package var line: String { text(indentation: nil) }

  /// The value over several lines with two spaces a level, without a line end.
  package var indented: String { text(indentation: 0) }

  private func text(indentation: Int?) -> String {
    var output: [UInt8] = []
    write(to: &output, indentation: indentation)
    return String(decoding: output, as: UTF8.self)
  }

  private func write(to output: inout [UInt8], indentation: Int?) {
    switch self {
    case .string(let text): Self.write(text, to: &output)
    case .number(let text): output.append(contentsOf: text.utf8)
    case .bool(let value): output.append(contentsOf: "\(value)".utf8)
    case .null: output.append(ascii: "null")
    case .array(let values):
      Self.write(values, between: "[", "]", to: &output, indentation: indentation) { value, output, inner in
        value.write(to: &output, indentation: inner)
      }
    case .object(let members):
      Self.write(members, between: "{", "}", to: &output, indentation: indentation) { member, output, inner in
        Self.write(member.0, to: &output)
        output.append(ascii: inner == nil ? ":" : ": ")
        member.1.write(to: &output, indentation: inner)
      }
    }
  }

  /// Writes what an array or an object holds, each on a line of its own where there is indentation.
  private static func write<Element>(
    _ elements: [Element], between opening: StaticString, _ closing: StaticString, to output: inout [UInt8],
    indentation: Int?, writeOne: (Element, inout [UInt8], Int?) -> Void
  ) {
    let inner = indentation.map { $0 + 2 }
    output.append(ascii: opening)
    for (index, element) in elements.enumerated() {
      if index > 0 { output.append(ascii: ",") }
      newLine(inner, to: &output)
      writeOne(element, &output, inner)
    }
    if !elements.isEmpty { newLine(indentation, to: &output) }
    output.append(ascii: closing)
  }

  private static func newLine(_ indentation: Int?, to output: inout [UInt8]) {
    guard let indentation else { return }
    output.append(0x0A)
    output.append(contentsOf: repeatElement(0x20, count: indentation))
  }

  private static func write(_ text: String, to output: inout [UInt8]) {
    JSONString.encode(Array(text.utf8).span, appendingTo: &output)
  }
}

extension Double {
  /// The number with exactly `places` decimals, rounded half away from zero, the same in every locale; nil when it is
  /// not finite, or too large for that.
  package func decimalText(places: Int) -> String? {
    let scale = (0..<places).reduce(1.0) { power, _ in power * 10 }
    guard let scaled = Int(exactly: (self * scale).rounded()) else { return nil }
    var digits = String(scaled.magnitude)
    digits = String(repeating: "0", count: max(0, places + 1 - digits.count)) + digits
    if places > 0 { digits.insert(".", at: digits.index(digits.endIndex, offsetBy: -places)) }
    return (scaled < 0 ? "-" : "") + digits
  }
}
