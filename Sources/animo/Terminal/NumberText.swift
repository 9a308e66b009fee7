/// Formatted numbers, the same in every locale.
enum NumberText {
  /// 1234567 → `1,234,567`
  static func grouped(_ number: Int) -> String {
    let digits = Array(String(number.magnitude))
    let grouped = digits.enumerated().map { index, digit in
      index > 0 && (digits.count - index) % 3 == 0 ? ",\(digit)" : String(digit)
    }
    return (number < 0 ? "-" : "") + grouped.joined()
  }

  /// A number of things, `noun` being one of them: `1 tweet`, `1,234 tweets`.
  static func counted(_ number: Int, _ noun: String) -> String {
    "\(grouped(number)) \(noun)\(number == 1 ? "" : "s")"
  }

  /// How many a second some things are: `1,234 a second`; nil if they are too few or the time is too short to tell.
  static func rate(_ number: Int, in seconds: Double) -> String? {
    guard seconds >= 0.005, Double(number) / seconds >= 0.5 else { return nil }
    return "\(fixed(Double(number) / seconds, decimals: 0)) a second"
  }

  /// A number rounded to the given number of decimals; one that is too large for digits, infinite or none as Swift
  /// writes it.
  static func fixed(_ number: Double, decimals: Int) -> String {
    let scale = (0..<decimals).reduce(1) { product, _ in product * 10 }
    guard let rounded = Int(exactly: (number * Double(scale)).rounded()), rounded != .min else {
      return "\(number)"
    }
    guard decimals > 0 else { return grouped(rounded) }
    let fraction = String(rounded.magnitude % UInt(scale))
    let sign = rounded < 0 ? "-" : ""
    return sign + grouped(Int(rounded.magnitude) / scale) + "."
      + String(repeating: "0", count: decimals - fraction.count) + fraction
  }

  /// A share of a whole in percent with one decimal; 0 if the whole is 0.
  static func percent(_ part: Int, of whole: Int) -> String {
    fixed(whole == 0 ? 0 : 100 * Double(part) / Double(whole), decimals: 1) + " %"
  }

  /// A number of bytes in megabytes: `1,234 MB`.
  static func megabytes(_ bytes: Int) -> String { fixed(Double(bytes) / 1e6, decimals: 0) + " MB" }

  /// A number of seconds: `3:07`, or `2:03:07` from one hour on.
  static func duration(_ seconds: Double) -> String {
    let total = Int(min(max(seconds, 0), 1e9).rounded())
    func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
    let (hours, minutes) = (total / 3600, total / 60 % 60)
    return (hours > 0 ? "\(hours):\(two(minutes))" : "\(minutes)") + ":" + two(total % 60)
  }
}
