/// Minimises a smooth convex function: L-BFGS (Nocedal & Wright 2006, algorithms 7.4 and 3.1).
///
/// The curvature is estimated from the last few steps, and each step is halved until it decreases the value enough.
/// Deterministic, without a learning rate.
///
/// ```swift
/// var solver = LBFGS(start: [0, 0]) { point, gradient in … }
/// while solver.gradientNorm > 1e-6, solver.step() {}
/// ```
struct LBFGS {
  /// Computes the function's value at a point, and its gradient there.
  typealias Function = (_ point: [Double], _ gradient: inout [Double]) -> Double

  private(set) var point: [Double]
  private(set) var value: Double
  private(set) var gradient: [Double]

  private let function: Function
  private var pairs: [Pair] = []

  /// A step, how the gradient changed over it, and the product of both.
  private struct Pair {
    let step: [Double]
    let change: [Double]
    let product: Double
  }

  /// The number of steps to remember.
  static let memory = 8
  /// The number of halvings after which a step is abandoned: the value is minimal as far as the precision goes.
  private static let halvings = 30

  init(start: [Double], _ function: @escaping Function) {
    point = start
    gradient = start
    self.function = function
    value = function(start, &gradient)
  }

  var gradientNorm: Double { Self.product(gradient, gradient).squareRoot() }

  /// Makes a step; returns false if no step decreases the value.
  mutating func step() -> Bool {
    let direction = direction()
    let slope = Self.product(direction, gradient)
    guard slope < 0 else { return false }
    // The first direction is the gradient itself, whose length means nothing.
    var length = pairs.isEmpty ? 1 / gradientNorm : 1
    var newGradient = gradient
    for _ in 0..<Self.halvings {
      let newPoint = Self.sum(point, length, direction)
      let newValue = function(newPoint, &newGradient)
      if newValue <= value + 1e-4 * length * slope {
        remember(newPoint, newGradient)
        (point, value, gradient) = (newPoint, newValue, newGradient)
        return true
      }
      length /= 2
    }
    return false
  }

  private mutating func remember(_ newPoint: [Double], _ newGradient: [Double]) {
    let step = Self.sum(newPoint, -1, point)
    let change = Self.sum(newGradient, -1, gradient)
    let product = Self.product(step, change)
    guard product > 0 else { return }
    if pairs.count == Self.memory { pairs.removeFirst() }
    pairs.append(Pair(step: step, change: change, product: product))
  }

  /// The two loops of algorithm 7.4: the gradient, corrected for the estimated curvature.
  private func direction() -> [Double] {
    var direction = gradient.map { -$0 }
    var factors: [Double] = []
    for pair in pairs.reversed() {
      let factor = Self.product(pair.step, direction) / pair.product
      Self.add(-factor, pair.change, to: &direction)
      factors.append(factor)
    }
    if let last = pairs.last {
      let scale = last.product / Self.product(last.change, last.change)
      for index in direction.indices { direction[index] *= scale }
    }
    for (pair, factor) in zip(pairs, factors.reversed()) {
      Self.add(factor - Self.product(pair.change, direction) / pair.product, pair.step, to: &direction)
    }
    return direction
  }

  private static func product(_ left: [Double], _ right: [Double]) -> Double {
    var sum = 0.0
    for index in left.indices { sum += left[index] * right[index] }
    return sum
  }

  private static func sum(_ left: [Double], _ factor: Double, _ right: [Double]) -> [Double] {
    var sum = left
    add(factor, right, to: &sum)
    return sum
  }

  private static func add(_ factor: Double, _ other: [Double], to target: inout [Double]) {
    for index in target.indices { target[index] += factor * other[index] }
  }
}
