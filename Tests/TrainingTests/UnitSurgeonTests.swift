import Datasets
import Testing

@testable import Training

@Suite("The surgeon of units")
struct UnitSurgeonTests {
  private static let inputs = 6

  /// The mean of the products of some random inputs that depend on each other, with the constant 1.
  private static func moments(seed: UInt64) -> DoubleMatrix {
    let (examples, mixing) = (
      Tensor.random(rows: 40, columns: inputs, seed: seed),
      Tensor.random(rows: inputs, columns: inputs, seed: seed + 1)
    )
    var moments = DoubleMatrix(rows: inputs + 1, columns: inputs + 1)
    for example in 0..<examples.rows {
      let row =
        (0..<inputs).map { input in
          (0..<inputs).reduce(0.3) { sum, other in
            sum + Double(examples[row: example, column: other] * mixing[row: other, column: input])
          }
        } + [1]
      for (first, a) in row.enumerated() {
        for (second, b) in row.enumerated() { moments[first, second] += a * b / Double(examples.rows) }
      }
    }
    return moments
  }

  private static func readers(seed: UInt64) -> [UnitSurgeon.Reader] {
    [5, 3].enumerated().map { index, outputs in
      UnitSurgeon.Reader(
        weights: .random(rows: outputs, columns: inputs, seed: seed + UInt64(2 * index)),
        bias: .random(rows: 1, columns: outputs, seed: seed + UInt64(2 * index + 1)))
    }
  }

  @Test("The inverse of a matrix times the matrix is one")
  func inverse() throws {
    let matrix = Self.moments(seed: 7)
    let inverse = try #require(matrix.positiveInverse)
    for row in 0..<matrix.rows {
      for column in 0..<matrix.rows {
        let product = (0..<matrix.rows).reduce(0) { $0 + matrix[row, $1] * inverse[$1, column] }
        #expect(abs(product - (row == column ? 1 : 0)) < 1e-9)
      }
    }
  }

  @Test(
    "What is removed, and the weights of the rest, are those of least squares over all choices",
    arguments: [11, 23, 35, 47] as [UInt64])
  func leastSquares(seed: UInt64) {
    let (moments, readers) = (Self.moments(seed: seed), Self.readers(seed: seed + 100))
    let squares = LeastSquares(moments, readers)
    var surgeon = UnitSurgeon(moments: moments, readers: readers)
    var kept = Array(0..<Self.inputs)
    while kept.count > 1 {
      let choices = kept.map { gone in kept.filter { $0 != gone } }
      kept = choices.min { squares.fit(keeping: $0).cost < squares.fit(keeping: $1).cost } ?? []
      surgeon.removeOne()
      #expect(surgeon.kept == kept)
      let expected = squares.fit(keeping: kept).weights
      let found = surgeon.readers.flatMap { reader in
        (0..<reader.weights.rows).map { output in
          kept.indices.map { reader.weights[row: output, column: $0] } + [reader.bias.values[output]]
        }
      }
      for (found, expected) in zip(found.joined(), expected.joined()) {
        #expect(abs(Double(found) - expected) < 1e-5)
      }
    }
  }

  @Test("Moments that rounding has made those of no inputs are damped until they have an inverse")
  func rounded() {
    // An input that is always 0.9 among 62 that are always 0, and the constant 1: exactly, its mean square is 0.81.
    var moments = DoubleMatrix(rows: 64, columns: 64)
    (moments[0, 0], moments[0, 63], moments[63, 0], moments[63, 63]) = (0.8099, 0.9, 0.9, 1)
    #expect(moments.positiveInverse == nil)
    var surgeon = UnitSurgeon(
      moments: moments,
      readers: [
        UnitSurgeon.Reader(
          weights: Tensor(rows: 1, columns: 63, values: [Float](repeating: 1, count: 63)),
          bias: Tensor(rows: 1, columns: 1))
      ])
    for _ in 0..<63 { surgeon.removeOne() }
    #expect(surgeon.kept.isEmpty)
    // The bias takes the place of the input.
    #expect(abs(surgeon.readers[0].bias.values[0] - 0.9) < 1e-2)
  }

  @Test("Inputs that cost the same go in their order, and the constant stays")
  func order() {
    var moments = DoubleMatrix(rows: 4, columns: 4)
    for input in 0..<4 { moments[input, input] = 1 }
    let reader = UnitSurgeon.Reader(
      weights: Tensor(rows: 1, columns: 3, values: [1, -1, 1]),
      bias: Tensor(rows: 1, columns: 1, values: [0]))
    var surgeon = UnitSurgeon(moments: moments, readers: [reader])
    surgeon.removeOne()
    #expect(surgeon.kept == [1, 2])
    surgeon.removeOne()
    #expect(surgeon.kept == [2])
    #expect(surgeon.readers[0].weights.values == [1])
  }
}

/// Weights of fewer inputs, by Gauss's elimination on the normal equations.
private struct LeastSquares {
  /// Damped as the surgeon's.
  private let moments: [[Double]]
  /// [outputs][inputs + 1], biases last.
  private let weights: [[Double]]

  init(_ moments: DoubleMatrix, _ readers: [UnitSurgeon.Reader]) {
    let all = 0..<moments.rows
    let mean = all.reduce(0) { $0 + moments[$1, $1] } / Double(all.count)
    self.moments = all.map { row in
      all.map { moments[row, $0] + (row == $0 ? UnitSurgeon.damping * mean : 0) }
    }
    weights = readers.flatMap { reader in
      (0..<reader.weights.rows).map { output in
        (0..<reader.weights.columns).map { Double(reader.weights[row: output, column: $0]) } + [
          Double(reader.bias.values[output])
        ]
      }
    }
  }

  /// The best weights of some inputs and the constant, and what is lost by them.
  func fit(keeping kept: [Int]) -> (weights: [[Double]], cost: Double) {
    let inputs = kept + [moments.count - 1]
    var cost = 0.0
    let fitted = weights.map { row in
      let wanted = inputs.map { input in
        row.indices.reduce(0) { $0 + row[$1] * moments[$1][input] }
      }
      let fitted = Self.solve(inputs.map { row in inputs.map { moments[row][$0] } }, wanted)
      var error = row
      for (input, weight) in zip(inputs, fitted) { error[input] -= weight }
      for (first, a) in error.enumerated() {
        for (second, b) in error.enumerated() { cost += a * b * moments[first][second] }
      }
      return fitted
    }
    return (fitted, cost)
  }

  private static func solve(_ matrix: [[Double]], _ wanted: [Double]) -> [Double] {
    var rows = zip(matrix, wanted).map { $0 + [$1] }
    for pivot in rows.indices {
      for row in rows.indices where row != pivot {
        let factor = rows[row][pivot] / rows[pivot][pivot]
        for column in rows[row].indices { rows[row][column] -= factor * rows[pivot][column] }
      }
    }
    return rows.indices.map { rows[$0][rows.count] / rows[$0][$0] }
  }
}
