internal import Pages

/// A confusion matrix as a heat map: a row for each true label, darker where more of the row's texts are.
package struct ConfusionMatrixPlot: Sendable {
  private let matrix: ConfusionMatrix
  private let labels: [String]
  private let title: String

  /// - Parameter labels: the names of the matrix's labels, in their order.
  package init(_ matrix: ConfusionMatrix, labels: [String], title: String) {
    precondition(labels.count == matrix.labelCount, "each label needs a name")
    self.matrix = matrix
    self.labels = labels
    self.title = title
  }

  /// The picture as an SVG file.
  package var svg: String {
    let size = Double(labels.count) * cell
    var svg = SVG(
      width: max(left + size + 24, 340), height: Self.top + size + 24, title: title,
      description: "Rows are true labels, columns the labels given; "
        + labels.indices.map { truth in
          "\(labels[truth]): "
            + labels.indices.map { "\(matrix[truth: truth, answer: $0]) \(labels[$0])" }.joined(
              separator: ", ")
        }.joined(separator: "; ") + ".")
    svg.heading()
    svg.text(
      "given label", at: Point(x: left + size / 2, y: Self.top - 28), SVG.Lettering(anchor: .middle))
    svg.text(
      "true label", at: Point(x: 26, y: Self.top + size / 2),
      SVG.Lettering(anchor: .middle, isUpright: true))
    for (number, label) in labels.enumerated() {
      let middle = (Double(number) + 0.5) * cell
      svg.text(
        label, at: Point(x: left + middle, y: Self.top - 9),
        SVG.Lettering(colour: .grey, anchor: .middle))
      svg.text(
        label, at: Point(x: left - 10, y: Self.top + middle + 4), SVG.Lettering(colour: .grey, anchor: .end))
      for answer in labels.indices { drawCell(truth: number, answer: answer, in: &svg) }
    }
    return svg.document
  }

  private static let top = 90.0
  /// The side of a cell; smaller when there are many.
  private var cell: Double { min(120, max(52, 480 / Double(labels.count))) }
  private var left: Double { 56 + Double(labels.map(\.count).max() ?? 0) * 7 }

  private func drawCell(truth: Int, answer: Int, in svg: inout SVG) {
    let count = matrix[truth: truth, answer: answer]
    let share = Double(count) / Double(max(matrix.actual(truth), 1))
    let area = Rectangle(
      left: left + Double(answer) * cell + 1, top: Self.top + Double(truth) * cell + 1,
      right: left + Double(answer + 1) * cell - 1, bottom: Self.top + Double(truth + 1) * cell - 1)
    svg.heatCell(
      area, share: share, lines: [count.grouped, "\((100 * share).fixedText(decimals: 1)) %"], size: cell / 6)
  }
}
