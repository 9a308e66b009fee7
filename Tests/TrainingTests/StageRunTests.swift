import Foundation
import SystemCalls
import SystemPackage
import TestSupport
import Testing

@testable import Training

@Suite("Stage run")
struct StageRunTests {
  let folder: TemporaryDirectory
  let directory: Directory

  init() throws {
    folder = try TemporaryDirectory()
    directory = try Directory(FilePath(folder.path))
  }

  @Test("Training comes closer to the line, and ends after all epochs")
  func trains() throws {
    var plan = StagePlan.regression
    plan.epochs = 60
    // The loss comes so near to 0 that what is left of it dances.
    plan.divergenceTolerance = .infinity
    var run = run(plan: plan)
    #expect(try run.run(resuming: false) == .finished)
    #expect(run.progress.step == 240)
    #expect(try #require(run.progress.history.last).validation.loss < 0.1)
  }

  @Test("A run that is stopped after any number of minibatches and resumed ends with the same bits")
  func stopped() throws {
    let unbroken = try unbroken()
    let reportCount = unbroken.progress.steps + unbroken.progress.history.count
    for steps in 0...reportCount {
      var first = run()
      let stop = StopRequest()
      if steps == 0 { stop.request() }
      var reports = 0
      let outcome = try first.run(resuming: false, stop: stop) { _ in
        reports += 1
        if reports == steps { stop.request() }
      }
      // A stop that comes with the last validation comes too late.
      #expect(outcome == (steps < reportCount ? .stopped : .finished))
      var second = run()
      #expect(try second.run(resuming: true) == .finished)
      expectSame(second, unbroken)
      #expect(first.stage.trainedSteps + second.stage.trainedSteps == Array(0..<12))
    }
  }

  @Test("A run that is stopped after every single minibatch ends with the same bits")
  func stoppedOften() throws {
    let unbroken = try unbroken()
    var outcome = StageOutcome.stopped
    var last = run()
    var runs = 0
    while outcome == .stopped {
      last = run()
      let stop = StopRequest()
      outcome = try last.run(resuming: runs > 0, stop: stop) { _ in stop.request() }
      runs += 1
    }
    #expect(runs > 12)
    expectSame(last, unbroken)
  }

  @Test("A run that ends anywhere without a word, as by kill -9, is resumed to the same bits and log")
  func killed() throws {
    let log = FilePath(folder.path("log.jsonl"))
    var whole = try run(log: TrainingLog(log, continuing: false))
    _ = try whole.run(resuming: false)
    let lines = try logLines()
    for step in 0..<12 {
      var first = try run(log: TrainingLog(log, continuing: false))
      first.stage.failingStep = step
      #expect(throws: RegressionStage.Failure.self) { try first.run(resuming: false) }
      var second = try run(log: TrainingLog(log, continuing: true))
      #expect(try second.run(resuming: true) == .finished)
      expectSame(second, whole)
      #expect(try logLines() == lines)
    }
  }

  @Test("A stage that starts over does so in the log too")
  func startsOver() throws {
    let log = FilePath(folder.path("log.jsonl"))
    _ = try unbroken(log: TrainingLog(log, continuing: false))
    let lines = try logLines()
    _ = try unbroken(log: TrainingLog(log, continuing: true))
    #expect(try logLines() == lines)
  }

  @Test("A checkpoint is written after every minibatch when no time may be lost")
  func interval() throws {
    var plan = StagePlan.regression
    plan.checkpointInterval = .zero
    var first = run(plan: plan)
    first.stage.failingStep = 5
    #expect(throws: RegressionStage.Failure.self) { try first.run(resuming: false) }
    var second = run(plan: plan)
    _ = try second.run(resuming: true)
    #expect(second.stage.trainedSteps == Array(5..<12))
  }

  @Test("A finished stage is not trained again; resuming it loads its network")
  func finished() throws {
    let unbroken = try unbroken()
    var again = run()
    #expect(try again.run(resuming: true) == .finished)
    #expect(again.stage.trainedSteps == [])
    expectSame(again, unbroken)
  }

  @Test("A NaN in the loss restores the best network, and stays diverged when resumed")
  func poisoned() throws {
    var first = run()
    first.stage.poisonedStep = 10
    let outcome = try first.run(resuming: false)
    #expect(outcome == .diverged("the loss is nan at step 10"))
    let best = try #require(first.progress.bestLoss)
    #expect(first.stage.validate().loss == best)
    var second = run()
    #expect(try second.run(resuming: true) == outcome)
    #expect(second.stage.parameters == first.stage.parameters)
  }

  @Test("A NaN before the first validation restores the network as it was before the stage")
  func poisonedAtOnce() throws {
    var run = run()
    run.stage.parameters.slope.values = [1, 2, 3]
    run.stage.poisonedStep = 1
    #expect(try run.run(resuming: false) == .diverged("the loss is nan at step 1"))
    #expect(run.stage.parameters.slope.values == [1, 2, 3])
  }

