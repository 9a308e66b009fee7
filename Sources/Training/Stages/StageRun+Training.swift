// Single minibatches and validations.

extension StageRun {
  /// The point of the cycle for the next minibatch.
  var point: OneCycle.Point { plan.cycle.at(progress.step, of: progress.steps) }

  /// Whether a validation is due before the next minibatch.
  var isValidationDue: Bool {
    guard progress.step > 0 && progress.history.last?.step != progress.step else { return false }
    return progress.minibatch == 0
      || plan.validationInterval.map { progress.step.isMultiple(of: $0) } ?? false
  }

  /// Trains the next minibatch.
  ///
  /// - Throws: `Divergence`, before anything has changed; errors of the stage.
  mutating func trainMinibatch() throws {
    let point = point
    let minibatch = Minibatch(epoch: progress.epoch, index: progress.minibatch, step: progress.step)
    let result = try stage.train(minibatch, gradients: &gradients)
    let rates = plan.rates.rates(groups: plan.groups.count, factor: point.rateFactor)
    let measure = plan.clipping.measure(gradients) { rates[plan.groups.group(of: $0)] != nil }
    try watch.check(loss: result.loss, gradientNorm: measure.norm, step: progress.step)
    optimiser.step(
      &stage.parameters, gradients: gradients, rates: rates, momentum: point.momentum,
      gradientScale: measure.scale)
    progress.smoothedLoss.add(result.loss)
    progress.step += 1
    trained += 1
    throughput.add(result.tokens)
    if progress.step.isMultiple(of: plan.logInterval) {
      try writeToLog(
        .training(
          LogEntry.Training(
            loss: progress.smoothedLoss.value, rate: plan.rates.highest * point.rateFactor,
            momentum: point.momentum, gradientNorm: measure.norm, tokensPerSecond: throughput.take())),
        epoch: minibatch.epoch + 1)
    }
  }

  /// Validates and saves.
  ///
  /// - Throws: `Divergence`; errors of the stage.
  mutating func validate() throws {
    guard hasFiniteNumbers else { throw Divergence.network(step: progress.step) }
    let validation = try stage.validate()
    let isBest = try watch.check(validationLoss: validation.loss, step: progress.step)
    let loss = progress.smoothedLoss.value
    progress.history.append(
      StageProgress.Entry(step: progress.step, loss: loss, validation: validation))
    // The epoch is that of the last minibatch before the validation.
    try writeToLog(.validation(validation, loss: loss), epoch: (progress.step - 1) / progress.minibatches + 1)
    if isBest { try saveBest() }
    try save()
    throughput.restart()
  }

  /// Whether all numbers of the network are finite, without which no model can be written. Losses do not tell
  /// it: batch normalisation by an infinite variance gives 0.
  private var hasFiniteNumbers: Bool {
    let clipping = GradientClipping()
    return clipping.measure(stage.parameters).norm.isFinite && clipping.measure(stage.state).norm.isFinite
  }

  func writeToLog(_ content: LogEntry.Content, epoch: Int) throws {
    try log?.append(
      LogEntry(
        stage: plan.name, epoch: epoch, step: progress.step, seconds: stopwatch.total, content: content))
  }
}
