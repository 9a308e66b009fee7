internal import JSON

extension Double {
  /// The number rounded to `decimals` places, without trailing zeros: `0.5`, `-3`, `12`.
  package func text(decimals: Int) -> String {
    guard decimals > 0, var text = decimalText(places: decimals) else { return fixedText(decimals: decimals) }
    while text.hasSuffix("0") { text.removeLast() }
    if text.hasSuffix(".") { text.removeLast() }
    return text
  }

  /// The number rounded to exactly `decimals` places, half away from zero, the same in every locale: `0.50`.
  ///
  /// A number that is too large for that, or not finite, is written as Swift does.
  package func fixedText(decimals: Int) -> String {
    decimalText(places: decimals) ?? "\(self)"
  }
}

extension Int {
  /// The number with commas between thousands: `12,345`.
  package var grouped: String {
    var digits = String(magnitude)
    for place in stride(from: digits.count - 3, to: 0, by: -3) {
      digits.insert(",", at: digits.index(digits.startIndex, offsetBy: place))
    }
    return (self < 0 ? "-" : "") + digits
  }
}