  @Test("The network of the best validation is kept though the last one is worse, until it is removed")
  func keepsBest() throws {
    var plan = StagePlan.regression
    plan.validationInterval = nil
    var short = run(plan: plan)
    let stop = StopRequest()
    _ = try short.run(resuming: false, stop: stop) { if $0.step == 4 { stop.request() } }
    var long = run(plan: plan)
    long.stage.validationLosses = [2, 2.5, 2.3]
    #expect(try long.run(resuming: false) == .finished)
    #expect(!long.isAtBest)
    let best = try #require(try long.best())
    #expect(best.parameters == short.stage.parameters && best.state == short.stage.state)
    #expect(best.parameters != long.stage.parameters)
    try long.removeBest()
    #expect(try long.best() == nil)
    // It is not needed to go on.
    var again = run(plan: plan)
    #expect(try again.run(resuming: true) == .finished)
    #expect(again.stage.parameters == long.stage.parameters)
  }

  @Test("A network with infinite numbers has diverged, though no loss tells")
  func overflows() throws {
    var run = StageRun(OverflowingStage(), plan: .regression, in: directory)
    let outcome = try run.run(resuming: false)
    #expect(outcome == .diverged("the network has numbers that are infinite or NaN at step 3"))
    #expect(run.stage.state.values[0].values == [0])
  }

  @Test("A validation loss far above the best one restores the network of the best one")
  func worse() throws {
    var plan = StagePlan.regression
    plan.divergenceTolerance = 0.1
    plan.validationInterval = nil
    var short = run(plan: plan)
    let stop = StopRequest()
    _ = try short.run(resuming: false, stop: stop) { if $0.step == 4 { stop.request() } }
    var long = run(plan: plan)
    long.stage.validationLosses = [2, 2.3]
    guard case .diverged(let reason) = try long.run(resuming: false) else {
      Issue.record("it did not diverge")
      return
    }
    #expect(reason == "the validation loss is 2.3 at step 8, after 2.0 at best")
    #expect(long.stage.parameters == short.stage.parameters)
  }

  @Test("The validation of a stage is that of its network: of the best one where that was restored")
  func validationOfNetwork() throws {
    var plan = StagePlan.regression
    plan.divergenceTolerance = 0.1
    plan.validationInterval = nil
    var diverging = run(plan: plan)
    diverging.stage.validationLosses = [2, 2.1, 2.3]
    guard case .diverged = try diverging.run(resuming: false) else {
      Issue.record("it did not diverge")
      return
    }
    #expect(diverging.validation?.loss == 2)
    var finishing = run(plan: plan)
    finishing.stage.validationLosses = [2, 1.9, 1.95]
    #expect(try finishing.run(resuming: false) == .finished)
    #expect(finishing.validation?.loss == 1.95)
  }

  @Test("A validation that ends a stage is logged as of the epoch before it")
  func epochOfDivergence() throws {
    var plan = StagePlan.regression
    plan.divergenceTolerance = 0.1
    plan.validationInterval = nil
    let log = try TrainingLog(FilePath(folder.path("log.jsonl")), continuing: false)
    var run = run(plan: plan, log: log)
    run.stage.validationLosses = [2, 2.1, 2.3]
    _ = try run.run(resuming: false)
    let last = try #require(try logLines().last)
    #expect(last.hasPrefix(#"{"stage":"line","epoch":3,"step":12,"diverged":"#))
  }

  @Test("A checkpoint of another plan is refused, and says so")
  func otherPlan() throws {
    var first = run()
    _ = try first.run(resuming: false)
    var plan = StagePlan.regression
    plan.epochs = 4
    var second = run(plan: plan)
    let error = #expect(throws: (any Error).self) { try second.run(resuming: true) }
    #expect("\(try #require(error))".contains("stage line of 4 epochs of 4 minibatches"))
  }

  @Test("A checkpoint of other options is refused, and says of which; one that knows none is resumed")
  func otherOptions() throws {
    _ = try unbroken()
    var plan = StagePlan.regression
    plan.options = [StageOption("seed", "42"), StageOption("rate", "0.2")]
    var second = run(plan: plan)
    #expect(try second.run(resuming: true) == .finished)
    var third = run(plan: plan)
    #expect(try third.run(resuming: false) == .finished)
    plan.options[1] = StageOption("rate", "0.1")
    var fourth = run(plan: plan)
    let error = #expect(throws: (any Error).self) { try fourth.run(resuming: true) }
    #expect("\(try #require(error))".contains("expected rate 0.1, found rate 0.2"))
  }

