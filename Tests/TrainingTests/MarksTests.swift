import AWDLSTM
import Datasets
import Foundation
import TestSupport
import Testing

@testable import Training
@testable import TweetText

/// Tests of what marks learn: that the gradient is right, and that they learn what there is to learn and no more.
@Suite("Marks")
struct MarksTests {
  private static func marks(_ text: String) -> TextMarks {
    var (workspace, cleaned): (CleaningWorkspace, [UInt8]) = (CleaningWorkspace(), [])
    Cleaner(.standard, findsMarks: true).clean(
      Array(text.utf8).span, using: &workspace, appendingTo: &cleaned)
    return workspace.marks
  }

  private static func text(
    _ text: String, _ target: Target, _ logits: [Float], weight: Float = 1
  ) -> MarkExamples.Text {
    MarkExamples.Text(marks: marks(text), target: target, weight: weight, logits: logits)
  }

  /// Texts of three labels with targets of every kind.
  private static let three: [MarkExamples.Text] = [
    text(":) hola", .label(2), [0.5, 0.25, -0.25]), text(":) :( ya", .label(1), [0, 0, 1]),
    text("😡😡 no", .label(0), [-1, 0.5, 0.5], weight: 2),
    text("😡 :(", .distribution([0.5, 0.25, 0.25]), [1, 0, 0]),
    text(":( :) :) 😡 :) :)", .odds(label: 0, over: 2), [0, 0, 0]), text("nada", .label(1), [0, 9, 0]),
  ]

  private static func check(_ texts: [MarkExamples.Text], labels: Int) {
    let examples = MarkExamples(texts, least: 1, temperature: 1.25)
    let objective = MarkObjective(examples, labels: labels, MarkRecipe())
    let point = objective.start.indices.map { Double(($0 * 7) % 5) / 4 - 0.5 }
    var gradient = point
    _ = objective.evaluate(point, gradient: &gradient)
    var unused = point
    for index in point.indices {
      var (left, right) = (point, point)
      left[index] -= 1e-5
      right[index] += 1e-5
      let difference =
        (objective.evaluate(right, gradient: &unused) - objective.evaluate(left, gradient: &unused)) / 2e-5
      #expect(abs(difference - gradient[index]) < 1e-6 * max(1, abs(difference)), "\(index)")
    }
  }

  @Test("The gradient is that of the loss, of three labels and of two")
  func gradients() {
    Self.check(Self.three, labels: 3)
    let two = Self.three.map { text -> MarkExamples.Text in
      var text = text
      text.logits.removeLast()
      text.target = [.label(0), .label(1), .distribution([0.25, 0.75])][text.marks.count % 3]
      return text
    }
    Self.check(two, labels: 2)
  }

  @Test("Marks are those of enough texts, the most frequent first; texts without one are left out")
  func choosesMarks() {
    let examples = MarkExamples(Self.three, least: 3, temperature: 1)
    #expect(examples.marks == [":(", ":)", "😡"] && examples.counts == [3, 3, 3])
    #expect(examples.count == 5)
    #expect(MarkExamples(Self.three, least: 4, temperature: 1).marks == [])
    #expect(examples.others([Self.three[0], Self.three[5]], temperature: 1).count == 1)
  }

  private static func train(_ texts: [MarkExamples.Text], labels: Int, temperature: Double = 1)
    -> TrainedMarks
  {
    let examples = MarkExamples(texts, least: 1, temperature: temperature)
    return TrainedMarks(
      examples, validation: examples, labels: labels, temperature: temperature, MarkRecipe())
  }

  @Test("A mark learns the odds of its texts, held back where it is rare, and in the model's units")
  func learns() throws {
    // 300 of 400 positive: log-odds ln 3, which a weak pull leaves nearly whole.
    let often = (0..<400).map { Self.text("😍", .label($0 % 4 == 0 ? 0 : 1), [0, 0]) }
    let trained = Self.train(often, labels: 2)
    let odds = Double(trained.weights[1] - trained.weights[0])
    #expect(abs(odds - 1.0986) < 0.02)
    #expect(trained.weights[0] == -trained.weights[1])
    let tempered = Self.train(often, labels: 2, temperature: 2)
    #expect(abs(Double(tempered.weights[1] - tempered.weights[0]) - 2 * odds) < 0.001)
    // Once positive: less than half of what a frequent one of the same share has.
    let once = Self.train([Self.text("😍", .label(1), [0, 0])], labels: 2)
    #expect(once.weights[1] > 0 && once.weights[1] < 0.5)
    #expect(Self.train(often.map { $0.with(.label(1)) }, labels: 2).weights[1] > 1)
  }

  @Test("What the words say already, a mark does not learn again")
  func offsets() {
    let texts = (0..<400).map { Self.text("😍", .label($0 % 4 == 0 ? 0 : 1), [0, 1.0986123]) }
    #expect(Self.train(texts, labels: 2).weights.allSatisfy { abs($0) < 0.001 })
  }

  @Test("Marks keep their odds when a wide term brings another temperature")
  func keptByWideTerm() throws {
    let scratch = try TemporaryDirectory()
    let model = try Model(directory: Repository.golden.appending(path: "network-tiny").path)
    try model.adding(Self.train(Self.three, labels: 3)).write(to: scratch.path("marks"))
    let marked = try Model(directory: scratch.path("marks"))
    try #require(marked.architecture.temperature == 1)
    let wide = TrainedWideTerm(
      shape: WideShape(buckets: 2, words: 1...1, characters: 2...2),
      weights: WideWeights(scores: 3, values: [0, 0, 0, 0, 0, 0]),
      blend: Blend(network: 1, wide: 1, constants: [0, 0, 0]), validationLogits: [])
    let wider = try marked.adding(wide, temperature: 4)
    let before = try marked.tensor(Architecture.markWeight).values
    let after = try #require(wider.tensors.first { $0.name == Architecture.markWeight }).values
    #expect(after == before.map { 4 * $0 } && after.contains { $0 != 0 })
  }

  @Test("Right answers are counted without and with marks")
  func compares() {
    let texts = (0..<40).map { Self.text($0 % 2 == 0 ? "😍" : "😡", .label(1 - $0 % 2), [0.5, 0]) }
    let trained = Self.train(texts, labels: 2)
    #expect(trained.learnt == .init(texts: 40, rightWithout: 20, rightWith: 40))
    #expect(trained.judged == trained.learnt)
  }

  @Test("Three labels learn as two do, and rows of weights add up to nothing")
  func threeLabels() {
    let texts = (0..<300).map { Self.text("😍", .label($0 % 3 == 0 ? 1 : 2), [0, 0, 0]) }
    let weights = Self.train(texts, labels: 3).weights
    #expect(weights[2] > weights[1] && weights[1] > weights[0])
    #expect(abs(weights.reduce(0, +)) < 1e-5)
  }
}

extension MarkExamples.Text {
  fileprivate func with(_ target: Target) -> MarkExamples.Text {
    var text = self
    text.target = target
    return text
  }
}
