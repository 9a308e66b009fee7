internal import Glibc

/// The negative logarithm of the probability of what is right, as a weighted mean over a minibatch.
///
/// With classes as targets this is PyTorch's `nn.CrossEntropyLoss(weight=…, label_smoothing=…)`. An example
/// counts as much as its class's weight, times its own where it has one.
package struct CrossEntropy: Sendable {
  /// One for each class, in the order of the logits.
  package let classWeights: [Float]
  /// The part of a target that is shared among all classes alike, 0 … 1 (Szegedy et al. 2016).
  package let smoothing: Float

  package init(classWeights: [Float], smoothing: Float = 0) {
    precondition(classWeights.allSatisfy { $0 >= 0 } && smoothing >= 0 && smoothing <= 1)
    self.classWeights = classWeights
    self.smoothing = smoothing
  }

  /// The loss of a minibatch.
  package struct Loss: Sendable {
    /// The mean, in nats.
    package var mean: Double
    /// The sum of weights that it is the mean over: what means of several minibatches are weighed by.
    package var weight: Double
    /// The gradient of the mean with respect to the logits, [rows][classes].
    package var gradient: Tensor
  }

  /// A minibatch without weight has no loss and no gradient.
  ///
  /// - Parameters:
  ///   - logits: [rows][classes].
  ///   - targets: the probability of each class, [rows][classes]; `Tensor(oneHot:columns:)` for certain ones.
  ///   - exampleWeights: one a row, not negative; nil when all count alike.
  package func loss(_ logits: Tensor, targets: Tensor, exampleWeights: [Float]? = nil) -> Loss {
    precondition(logits.columns == classWeights.count)
    precondition(targets.rows == logits.rows && targets.columns == logits.columns)
    precondition(exampleWeights.map { $0.count == logits.rows } ?? true)
    let weights = (0..<logits.rows).map { row in
      Double(exampleWeights?[row] ?? 1) * classWeight(targets, row: row)
    }
    let total = weights.reduce(0, +)
    var loss = Loss(mean: 0, weight: total, gradient: logits.zeros)
    guard total > 0 else { return loss }
    for row in 0..<logits.rows {
      add(row, of: logits, targets, share: Double(exampleWeights?[row] ?? 1) / total, to: &loss)
    }
    return loss
  }

  /// How much a row counts by its class; by all of them where the target is not certain.
  private func classWeight(_ targets: Tensor, row: Int) -> Double {
    classWeights.indices.reduce(0) {
      $0 + Double(classWeights[$1]) * Double(targets[row: row, column: $1])
    }
  }

  private func add(_ row: Int, of logits: Tensor, _ targets: Tensor, share: Double, to loss: inout Loss) {
    let logarithms = logSoftmax(logits, row: row)
    let uniform = Double(smoothing) / Double(classWeights.count)
    let wanted = classWeights.indices.map { label in
      let target = (1 - Double(smoothing)) * Double(targets[row: row, column: label]) + uniform
      return share * Double(classWeights[label]) * target
    }
    let sum = wanted.reduce(0, +)
    for label in classWeights.indices {
      // 0 · log 0 is 0 here.
      if wanted[label] > 0 { loss.mean -= wanted[label] * logarithms[label] }
      loss.gradient[row: row, column: label] = Float(sum * exp(logarithms[label]) - wanted[label])
    }
  }

  private func logSoftmax(_ logits: Tensor, row: Int) -> [Double] {
    let row = (0..<logits.columns).map { Double(logits[row: row, column: $0]) }
    let greatest = row.max() ?? 0
    let sum = row.reduce(0) { $0 + exp($1 - greatest) }
    return row.map { $0 - greatest - log(sum) }
  }
}

extension Tensor {
  /// Certain targets: a row for each class, 1 in its column.
  package init(oneHot classes: [Int], columns: Int) {
    self.init(rows: classes.count, columns: columns)
    for (row, label) in classes.enumerated() { self[row: row, column: label] = 1 }
  }
}
