import Datasets

@testable import Training

/// Compares gradients with difference quotients of the function that they are gradients of.
///
/// The quotient of four points, whose error falls with the fourth power of the step: in single precision a
/// step may not be small. A function with kinks must not have one within two steps of where it is looked at.
struct GradientCheck {
  var step: Float = 1 / 64
  /// The greatest difference, for gradients below 1; for greater ones the greatest part of them.
  var tolerance = 1e-4

  /// Says for each number of a tree where its gradient is not the quotient; empty when all are.
  func mismatches<Tree: ParameterTree>(
    of gradients: Tree, at point: Tree, _ function: (Tree) -> Double
  ) -> [String] {
    var mismatches: [String] = []
    for (place, (found, start)) in zip(gradients.tensors, point.tensors).enumerated() {
      guard found.name == start.name, found.tensor.count == start.tensor.count else {
        mismatches.append("\(start.name): the gradient has another name or size")
        continue
      }
      for (index, gradient) in found.tensor.values.enumerated() {
        let quotient = quotient(of: function, at: point, place: place, index: index)
        guard abs(Double(gradient) - quotient) > tolerance * max(1, abs(quotient)) || gradient.isNaN else {
          continue
        }
        mismatches.append("\(start.name)[\(index)]: gradient \(gradient), quotient \(quotient)")
      }
    }
    return mismatches
  }

  /// The same for a function of one tensor.
  func mismatches(
    of gradient: Tensor, at point: Tensor, _ function: (Tensor) -> Double
  ) -> [String] {
    mismatches(of: OneTensor(input: gradient), at: OneTensor(input: point)) { function($0.input) }
  }

  private func quotient<Tree: ParameterTree>(
    of function: (Tree) -> Double, at point: Tree, place: Int, index: Int
  ) -> Double {
    func value(_ steps: Float) -> Double {
      var moved = point
      var current = 0
      moved.visit { _, tensor in
        if current == place { tensor.values[index] += steps * step }
        current += 1
      }
      return function(moved)
    }
    let (near, far) = (value(1) - value(-1), value(2) - value(-2))
    return (8 * near - far) / (12 * Double(step))
  }
}

/// A tensor as a tree.
private struct OneTensor: ParameterTree {
  var input: Tensor

  mutating func visit(_ body: (String, inout Tensor) throws -> Void) rethrows {
    try body("input", &input)
  }
}

extension Tensor {
  /// Numbers in -1 ..< 1, the same for the same seed.
  static func random(rows: Int, columns: Int, seed: UInt64) -> Tensor {
    var generator = SplitMix64(state: seed)
    let values = (0..<rows * columns).map { _ in 2 * generator.nextFraction() - 1 }
    return Tensor(rows: rows, columns: columns, values: values)
  }

  /// The sum of the products of numbers in the same places. A function of a layer's output whose gradient is
  /// `weights`.
  func weighted(by weights: Tensor) -> Double {
    precondition(rows == weights.rows && columns == weights.columns)
    return zip(values, weights.values).reduce(0) { $0 + Double($1.0) * Double($1.1) }
  }

  /// Whether all numbers are within `tolerance` of the expected ones.
  func isClose(to expected: [Float], tolerance: Float = 1e-6) -> Bool {
    count == expected.count && zip(values, expected).allSatisfy { abs($0 - $1) <= tolerance }
  }
}
