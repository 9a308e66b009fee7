package import Datasets
internal import Glibc

/// The negative logarithm of the probability of the target, as a weighted mean over a minibatch.
///
/// With classes as targets this is PyTorch's `nn.CrossEntropyLoss(weight=…, label_smoothing=…)`. The weight of an
/// example is that of its class, times its own if it has one. For a target that decides between two labels only, the
/// loss is over these two, without class weights; other labels get no gradient.
package struct CrossEntropy: Sendable {
  /// One for each class, in the order of the logits.
  package let classWeights: [Float]
  /// Label smoothing: the share of a target that is distributed evenly over all classes, 0 … 1 (Szegedy et al. 2016).
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
    /// The sum of the weights, for averaging over several minibatches.
    package var weight: Double
    /// The gradient of the mean with respect to the logits, [rows][classes].
    package var gradient: Tensor
  }

  /// A minibatch without weight has no loss and no gradient.
  ///
  /// - Parameters:
  ///   - logits: [rows][classes].
  ///   - targets: one per row.
  ///   - exampleWeights: one per row, not negative; nil if all are 1.
  package func loss(_ logits: Tensor, targets: [Target], exampleWeights: [Float]? = nil) -> Loss {
    precondition(logits.columns == classWeights.count && targets.count == logits.rows)
    precondition(exampleWeights.map { $0.count == logits.rows } ?? true)
    let weights = targets.enumerated().map { row, target in
      Double(exampleWeights?[row] ?? 1) * classWeight(target)
    }
    let total = weights.reduce(0, +)
    var loss = Loss(mean: 0, weight: total, gradient: logits.zeros)
    guard total > 0 else { return loss }
    for row in 0..<logits.rows {
      add(row, of: logits, targets[row], share: Double(exampleWeights?[row] ?? 1) / total, to: &loss)
    }
    return loss
  }

  /// The class weight of a row; the expected one if the target is a distribution.
  private func classWeight(_ target: Target) -> Double {
    guard target.pair == nil else { return 1 }
    let probabilities = target.probabilities(of: classWeights.count)
    return classWeights.indices.reduce(0) { $0 + Double(classWeights[$1]) * Double(probabilities[$1]) }
  }

  private func add(_ row: Int, of logits: Tensor, _ target: Target, share: Double, to loss: inout Loss) {
    let labels = target.pair ?? Array(classWeights.indices)
    let probabilities = target.probabilities(of: classWeights.count)
    let logarithms = logSoftmax(labels.map { Double(logits[row: row, column: $0]) })
    let uniform = Double(smoothing) / Double(labels.count)
    let wanted = labels.map { label in
      let probability = (1 - Double(smoothing)) * Double(probabilities[label]) + uniform
      return share * (target.pair == nil ? Double(classWeights[label]) : 1) * probability
    }
    let sum = wanted.reduce(0, +)
    for (index, label) in labels.enumerated() {
      // 0 · log 0 is 0 here.
      if wanted[index] > 0 { loss.mean -= wanted[index] * logarithms[index] }
      loss.gradient[row: row, column: label] = Float(sum * exp(logarithms[index]) - wanted[index])
    }
  }

  private func logSoftmax(_ row: [Double]) -> [Double] {
    let greatest = row.max() ?? 0
    let sum = row.reduce(0) { $0 + exp($1 - greatest) }
    return row.map { $0 - greatest - log(sum) }
  }
}
