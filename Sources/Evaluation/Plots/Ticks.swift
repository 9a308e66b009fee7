internal import Glibc

/// Round numbers along an axis: multiples of 1, 2 or 5 times a power of ten (Heckbert 1990, Nice Numbers for Graph
/// Labels).
struct Ticks: Equatable, Sendable {
  /// By rising value.
  let values: [Double]
  private let decimals: Int

  /// Ticks within `range`, about `count` of them; for a range of no length its one number.
  init(in range: ClosedRange<Double>, about count: Int) {
    let span = range.upperBound - range.lowerBound
    guard span > 0, span.isFinite, count > 1 else {
      (values, decimals) = ([range.lowerBound], 2)
      return
    }
    let step = Self.round(span / Double(count - 1))
    // A hair of tolerance keeps a tick that is an end of the range but for rounding.
    let first = (range.lowerBound / step - 1e-9).rounded(.up)
    let last = (range.upperBound / step + 1e-9).rounded(.down)
    values = stride(from: first, through: last, by: 1).map { $0 * step }
    decimals = max(0, -Int(floor(log10(step) + 1e-9)))
  }

  /// A tick's number, with as many decimals as all of them need.
  func label(_ value: Double) -> String {
    guard decimals == 0, let whole = Int(exactly: value.rounded()) else {
      return value.fixedText(decimals: decimals)
    }
    return whole.grouped
  }

  /// The round number next to a rough step.
  private static func round(_ rough: Double) -> Double {
    let power = pow(10, floor(log10(rough)))
    let factor = rough / power
    return power * (factor < 1.5 ? 1 : factor < 3 ? 2 : factor < 7 ? 5 : 10)
  }
}
