package import AWDLSTM
internal import Datasets
internal import SystemCalls

extension ULMFiT {
  /// Trains a wide term for a finished classifier, and fits the blend of the two.
  ///
  /// This takes seconds to minutes, so there are no checkpoints: a run that was stopped starts over.
  /// - Parameters:
  ///   - network: the classifier.
  ///   - examples: the training tweets.
  ///   - validation: tweets that neither was trained on.
  ///   - ids: the tokens of those.
  /// - Throws: `TrainingStopped` when it was asked to stop.
  package func wide(
    beside network: Network, examples: WideExamples, validation: WideExamples, ids: [[Int32]],
    _ recipe: WideRecipe
  ) throws -> TrainedWideTerm {
    let labels = network.architecture.labels.count
    precondition(examples.labels == labels && validation.labels == labels && ids.count == validation.count)
    let examples = recipe.balancesClasses ? examples.balancingOdds : examples
    let classWeights = recipe.classWeights(for: examples)
    let objective = WideObjective(
      examples, classWeights: classWeights, regularisation: recipe.regularisation)
    let (solver, steps, seconds) = try solve(objective, features: examples.featureCount, recipe)
    let weights = objective.weights(solver.point)
    let noIntercepts = [Double](repeating: 0, count: weights.scores)
    let rows = Blend.rows(
      network.logits(of: ids), validation.scores(weights, intercepts: noIntercepts), validation,
      classWeights)
    let blend = Blend.fit(rows, scores: weights.scores)
    let blended = rows.map { blend.scores(network: $0.network, wide: $0.wide) }
    sayAccuracies(of: rows, blended: blended, intercepts: objective.intercepts(solver.point))
    try log.append(
      LogEntry(
        stage: Self.wideStage, epoch: 1, step: steps, seconds: seconds,
        content: .validation(Validation(scores: blended, targets: validation.targets), loss: solver.value)))
    _ = try log.synchronize()
    return TrainedWideTerm(
      shape: recipe.shape, weights: weights, blend: blend,
      validationLogits: blended.map { $0.count == 1 ? [0, $0[0]] : $0 })
  }

  /// The name of the stage in the log and in messages.
  package static let wideStage = "wide"

  /// Reports the accuracy of the network, the wide term and the blend.
  ///
  /// - Parameter intercepts: added to the scores of the wide term when it is used alone.
  private func sayAccuracies(of rows: [Blend.Row], blended: [[Double]], intercepts: [Double]) {
    let opinions = [
      ("network", rows.map(\.network)), ("wide", rows.map { zip($0.wide, intercepts).map(+) }),
      ("both", blended),
    ]
    let accuracies = opinions.map { name, scores in
      return "\(name) \(rounded(Validation(scores: scores, targets: rows.map(\.target)).accuracy))"
    }
    say("\(Self.wideStage): validation accuracy: \(accuracies.joined(separator: ", "))")
  }

  /// Minimises the objective, and reports the progress.
  ///
  /// - Parameter features: the number of features of all examples, for the speed.
  private func solve(
    _ objective: WideObjective, features: Int, _ recipe: WideRecipe
  ) throws -> (solver: LBFGS, steps: Int, seconds: Double) {
    let stopwatch = Stopwatch()
    var solver = LBFGS(start: objective.start) { objective.evaluate($0, gradient: &$1) }
    let enough = 1e-4 * solver.gradientNorm
    var steps = 0
    while steps < recipe.iterations {
      guard !stop.isRequested else { throw TrainingStopped(stage: Self.wideStage) }
      guard solver.gradientNorm > enough, solver.step() else { break }
      steps += 1
      report(
        StageReport(
          stage: Self.wideStage, epoch: 1, epochs: 1, step: steps, steps: recipe.iterations,
          loss: solver.value, rate: 0,
          tokensPerSecond: Double(steps * features) / max(stopwatch.total, 1e-9),
          secondsLeft: stopwatch.timeLeft(for: recipe.iterations - steps, after: steps), validation: nil))
    }
    return (solver, steps, stopwatch.total)
  }
}

/// A trained wide term.
package struct TrainedWideTerm: Sendable {
  package let shape: WideShape
  /// The weight of each bucket, before the blend.
  package let weights: WideWeights
  package let blend: Blend
  /// The logits of the blend for the validation tweets, [tweets][labels].
  package let validationLogits: [[Double]]
}

extension Blend {
  /// The scores of network and wide term for each tweet, with its target and its weight.
  fileprivate static func rows(
    _ logits: [[Float]], _ scores: [[Double]], _ examples: WideExamples, _ classWeights: [Float]
  ) -> [Row] {
    (0..<examples.count).map { row in
      let (target, factor) = examples.targets[row].weighed(by: classWeights)
      return Row(
        network: logits[row].count == 2
          ? [Double(logits[row][1] - logits[row][0])] : logits[row].map(Double.init),
        wide: scores[row], target: target, weight: Double(examples.weights[row] * factor))
    }
  }
}

extension WideRecipe {
  /// Weights that balance the classes, 1 on average over the examples; all 1 if the recipe does not balance.
  func classWeights(for examples: WideExamples) -> [Float] {
    balancesClasses
      ? ClassifierOptions.balance(zip(examples.targets, examples.weights), classes: examples.labels)
      : [Float](repeating: 1, count: examples.labels)
  }
}

extension WideExamples {
  /// The same examples, with targets that decide between two labels balanced.
  fileprivate var balancingOdds: WideExamples {
    var balanced = self
    balanced.scaleWeights(by: ClassifierOptions.oddsBalance(Array(zip(targets, weights))))
    return balanced
  }
}

extension Validation {
  /// The loss and accuracy of the scores of a linear model.
  fileprivate init(scores: [[Double]], targets: [Target]) {
    var (loss, right) = (0.0, 0)
    for (scores, target) in zip(scores, targets) {
      var slopes = scores
      var span = slopes.mutableSpan
      loss += LogisticLoss.evaluate(scores.span, target, slopes: &span)
      if target.isMet(by: scores.count == 1 ? [0, scores[0]] : scores) { right += 1 }
    }
    let count = Double(max(1, targets.count))
    self.init(loss: loss / count, accuracy: Double(right) / count)
  }
}
