/// A JSON value that is written as it was built: members in their order, numbers with fixed decimals (RFC 8259).
///
/// For the few small objects that people and scripts read; `JSONEncoder` keeps neither order nor decimals.
package indirect enum JSONText: Sendable {
  case string(String)
  case integer(Int)
  case truth(Bool)
  /// A number with exactly so many decimals, rounded half away from nought; `null` when it is not finite.
  case decimal(Double, places: Int)
  case array([JSONText])
  case object([(String, JSONText)])
  case null

  /// The value on one line, without a line end.
  package var line: String {
    var text = ""
    write(to: &text, indentation: nil)
    return text
  }

  /// The value over several lines with two spaces a level, without a line end.
  package var indented: String {
    var text = ""
    write(to: &text, indentation: 0)
    return text
  }

  private func write(to text: inout String, indentation: Int?) {
    switch self {
    case .string(let value): Self.write(value, to: &text)
    case .integer(let value): text += String(value)
    case .null: text += "null"
    case .truth(let value): text += String(value)
    case .decimal(let value, let places): text += Self.decimal(value, places)
    case .array(let values):
      Self.write(values, between: ("[", "]"), to: &text, indentation: indentation) { value, text, inner in
        value.write(to: &text, indentation: inner)
      }
    case .object(let members):
      Self.write(members, between: ("{", "}"), to: &text, indentation: indentation) { member, text, inner in
        Self.write(member.0, to: &text)
        text += inner == nil ? ":" : ": "
        member.1.write(to: &text, indentation: inner)
      }
    }
  }

  /// Writes what an array or an object holds, each on a line of its own where there is indentation.
  private static func write<Element>(
    _ elements: [Element], between brackets: (String, String), to text: inout String, indentation: Int?,
    writeOne: (Element, inout String, Int?) -> Void
  ) {
    let inner = indentation.map { $0 + 2 }
    text += brackets.0
    for (index, element) in elements.enumerated() {
      if index > 0 { text += "," }
      newLine(inner, to: &text)
      writeOne(element, &text, inner)
    }
    if !elements.isEmpty { newLine(indentation, to: &text) }
    text += brackets.1
  }

  private static func newLine(_ indentation: Int?, to text: inout String) {
    guard let indentation else { return }
    text += "\n" + String(repeating: " ", count: indentation)
  }

  private static func write(_ string: String, to text: inout String) {
    text += "\""
    for scalar in string.unicodeScalars {
      switch scalar {
      case "\"": text += "\\\""
      case "\\": text += "\\\\"
      case "\n": text += "\\n"
      case "\t": text += "\\t"
      case _ where scalar.value < 0x20:
        let digits = String(scalar.value, radix: 16)
        text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: text.unicodeScalars.append(scalar)
      }
    }
    text += "\""
  }

  private static func decimal(_ value: Double, _ places: Int) -> String {
    let scale = (0..<places).reduce(1.0) { power, _ in power * 10 }
    guard let scaled = Int(exactly: (value * scale).rounded()) else { return "null" }
    var digits = String(scaled.magnitude)
    if digits.count <= places { digits = String(repeating: "0", count: places + 1 - digits.count) + digits }
    if places > 0 { digits.insert(".", at: digits.index(digits.endIndex, offsetBy: -places)) }
    return (scaled < 0 ? "-" : "") + digits
  }
}
