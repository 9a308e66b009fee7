// Numbers, truths, dates and times.
extension TOMLReader {
  /// A value without quotation marks.
  mutating func scalar() throws(TOMLError) -> TOMLValue {
    let begin = position
    var end = Self.end(of: scalars, from: begin)
    // A date and a time may have a blank between them.
    if end - begin == 10, end + 1 < scalars.count, scalars[end] == " ", scalars[end + 1].isDigit,
      Self.isDate(scalars[begin..<end])
    {
      end = Self.end(of: scalars, from: end + 1)
    }
    guard end > begin else { throw error(expected: isValueMissing ? "a value" : Self.anyValue) }
    guard let value = Self.value(scalars[begin..<end]) else { throw error(expected: Self.anyValue) }
    position = end
    return value
  }

  private static let anyValue =
    "a value: a number, true, false, a text in quotation marks, an array or a table"

  /// Whether nothing is where a value belongs, rather than a text without quotation marks.
  private var isValueMissing: Bool {
    guard let scalar = peek else { return true }
    return ",]}#=\r\n".unicodeScalars.contains(scalar)
  }

  private static func end(of scalars: [Unicode.Scalar], from begin: Int) -> Int {
    scalars[begin...].firstIndex { !($0.isLetterOrDigit || "+-.:_".unicodeScalars.contains($0)) }
      ?? scalars.count
  }

  private static func value(_ word: ArraySlice<Unicode.Scalar>) -> TOMLValue? {
    let text = String(String.UnicodeScalarView(word))
    switch text {
    case "true": return .truth(true)
    case "false": return .truth(false)
    case "inf", "+inf": return .number(.infinity)
    case "-inf": return .number(-.infinity)
    case "nan", "+nan", "-nan": return .number(.nan)
    default: return integer(text) ?? number(text) ?? date(word)
    }
  }
}

// https://toml.io/en/v1.0.0#integer and #float
extension TOMLReader {
  private static func integer(_ text: String) -> TOMLValue? {
    for (prefix, radix) in [("0x", 16), ("0o", 8), ("0b", 2)] where text.hasPrefix(prefix) {
      guard let digits = digits(text.dropFirst(2), radix: radix) else { return nil }
      return Int(digits, radix: radix).map(TOMLValue.integer)
    }
    let (sign, rest) = signed(text)
    guard let digits = digits(rest), !hasLeadingZero(digits) else { return nil }
    return Int(sign + digits).map(TOMLValue.integer)
  }

  private static func number(_ text: String) -> TOMLValue? {
    let (sign, rest) = signed(text)
    let halves = rest.split(separator: "e", maxSplits: 1, omittingEmptySubsequences: false)
    let capital = rest.split(separator: "E", maxSplits: 1, omittingEmptySubsequences: false)
    let (mantissa, exponent) =
      halves.count == 2 ? (halves[0], halves[1]) : (capital[0], capital.dropFirst().first)
    let parts = mantissa.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
    // Without either it is a whole number, and too large for one.
    guard parts.count == 2 || exponent != nil else { return nil }
    guard let whole = digits(parts[0]), !hasLeadingZero(whole) else { return nil }
    var number = sign + whole
    if parts.count == 2 {
      guard let fraction = digits(parts[1]) else { return nil }
      number += "." + fraction
    }
    if let exponent {
      let (sign, rest) = signed(String(exponent))
      guard let power = digits(rest) else { return nil }
      number += "e" + sign + power
    }
    // Numbers out of range are invalid.
    return Double(number).flatMap { $0.isFinite ? .number($0) : nil }
  }

  private static func signed(_ text: String) -> (sign: String, rest: Substring) {
    guard let first = text.first, first == "+" || first == "-" else { return ("", text[...]) }
    return (String(first), text.dropFirst())
  }

  private static func hasLeadingZero(_ digits: String) -> Bool { digits.count > 1 && digits.hasPrefix("0") }

  /// Digits without the underscores between them; nil if there are other characters.
  private static func digits(_ text: Substring, radix: Int = 10) -> String? {
    let groups = text.split(separator: "_", omittingEmptySubsequences: false)
    let allowed = "0123456789abcdef".prefix(radix)
    guard groups.allSatisfy({ !$0.isEmpty && $0.lowercased().allSatisfy(allowed.contains) }) else {
      return nil
    }
    return groups.joined()
  }
}

// https://toml.io/en/v1.0.0#offset-date-time (RFC 3339)
extension TOMLReader {
  /// A valid date, time or both.
  private static func date(_ word: ArraySlice<Unicode.Scalar>) -> TOMLValue? {
    let head = word.prefix(10)
    guard isDate(head) else { return isTime(word) ? .date("time") : nil }
    let tail = word.dropFirst(10)
    guard let separator = tail.first else { return .date("date") }
    guard [" ", "T", "t"].contains(separator) else { return nil }
    return isTime(zoneless(tail.dropFirst())) ? .date("date-time") : nil
  }

  /// A time without the offset at its end, if that is a right one.
  private static func zoneless(_ time: ArraySlice<Unicode.Scalar>) -> ArraySlice<Unicode.Scalar> {
    if let last = time.last, last == "Z" || last == "z" { return time.dropLast() }
    let offset = time.suffix(6)
    guard offset.count == 6, let sign = offset.first, sign == "+" || sign == "-",
      matches(offset.dropFirst(), "dd:dd"), isHourAndMinute(offset.dropFirst())
    else { return time }
    return time.dropLast(6)
  }

  /// `2026-02-28`
  private static func isDate(_ text: ArraySlice<Unicode.Scalar>) -> Bool {
    guard matches(text, "dddd-dd-dd") else { return false }
    let (year, month, day) = (
      number(text.prefix(4)), number(text.dropFirst(5).prefix(2)), number(text.suffix(2))
    )
    let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
    let days = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    return (1...12).contains(month) && (1...days[month - 1]).contains(day)
  }

  /// `23:59:60` or `23:59:59.999`
  private static func isTime(_ text: ArraySlice<Unicode.Scalar>) -> Bool {
    let fraction = text.dropFirst(8)
    return matches(text.prefix(8), "dd:dd:dd") && isHourAndMinute(text.prefix(5))
      && number(text.dropFirst(6).prefix(2)) <= 60
      && (fraction.isEmpty
        || fraction.first == "." && fraction.count > 1 && fraction.dropFirst().allSatisfy(\.isDigit))
  }

  private static func isHourAndMinute(_ text: ArraySlice<Unicode.Scalar>) -> Bool {
    number(text.prefix(2)) < 24 && number(text.dropFirst(3).prefix(2)) < 60
  }

  /// - Parameter pattern: `d` matches a digit, anything else itself.
  private static func matches(_ text: ArraySlice<Unicode.Scalar>, _ pattern: String) -> Bool {
    text.count == pattern.unicodeScalars.count
      && zip(text, pattern.unicodeScalars).allSatisfy { $1 == "d" ? $0.isDigit : $0 == $1 }
  }

  private static func number(_ digits: ArraySlice<Unicode.Scalar>) -> Int {
    digits.reduce(0) { $0 * 10 + Int($1.value) - 48 }
  }
}
