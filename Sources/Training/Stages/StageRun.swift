package import SystemCalls
internal import SystemPackage

/// Trains one stage from its beginning, or from where an earlier run stopped, to its end: schedule, optimiser,
/// clipping, validation, log, checkpoints, and recovery from divergence.
///
/// The result does not depend on how often the run is stopped and resumed: everything that it depends on is in the
/// checkpoint. A stage has two files in its folder: `<name>.checkpoint`, to resume from, and `<name>.best`, the
/// network with the lowest validation loss.
///
/// ```swift
/// var run = StageRun(stage, plan: plan, in: folder, log: log)
/// let outcome = try run.run(resuming: true, stop: stop) { report in bar.draw(report) }
/// let trained = run.stage.parameters
/// ```
package struct StageRun<Work: Stage> {
  /// The network and its data.
  package internal(set) var stage: Work
  package let plan: StagePlan
  package internal(set) var progress: StageProgress

  let folder: Directory
  let log: TrainingLog?
  var optimiser: Adam
  var gradients: Work.Parameters
  var watch: DivergenceWatch
  var throughput = Throughput()
  var stopwatch = Stopwatch()
  /// The minibatches trained by this run.
  var trained = 0
  var lastSave = ContinuousClock.now

  /// - Parameters:
  ///   - stage: the network before the stage.
  ///   - folder: the folder of the stage's files.
  ///   - log: the log; may be shared by consecutive stages.
  package init(_ stage: consuming Work, plan: StagePlan, in folder: Directory, log: TrainingLog? = nil) {
    var progress = StageProgress(stage: plan.name, epochs: plan.epochs, minibatches: stage.minibatches)
    progress.origin = plan.origin
    self.progress = progress
    (self.plan, self.folder, self.log) = (plan, folder, log)
    optimiser = Adam(for: stage.parameters, groups: plan.groups, settings: plan.optimiser)
    gradients = stage.parameters.zeros
    watch = DivergenceWatch(tolerance: plan.divergenceTolerance)
    self.stage = stage
  }

  /// Trains until the stage ends or a stop is requested.
  ///
  /// - Parameters:
  ///   - resuming: whether to resume from the checkpoint, if there is one. A stage that has ended is not trained
  ///     again; its network is loaded.
  ///   - report: called after every minibatch and every validation.
  /// - Throws: errors of the stage; `ModelError` for a checkpoint that does not match; `SystemCallError` if writing
  ///   fails. The last checkpoint is kept.
  package mutating func run(
    resuming: Bool, stop: StopRequest = StopRequest(), report: (StageReport) -> Void = { _ in }
  ) throws -> StageOutcome {
    if try resuming && resume() {
      if let ending = progress.ending { return outcome(of: ending) }
    } else {
      try begin()
    }
    do {
      while try !stop.isRequested && advance(report) {}
    } catch let divergence as Divergence {
      try restoreBest(after: divergence)
    }
    if progress.ending == nil && progress.step == progress.steps && !isValidationDue {
      progress.ending = .finished
    }
    try save()
    return progress.ending.map(outcome(of:)) ?? .stopped
  }

  /// Does the next step: a validation that is due, or a minibatch; returns false if nothing is left.
  private mutating func advance(_ report: (StageReport) -> Void) throws -> Bool {
    if isValidationDue {
      try validate()
    } else if progress.step < progress.steps {
      try trainMinibatch()
    } else {
      return false
    }
    report(stageReport)
    if ContinuousClock.now - lastSave >= plan.checkpointInterval { try save() }
    return true
  }

  private func outcome(of ending: StageProgress.Ending) -> StageOutcome {
    switch ending {
    case .finished: .finished
    case .diverged(let reason): .diverged(reason)
    }
  }

  private var stageReport: StageReport {
    StageReport(
      stage: plan.name, epoch: min(progress.epoch + 1, plan.epochs), epochs: plan.epochs,
      step: progress.step, steps: progress.steps, loss: progress.smoothedLoss.value,
      rate: plan.rates.highest * point.rateFactor, tokensPerSecond: throughput.perSecond,
      secondsLeft: stopwatch.timeLeft(for: progress.steps - progress.step, after: trained),
      validation: progress.history.last?.validation)
  }
}
