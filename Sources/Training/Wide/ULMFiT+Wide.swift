package import AWDLSTM
internal import SystemCalls

extension ULMFiT {
  /// Trains a wide term beside a finished classifier, and finds what each of the two should count.
  ///
  /// It takes seconds to minutes, so it keeps no checkpoint: a run that was stopped begins anew.
  /// - Parameters:
  ///   - network: the classifier, of two labels.
  ///   - examples: what is learnt from.
  ///   - validation: tweets that neither has learnt from.
  ///   - ids: the tokens of those.
  /// - Throws: `TrainingStopped` when it was asked to stop.
  package func wide(
    beside network: Network, examples: WideExamples, validation: WideExamples, ids: [[Int32]],
    _ recipe: WideRecipe
  ) throws -> TrainedWideTerm {
    precondition(network.architecture.labels.count == 2 && ids.count == validation.count)
    let classWeights = recipe.balancesClasses ? examples.classWeights : [1, 1]
    let objective = WideObjective(
      examples, classWeights: classWeights, regularisation: recipe.regularisation)
    let (solver, steps, seconds) = try solve(objective, features: examples.featureCount, recipe)
    let weights = objective.weights(solver.point)
    let rows = Blend.rows(
      network.logits(of: ids), validation.logOdds(weights, intercept: 0), validation, classWeights)
    let blend = Blend.fit(rows)
    let blended = rows.map { blend.logOdds(network: $0.network, wide: $0.wide) }
    sayAccuracies(of: rows, blended: blended, intercept: objective.intercept(solver.point))
    try log.append(
      LogEntry(
        stage: Self.wideStage, epoch: 1, step: steps, seconds: seconds,
        content: .validation(Validation(logOdds: blended, labels: validation.labels), loss: solver.value)))
    _ = try log.synchronize()
    return TrainedWideTerm(shape: recipe.shape, weights: weights, blend: blend, validationLogOdds: blended)
  }

  /// Names the stage in the log and in messages.
  package static let wideStage = "wide"

  /// Says how often network, wide term and both are right.
  ///
  /// - Parameter intercept: what the wide term adds to its log-odds when it stands alone.
  private func sayAccuracies(of rows: [Blend.Row], blended: [Double], intercept: Double) {
    let opinions = [
      ("network", rows.map(\.network)), ("wide", rows.map { $0.wide + intercept }), ("both", blended),
    ]
    let accuracies = opinions.map { name, logOdds in
      let accuracy = Validation(logOdds: logOdds, labels: rows.map(\.label)).accuracy
      return "\(name) \((accuracy * 10_000).rounded() / 10_000)"
    }
    say("\(Self.wideStage): validation accuracy: \(accuracies.joined(separator: ", "))")
  }

  /// Makes the objective least, and tells how it goes.
  ///
  /// - Parameter features: of all examples, for the speed.
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

/// What training a wide term gives.
package struct TrainedWideTerm: Sendable {
  package let shape: WideShape
  /// What each bucket adds to the log-odds of the second label, before the blend.
  package let weights: [Double]
  package let blend: Blend
  /// What network and wide term together say of the tweets that they were judged by.
  package let validationLogOdds: [Double]
}

extension Blend {
  /// What network and wide term say of each tweet, beside its label and what it counts.
  fileprivate static func rows(
    _ logits: [[Float]], _ logOdds: [Double], _ examples: WideExamples, _ classWeights: [Float]
  ) -> [Row] {
    (0..<examples.count).map { row in
      let label = examples.labels[row]
      return Row(
        network: Double(logits[row][1] - logits[row][0]), wide: logOdds[row], label: label,
        weight: Double(examples.weights[row] * classWeights[label]))
    }
  }
}

extension WideExamples {
  /// Weights by which both classes count alike in sum, 1 on average over the examples.
  fileprivate var classWeights: [Float] {
    ClassifierOptions.balance(zip(labels, weights), classes: 2)
  }
}

extension Validation {
  /// How good log-odds of the second of two labels are.
  fileprivate init(logOdds: [Double], labels: [Int]) {
    let losses = zip(logOdds, labels).map { LogisticLoss.value(logOdds: $0, label: $1) }
    let right = zip(logOdds, labels).count { ($0 > 0) == ($1 == 1) }
    let count = Double(max(1, labels.count))
    self.init(loss: losses.reduce(0, +) / count, accuracy: Double(right) / count)
  }
}
