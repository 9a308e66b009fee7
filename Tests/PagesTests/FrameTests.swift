import Testing

@testable import Pages

@Suite struct TicksTests {
  @Test(
    "Ticks are round numbers within the range",
    arguments: [
      (0.0...1.0, 6, ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"]),
      (3.97...5.63, 6, ["4.0", "4.5", "5.0", "5.5"]),
      (0.0...12_345.0, 6, ["0", "2,000", "4,000", "6,000", "8,000", "10,000", "12,000"]),
      (0.0...0.0022, 4, ["0.000", "0.001", "0.002"]),
      (-3.0...3.0, 7, ["-3", "-2", "-1", "0", "1", "2", "3"]),
      (2.0...2.0, 6, ["2.00"]),
    ])
  func areRound(_ range: ClosedRange<Double>, count: Int, labels: [String]) {
    let ticks = Ticks(in: range, about: count)
    #expect(ticks.values.map(ticks.label) == labels)
  }

  @Test("Numbers are written with a point and fixed decimals")
  func writesNumbers() {
    #expect(1234.5.text(decimals: 2) == "1234.5")
    #expect((-0.001).text(decimals: 2) == "0")
    #expect(100.0.text(decimals: 2) == "100")
    #expect(100.0.text(decimals: 0) == "100")
    #expect(1.5e20.text(decimals: 2) == "1.5e+20")
    #expect((-0.625).fixedText(decimals: 2) == "-0.63")
    #expect(0.05.fixedText(decimals: 2) == "0.05")
    #expect([7, 999, 1000, 1_234_567, -1000].map(\.grouped) == ["7", "999", "1,000", "1,234,567", "-1,000"])
  }
}
