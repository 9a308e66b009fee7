internal import AWDLSTM
internal import SystemCalls
internal import SystemPackage

// The files of a stage, and resuming from them.

extension StageRun {
  private var checkpointName: FileName { FileName("\(plan.name).checkpoint") }
  private var bestName: FileName { FileName("\(plan.name).best") }

  /// Begins the stage: writes both files, so that it can always be resumed and restored. The log forgets an
  /// earlier beginning, whose checkpoint was damaged and removed.
  mutating func begin() throws {
    stopwatch = Stopwatch()
    try log?.forget(from: plan.name, keepingTexts: true)
    try save()
    try saveBest()
  }

  /// Resumes from the checkpoint; returns false if there is none.
  ///
  /// - Throws: `ModelError` if it is damaged, or belongs to another stage, plan or network.
  mutating func resume() throws -> Bool {
    guard try folder.status(of: checkpointName) != nil else { return false }
    let file = try CheckpointFile(path: path(checkpointName))
    try requireSamePlan(file.progress)
    progress = file.progress
    try loadNetwork(from: file)
    guard progress.ending == nil else { return true }
    try file.load(&optimiser.means, from: "means")
    try file.load(&optimiser.squares, from: "squares")
    optimiser.counts = progress.optimiserCounts
    watch = DivergenceWatch(tolerance: plan.divergenceTolerance, best: progress.bestLoss)
    stopwatch = Stopwatch(after: progress.seconds)
    try log?.cut(to: progress.logByteCount)
    // The run may have been killed just before writing this file.
    if progress.step == 0 { try saveBest() }
    return true
  }

  /// Writes the checkpoint; without the optimiser's state if the stage has ended.
  mutating func save() throws {
    progress.optimiserCounts = optimiser.counts
    progress.seconds = stopwatch.total
    progress.logByteCount = try log?.synchronize() ?? 0
    var checkpoint = networkCheckpoint
    if progress.ending == nil {
      checkpoint.add(optimiser.means, as: "means")
      checkpoint.add(optimiser.squares, as: "squares")
    }
    try checkpoint.write(to: folder, as: checkpointName)
    lastSave = .now
  }

  /// Saves the network as the best so far.
  func saveBest() throws {
    try networkCheckpoint.write(to: folder, as: bestName)
  }

  /// Whether the network is that with the lowest validation loss: the last one is, or the best was restored.
  package var isAtBest: Bool {
    if case .diverged? = progress.ending { return true }
    return progress.history.last.map { $0.validation.loss <= progress.bestLoss ?? .infinity } ?? true
  }

  /// The validation of the network as it is after the stage: the best one where that was restored, else the last.
  /// Nil where there was none.
  package var validation: Validation? {
    guard case .diverged? = progress.ending else { return progress.history.last?.validation }
    return progress.history.map(\.validation).min { $0.loss < $1.loss }
  }

  /// The network with the lowest validation loss, after the stage; nil if its file has been removed.
  ///
  /// - Throws: `ModelError` if the file is damaged.
  package func best() throws -> (parameters: Work.Parameters, state: Work.State)? {
    var (parameters, state) = (stage.parameters, stage.state)
    guard !isAtBest else { return (parameters, state) }
    guard try folder.status(of: bestName) != nil else { return nil }
    let file = try CheckpointFile(path: path(bestName))
    try file.load(&parameters, from: "parameters")
    try file.load(&state, from: "state")
    return (parameters, state)
  }

  /// Removes the file of the best network, when that has been kept elsewhere.
  package func removeBest() throws {
    if try folder.status(of: bestName) != nil { try folder.remove(bestName) }
  }

  /// Restores the best network so far and ends the stage.
  mutating func restoreBest(after divergence: Divergence) throws {
    // A validation belongs to the epoch of the last minibatch before it, as in `validate`.
    var step = progress.step
    switch divergence {
    case .validation, .network: step -= 1
    case .loss, .gradients: break
    }
    try writeToLog(.divergence(divergence), epoch: step / progress.minibatches + 1)
    try loadNetwork(from: CheckpointFile(path: path(bestName)))
    progress.ending = .diverged(divergence.description)
  }

  private var networkCheckpoint: TrainingCheckpoint {
    var checkpoint = TrainingCheckpoint(progress: progress)
    checkpoint.add(stage.parameters, as: "parameters")
    checkpoint.add(stage.state, as: "state")
    return checkpoint
  }

  private mutating func loadNetwork(from file: CheckpointFile) throws {
    try file.load(&stage.parameters, from: "parameters")
    try file.load(&stage.state, from: "state")
  }

  /// Continuing with another schedule or other options is an error.
  private func requireSamePlan(_ saved: StageProgress) throws(ModelError) {
    for option in progress.options {
      // The options of a checkpoint without any are not known.
      let former = saved.options.isEmpty ? nil : option.former
      let kept = saved.options.first { $0.name == option.name }
      guard let old = kept?.value ?? former, old != option.value else { continue }
      throw otherPlan(expected: "\(option.name) \(option.value)", found: "\(option.name) \(old)")
    }
    let plans = [saved, progress].map {
      "stage \($0.stage) of \($0.epochs) epochs of \($0.minibatches) minibatches"
    }
    guard plans[0] != plans[1] else { return }
    throw otherPlan(expected: plans[1], found: plans[0])
  }

  private func otherPlan(expected: String, found: String) -> ModelError {
    ModelError(
      file: path(checkpointName), place: "progress", expected: expected, found: found,
      remedy: "resume with the original data and options, or start over")
  }

  private func path(_ name: FileName) -> String { folder.path.string + "/" + name.description }
}
