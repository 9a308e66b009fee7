import AWDLSTM
import Datasets
import Testing

@testable import Training

@Suite("Training history")
struct TrainingHistoryTests {
  private let counts = TextCounts(
    learnt: .init(texts: 90, tokens: 1000), judged: .init(texts: 10, tokens: 100), moved: 3)

  @Test("A log gives back what was written into it, stage by stage in the order of training")
  func readsBack() throws {
    let history = try Self.history([
      LogEntry(stage: "tweets", counts), Self.training("tweets-frozen", step: 10, speed: 5),
      Self.training("tweets-frozen", step: 20, speed: 9), Self.training("tweets-frozen", step: 30, speed: 7),
      Self.validation("tweets-frozen", epoch: 1, step: 34, loss: 4.5),
      Self.training("tweets", step: 10, speed: 3), Self.validation("tweets", epoch: 1, step: 34, loss: 4),
      Self.validation("tweets", epoch: 2, step: 68, loss: 4.25),
    ])
    #expect(history.texts == [TrainingHistory.Texts(stage: "tweets", counts: counts)])
    #expect(history.stages.map(\.stage) == ["tweets-frozen", "tweets"])
    #expect(history.stages[0].tokensPerSecond == 7)
    #expect(history.stages[0].steps == 34)
    #expect(history.stages[0].seconds == 34)
    #expect(history.stages[1].validations.map(\.validation.loss) == [4, 4.25])
    #expect(history.stages[1].best?.epoch == 1)
  }

  @Test("What a resumed run says again about its texts counts once")
  func countsTextsOnce() throws {
    let entry = LogEntry(stage: "prose", counts)
    #expect(try Self.history([entry, entry]).texts.count == 1)
  }

  @Test("A confusion matrix is that of its stage, written again by a resumed run; it is no stage")
  func remembersConfusion() throws {
    // Three tweets of all labels, one of which only the odds of two are known: the third label does not count.
    let logits = Tensor(rows: 4, columns: 3, values: [2, 1, 0, 0, 1, 2, 1, 0, 2, 1, 5, 2])
    let confusion = LabelConfusion(
      labels: ["a", "b", "c"],
      targets: [.label(0), .label(1), .distribution([0.1, 0.2, 0.7]), .odds(label: 0, over: 2)],
      logits: logits)
    #expect(confusion.counts == [1, 0, 1, 0, 0, 1, 0, 0, 1])
    let entry = LogEntry(stage: "classifier-1", confusion)
    let history = try Self.history([entry, Self.training("classifier-2", step: 1, speed: 2), entry])
    #expect(history.confusions.map(\.stage) == ["classifier-1"])
    #expect(history.confusions.map(\.confusion) == [confusion])
    #expect(history.stages.map(\.stage) == ["classifier-2"])
  }

  @Test("A divergence is remembered")
  func remembersDivergence() throws {
    let divergence = Divergence.loss(.nan, step: 3)
    let history = try Self.history([
      LogEntry(stage: "s", epoch: 1, step: 3, seconds: 2, content: .divergence(divergence))
    ])
    #expect(history.stages[0].divergence == "the loss is nan at step 3")
    #expect(history.stages[0].tokensPerSecond == nil)
    #expect(history.stages[0].best == nil)
  }

  @Test("A line that is none of a log is named")
  func namesBadLine() {
    #expect(
      throws: ModelError(
        file: "log", place: "line 2, step", expected: "this key", found: "none")
    ) {
      let good = Self.training("s", step: 1, speed: 1).line
      let lines = good + "\n" + #"{"stage":"s","seconds":1,"loss":2,"rate":3,"tokens_per_second":4}"#
      return try TrainingHistory(lines: Array(lines.utf8), of: "log")
    }
  }

  private static func history(_ entries: [LogEntry]) throws -> TrainingHistory {
    try TrainingHistory(lines: Array(entries.map { $0.line + "\n" }.joined().utf8), of: "log")
  }

  private static func training(_ stage: String, step: Int, speed: Double) -> LogEntry {
    LogEntry(
      stage: stage, epoch: 1, step: step, seconds: Double(step),
      content: .training(
        LogEntry.Training(loss: 5, rate: 0.1, momentum: 0.8, gradientNorm: 1, tokensPerSecond: speed)))
  }

  private static func validation(_ stage: String, epoch: Int, step: Int, loss: Double) -> LogEntry {
    LogEntry(
      stage: stage, epoch: epoch, step: step, seconds: Double(step),
      content: .validation(Validation(loss: loss, accuracy: 0.25), loss: 5))
  }
}
