import Testing

@testable import Datasets

@Suite("Text classes")
struct TextClassTests {
  @Test("there are three, as in the case study")
  func three() {
    #expect(TextClass.allCases.map(\.rawValue) == ["positive", "negative", "unlabelled"])
  }
}
