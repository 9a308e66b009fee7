internal import AWDLSTM
internal import SystemCalls
internal import SystemPackage

// What a stage keeps in its folder, and how it goes on from there.

extension StageRun {
  private var checkpointName: FileName { FileName("\(plan.name).checkpoint") }
  private var bestName: FileName { FileName("\(plan.name).best") }

  /// Begins the stage: whatever happens next, there is something to go on from and to go back to.
  mutating func begin() throws {
    stopwatch = Stopwatch()
    try save()
    try saveBest()
  }

  /// Goes on from the checkpoint; returns false when there is none.
  ///
  /// - Throws: `ModelError` when it is damaged, or of another stage, plan or network.
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
    // The run may have ended just before it had kept this.
    if progress.step == 0 { try saveBest() }
    return true
  }

  /// Writes the checkpoint; of a stage that has ended without what only training needs.
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

  /// Keeps the network as the best so far.
  func saveBest() throws {
    try networkCheckpoint.write(to: folder, as: bestName)
  }

  /// Goes back to the best network so far and ends the stage.
  mutating func restoreBest(after divergence: Divergence) throws {
    try writeToLog(.divergence(divergence), epoch: progress.epoch + 1)
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

  /// A schedule that would go on otherwise than it began is an error.
  private func requireSamePlan(_ saved: StageProgress) throws(ModelError) {
    let plans = [saved, progress].map {
      "stage \($0.stage) of \($0.epochs) epochs of \($0.minibatches) minibatches"
    }
    guard plans[0] != plans[1] else { return }
    throw ModelError(
      file: path(checkpointName), place: "progress", expected: plans[1], found: plans[0],
      remedy: "resume with the data and the options that it began with, or begin anew")
  }

  private func path(_ name: FileName) -> String { folder.path.string + "/" + name.description }
}