  @Test("An option that a checkpoint lacks has its former value there; that of one without any is not known")
  func formerOptions() throws {
    var plan = StagePlan.regression
    plan.options = [StageOption("bits", "4", former: "0")]
    _ = try unbroken()
    var unknown = run(plan: plan)
    #expect(try unknown.run(resuming: true) == .finished)
    var earlier = StagePlan.regression
    earlier.options = [StageOption("seed", "42")]
    var first = run(plan: earlier)
    _ = try first.run(resuming: false)
    plan.options = earlier.options + plan.options
    var other = run(plan: plan)
    let error = #expect(throws: (any Error).self) { try other.run(resuming: true) }
    #expect("\(try #require(error))".contains("expected bits 4, found bits 0"))
    plan.options[1] = StageOption("bits", "0", former: "0")
    var same = run(plan: plan)
    #expect(try same.run(resuming: true) == .finished)
  }

  @Test("Without a wish to resume a stage begins anew, whatever lies in the folder")
  func anew() throws {
    let unbroken = try unbroken()
    var second = run()
    _ = try second.run(resuming: false)
    #expect(second.stage.trainedSteps == Array(0..<12))
    expectSame(second, unbroken)
  }

  @Test("Frozen layers stay as they are")
  func frozen() throws {
    var plan = StagePlan.regression
    plan.rates.trained = 1
    var run = run(plan: plan)
    _ = try run.run(resuming: false)
    #expect(run.stage.parameters.slope == run.stage.parameters.slope.zeros)
    #expect(run.stage.parameters.offset != run.stage.parameters.offset.zeros)
  }

  @Test("Reports come after every minibatch and validation, with epochs from 1 on and the time left")
  func reports() throws {
    var reports: [StageReport] = []
    var run = run()
    _ = try run.run(resuming: false) { reports.append($0) }
    #expect(reports.map(\.step) == [1, 2, 3, 3, 4, 4, 5, 6, 6, 7, 8, 8, 9, 9, 10, 11, 12, 12])
    #expect(reports.first?.epoch == 1 && reports.last?.epoch == 3)
    #expect(reports.last?.secondsLeft == 0)
    #expect(reports.allSatisfy { $0.tokensPerSecond > 0 && $0.steps == 12 })
  }

  @Test("Weights and gradients stay where they are in memory: no minibatch copies them")
  func copiesNothing() throws {
    var run = StageRun(AddressStage(), plan: .regression, in: directory)
    _ = try run.run(resuming: false)
    #expect(run.stage.addresses.count == 12)
    #expect(Set(run.stage.addresses).count == 1)
  }

  private func run(plan: StagePlan = .regression, log: TrainingLog? = nil) -> StageRun<RegressionStage> {
    StageRun(RegressionStage(), plan: plan, in: directory, log: log)
  }

  /// A run from beginning to end.
  private func unbroken(log: TrainingLog? = nil) throws -> StageRun<RegressionStage> {
    var run = run(log: log)
    #expect(try run.run(resuming: false) == .finished)
    return run
  }

  private func expectSame(_ one: StageRun<RegressionStage>, _ other: StageRun<RegressionStage>) {
    #expect(one.stage.parameters == other.stage.parameters)
    #expect(one.stage.state == other.stage.state)
    #expect(one.progress.history == other.progress.history)
    #expect(one.progress.smoothedLoss == other.progress.smoothedLoss)
  }

  /// The log without what the clock says.
  private func logLines() throws -> [String] {
    try folder.read("log.jsonl").split(separator: "\n").map { line in
      String(line.replacing(/"(seconds|tokens_per_second)":[^,}]*/, with: ""))
    }
  }
}

/// A stage of finite losses whose state is infinite from its first minibatch on.
private struct OverflowingStage: Stage {
  var parameters = RegressionStage.Parameters()
  var state = TensorList(names: ["variance"], values: [Tensor(rows: 1, columns: 1)])
  let minibatches = 4

  mutating func train(_: Minibatch, gradients: inout RegressionStage.Parameters) -> MinibatchResult {
    state.values[0].values[0] = .infinity
    return MinibatchResult(loss: 1, tokens: 1)
  }

  func validate() -> Validation { Validation(loss: 1, accuracy: 1) }
}

/// A stage that writes down where its tensors are.
private struct AddressStage: Stage {
  var parameters = RegressionStage.Parameters()
  var state = TensorList()
  let minibatches = 4
  private(set) var addresses: [[UInt]] = []

  mutating func train(_: Minibatch, gradients: inout RegressionStage.Parameters) -> MinibatchResult {
    parameters.slope.values[0] += 1
    gradients.slope.values[0] = 1
    addresses.append([address(of: parameters.slope), address(of: gradients.slope)])
    return MinibatchResult(loss: 1, tokens: 1)
  }

  func validate() -> Validation { Validation(loss: 1, accuracy: 1) }

  private func address(of tensor: Tensor) -> UInt {
    unsafe tensor.values.withUnsafeBufferPointer { UInt(bitPattern: $0.baseAddress) }
  }
}
