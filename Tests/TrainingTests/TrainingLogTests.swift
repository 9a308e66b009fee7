import SystemPackage
import TestSupport
import Testing

@testable import Training

@Suite("Training log")
struct TrainingLogTests {
  let folder: TemporaryDirectory

  init() throws {
    folder = try TemporaryDirectory()
  }

  @Test("A line of training is an object of numbers in their shortest form")
  func trainingLine() {
    let entry = LogEntry(
      stage: "classifier", epoch: 1, step: 20, seconds: 1.5,
      content: .training(
        LogEntry.Training(
          loss: 0.1, rate: 1e-7, momentum: 0.8, gradientNorm: 2, tokensPerSecond: 1234.5)))
    #expect(
      entry.line == """
        {"stage":"classifier","epoch":1,"step":20,"loss":0.1,"rate":1e-07,"momentum":0.8,\
        "gradient_norm":2.0,"tokens_per_second":1234.5,"seconds":1.5}
        """)
  }

  @Test("NaN and infinities are written as null")
  func notFinite() {
    let validation = Validation(loss: .nan, accuracy: -.infinity)
    let entry = LogEntry(
      stage: "s", epoch: 2, step: 3, seconds: 4, content: .validation(validation, loss: .infinity))
    #expect(
      entry.line == """
        {"stage":"s","epoch":2,"step":3,"loss":null,"valid_loss":null,"valid_accuracy":null,"seconds":4.0}
        """)
  }

  @Test("A divergence is told in words, with quotes and control characters escaped")
  func divergence() {
    let entry = LogEntry(
      stage: "\"\\\n", epoch: 1, step: 3, seconds: 4, content: .divergence(.loss(.nan, step: 3)))
    #expect(
      entry.line == #"""
        {"stage":"\"\\\n","epoch":1,"step":3,"diverged":"the loss is nan at step 3","seconds":4.0}
        """#)
  }

  @Test("A log that goes on keeps its lines, cut where the checkpoint says; a new one has none")
  func cutting() throws {
    let path = FilePath(folder.path("log.jsonl"))
    let log = try TrainingLog(path, continuing: false)
    try log.append(entry(1))
    let length = try log.synchronize()
    try log.append(entry(2))
    let resumed = try TrainingLog(path, continuing: true)
    try resumed.cut(to: length)
    try resumed.append(entry(3))
    #expect(try folder.read("log.jsonl") == entry(1).line + "\n" + entry(3).line + "\n")
    try resumed.cut(to: 1_000_000)
    #expect(try resumed.synchronize() == 2 * length)
    #expect(try TrainingLog(path, continuing: false).synchronize() == 0)
  }

  @Test("A stage that starts over is forgotten with all that came after it; its texts may stay")
  func forgetting() throws {
    let log = try TrainingLog(FilePath(folder.path("log.jsonl")), continuing: false)
    let counts = TextCounts(
      learnt: TextCounts.Side(texts: 9, tokens: 90), judged: TextCounts.Side(texts: 1, tokens: 10), moved: 0)
    let texts = LogEntry(stage: "s", counts)
    try log.append(texts)
    try log.append(entry(1))
    try log.append(entry(2))
    try log.forget(from: "t")
    try log.forget(from: "s", keepingTexts: true)
    #expect(try folder.read("log.jsonl") == texts.line + "\n")
    try log.forget(from: "s")
    #expect(try folder.read("log.jsonl") == "")
  }

  private func entry(_ step: Int) -> LogEntry {
    LogEntry(
      stage: "s", epoch: 1, step: step, seconds: 0,
      content: .validation(Validation(loss: 1, accuracy: 0.5), loss: 1))
  }
}
