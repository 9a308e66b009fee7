import Testing

@testable import Evaluation

@Suite struct ConfusionMatrixTests {
  private let matrix = ConfusionMatrix(eight, labelCount: 2)

  @Test("Texts are counted by true and given label")
  func counts() {
    #expect(matrix[truth: 0, answer: 0] == 2)
    #expect(matrix[truth: 0, answer: 1] == 2)
    #expect(matrix[truth: 1, answer: 0] == 1)
    #expect(matrix[truth: 1, answer: 1] == 3)
    #expect(matrix.total == 8)
    #expect((matrix.actual(0), matrix.answered(0)) == (4, 3))
  }

  @Test("Accuracy, precision, recall and F1 are those of scikit-learn")
  func measures() {
    #expect(matrix.accuracy == 0.625)
    #expect(matrix.precision(of: 0).isClose(to: 2 / 3))
    #expect(matrix.precision(of: 1).isClose(to: 0.6))
    #expect(matrix.recall(of: 0) == 0.5)
    #expect(matrix.recall(of: 1) == 0.75)
    #expect(matrix.f1(of: 0).isClose(to: 4 / 7))
    #expect(matrix.f1(of: 1).isClose(to: 2 / 3))
    #expect(matrix.macroF1.isClose(to: 0.619_047_619_047_619_1))
  }

  @Test("A label that neither occurs nor is given does not count in macro-F1")
  func ignoresAbsentLabels() {
    var matrix = ConfusionMatrix(labelCount: 3)
    matrix.add(truth: 0, answer: 0, count: 5)
    #expect(matrix.macroF1 == 1)
    matrix.add(truth: 0, answer: 1)
    // F1 of label 0 is 10 / 11, that of label 1 is 0.
    #expect(matrix.macroF1.isClose(to: 5 / 11))
  }

  @Test("Nothing gives noughts, and no division by nought")
  func empty() {
    let matrix = ConfusionMatrix([], labelCount: 2)
    #expect(
      [matrix.accuracy, matrix.macroF1, matrix.precision(of: 0), matrix.recall(of: 0)] == [0, 0, 0, 0])
  }
}
