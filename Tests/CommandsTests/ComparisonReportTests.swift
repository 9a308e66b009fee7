import Testing

@testable import Commands

@Suite("The report of a comparison") struct ComparisonReportTests {
  @Test(
    "A probability has significant digits, however small it is, and only 0 is 0",
    arguments: [
      (1, "1.0000000000"), (0.002_663_119_3, "0.0026631193"), (1e-6, "0.0000010000"),
      (3.197_94e-14, "3.1979e-14"), (9.9999e-9, "9.9999e-9"), (9.999_96e-9, "1.0000e-8"),
      (2.5e-300, "2.5000e-300"), (0, "0.0000000000"),
    ])
  func probabilities(probability: Double, digits: String) {
    #expect(ComparisonReport.digits(of: probability) == digits)
    #expect(Double(digits).map { abs($0 - probability) <= 1e-4 * probability } == true)
  }
}
