/// A running mean of parameters, taken at steps or epochs: it often generalises better than the last ones do
/// (Polyak & Juditsky 1992; Izmailov et al. 2018, "Averaging weights leads to wider optima").
///
/// Never biased towards where it began: with a decay of 1 it is the plain mean of all that were added; with
/// a smaller one each counts `decay` times as much as the one after it. Running statistics of batch
/// normalisations belong to the weights that they were gathered with: for averaged weights gather them anew.
///
/// ```swift
/// var average = WeightAverage(of: parameters, decay: 0.999)
/// average.add(parameters)   // after each step
/// ```
package struct WeightAverage<Parameters: ParameterTree>: Sendable {
  /// The mean of what has been added.
  package private(set) var mean: Parameters
  /// How much all that was added counts, when the last counts 1.
  package private(set) var weight: Double
  package let decay: Double

  /// A mean that begins with `parameters`.
  ///
  /// - Parameter decay: above 0, at most 1.
  package init(of parameters: Parameters, decay: Double = 1) {
    self.init(mean: parameters, weight: 1, decay: decay)
  }

  /// A mean that goes on from what a checkpoint holds of it.
  package init(mean: Parameters, weight: Double, decay: Double) {
    precondition(decay > 0 && decay <= 1 && weight >= 1)
    self.mean = mean
    self.weight = weight
    self.decay = decay
  }

  /// Takes in parameters of the same shapes. 2 operations a number.
  package mutating func add(_ parameters: Parameters) {
    weight = weight * decay + 1
    let rate = Float(1 / weight)
    var added = parameters.tensors.makeIterator()
    mean.visit { name, tensor in
      let next = added.next()
      precondition(next?.name == name && next?.tensor.count == tensor.count)
      if let next { tensor.move(towards: next.tensor, by: rate) }
    }
  }
}

extension Tensor {
  /// Goes a part of the way to another tensor of the same shape.
  fileprivate mutating func move(towards target: Tensor, by rate: Float) {
    precondition(target.rows == rows && target.columns == columns)
    let goal = target.values.span
    var numbers = values.mutableSpan
    for index in 0..<numbers.count { numbers[index] += rate * (goal[index] - numbers[index]) }
  }
}
