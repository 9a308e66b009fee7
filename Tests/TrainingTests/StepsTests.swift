import Testing

@testable import Training

@Suite("Steps")
struct StepsTests {
  @Test("each step has the rows that have not ended")
  func raggedRows() {
    let steps = Steps(lengths: [3, 2, 2, 1])
    #expect(steps.first == [0, 4, 7, 8])
    #expect((0..<steps.count).map(steps.rows(at:)) == [4, 3, 1])
    #expect(steps.tokens == 8)
  }

  @Test("equal rows give equal steps")
  func equalRows() {
    #expect(Steps(rows: 2, length: 3) == Steps(lengths: [3, 3]))
  }

  @Test("no rows give no steps")
  func noRows() {
    #expect(Steps(lengths: []).count == 0)
    #expect(Steps(lengths: []).tokens == 0)
  }
}
