/// Numbers as people read them, the same in every locale.
enum NumberText {
  /// 1234567 → `1,234,567`
  static func grouped(_ number: Int) -> String {
    let digits = Array(String(number.magnitude))
    let grouped = digits.enumerated().map { index, digit in
      index > 0 && (digits.count - index) % 3 == 0 ? ",\(digit)" : String(digit)
    }
    return (number < 0 ? "-" : "") + grouped.joined()
  }

  /// A number with so many decimals, rounded.
  static func fixed(_ number: Double, decimals: Int) -> String {
    let scale = (0..<decimals).reduce(1) { product, _ in product * 10 }
    let rounded = Int((number * Double(scale)).rounded())
    guard decimals > 0 else { return grouped(rounded) }
    let fraction = String(rounded.magnitude % UInt(scale))
    let sign = rounded < 0 ? "-" : ""
    return sign + grouped(Int(rounded.magnitude) / scale) + "."
      + String(repeating: "0", count: decimals - fraction.count) + fraction
  }

  /// A share of a whole in percent with one decimal; of nothing it is 0.
  static func percent(_ part: Int, of whole: Int) -> String {
    fixed(whole == 0 ? 0 : 100 * Double(part) / Double(whole), decimals: 1) + " %"
  }

  /// So many bytes in millions: `1,234 MB`.
  static func megabytes(_ bytes: Int) -> String { fixed(Double(bytes) / 1e6, decimals: 0) + " MB" }

  /// So many seconds: `3:07`, or `2:03:07` from an hour on.
  static func duration(_ seconds: Double) -> String {
    let total = Int(min(max(seconds, 0), 1e9).rounded())
    func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
    let (hours, minutes) = (total / 3600, total / 60 % 60)
    return (hours > 0 ? "\(hours):\(two(minutes))" : "\(minutes)") + ":" + two(total % 60)
  }
}
