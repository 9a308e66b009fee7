import AWDLSTM
import DefaultModel
import Testing

@testable import Sentiment

/// Tests of a model that reads marks beside the text, and of texts that hold nothing to judge.
@Suite("A model with marks")
struct MarkScorerTests {
  private static let marks = [":)", ":(", "😡", "😍"]
  private static let model = Result { try shipped(worth: [2, -2, -4, 4]) }

  /// The shipped model with those marks in place of its own, or without any.
  ///
  /// - Parameter worth: what each adds to positive and takes from negative.
  private static func shipped(worth: [Float]?) throws -> Model {
    let model = try DefaultModel.load()
    var architecture = model.architecture
    architecture.marks = worth.map(\.count)
    var writer = SafeTensorsWriter()
    for tensor in try model.tensors() where tensor.name != Architecture.markWeight { writer.add(tensor) }
    if let worth {
      writer.add(
        NamedTensor(Architecture.markWeight, sizes: [4, 3], values: worth.flatMap { [-$0, 0, $0] }))
    }
    let names = ModelFile(name: "marks.txt", bytes: Array((marks.joined(separator: "\n") + "\n").utf8))
    return try Model(
      configuration: ModelFile(name: "config.json", bytes: Array(architecture.configuration.utf8)),
      vocabulary: model.vocabulary, weights: ModelFile(name: "marks", bytes: writer.file()),
      marks: worth == nil ? nil : names
    ).quantised()
  }

  private static func scorer(_ model: Model, cachedAnswers: Int = 64) throws -> SentimentScorer {
    var options = ScorerOptions()
    options.cachedAnswers = cachedAnswers
    return try SentimentScorer(model, name: "marks", options)
  }

  private static let texts = [
    "hoy 😡", "hoy 😍", "hoy", "hoy 😡😡😡", "hoy :) 😡", "hoy 😡 :)", "hoy 🐸", "😡", "😍", "", "https://t.co/x",
    "hoy :-))",
    "hoy " + String(repeating: ":) :( 😡 😍 ", count: 50), String(repeating: "palabra ", count: 90) + "😡",
  ]

  private static func positive(_ scorer: SentimentScorer, _ text: String) -> Int32 {
    scorer.explain(text).probabilities[2]
  }

  @Test("lets them decide, also alone, and more where they are repeated")
  func decides() throws {
    let scorer = try Self.scorer(Self.model.get())
    let plain = Self.positive(scorer, "hoy")
    #expect(Self.positive(scorer, "hoy 😡") < plain && plain < Self.positive(scorer, "hoy 😍"))
    #expect(Self.positive(scorer, "hoy 😡😡😡") < Self.positive(scorer, "hoy 😡"))
    #expect(Self.positive(scorer, "😡") < 500_000 && 500_000 < Self.positive(scorer, "😍"))
    #expect(Self.positive(scorer, "hoy :)") == Self.positive(scorer, "hoy :-))"))
    #expect(Self.positive(scorer, "hoy 🐸") == plain)
  }

  @Test("answers the same alone, among others, in any order, with and without a cache")
  func isExact() throws {
    let remembering = try Self.scorer(Self.model.get())
    let forgetful = try Self.scorer(Self.model.get(), cachedAnswers: 0)
    let alone = Self.texts.map { forgetful.explain($0).probabilities }
    for scorer in [remembering, forgetful] {
      var batch = scorer.makeBatch()
      for round in 0..<12 {
        batch.removeAll()
        let order = (0..<70).map { ($0 * 5 + round * round) % Self.texts.count }
        for text in order { scorer.add(Array(Self.texts[text].utf8).span, to: &batch) }
        scorer.score(&batch)
        for (number, text) in order.enumerated() {
          #expect(Array(batch.probabilities[3 * number..<3 * number + 3]) == alone[text])
        }
      }
    }
  }

  @Test("whose weights are nothing answers as one without")
  func nothing() throws {
    let with = try Self.scorer(Self.shipped(worth: [0, 0, 0, 0]))
    let without = try Self.scorer(Self.shipped(worth: nil))
    // A text of nothing but marks has something to judge only for the first of them.
    for text in Self.texts where !without.explain(text).flags.contains(.nothingToJudge) {
      #expect(with.explain(text).probabilities == without.explain(text).probabilities)
    }
  }

  @Test("explains what each adds")
  func explains() throws {
    let marks = try Self.scorer(Self.model.get()).explain("¡bien! 😍 :) 😍").marks
    #expect(marks.map(\.text) == ["😍", ":)"] && marks.map(\.count) == [2, 1])
    let root = Float(2).squareRoot()
    #expect(marks.map(\.worth) == [[-5 / root, 0, 5 / root], [-2 / root, 0, 2 / root]])
    #expect(try SentimentScorer.embedded().explain("¡bien!").marks == [])
  }

  @Test("flags texts that hold nothing to judge, but not those of a mark that it knows")
  func flags() throws {
    let (with, without) = (try Self.scorer(Self.model.get()), try SentimentScorer.embedded())
    for text in ["", "https://t.co/abc", "@ana @luis", "12:30 !!", "🐸", "今日は"] {
      #expect(with.explain(text).flags.contains(.nothingToJudge), "\(text)")
    }
    #expect(!with.explain("😡").flags.contains(.nothingToJudge))
    #expect(!with.explain("ya").flags.contains(.nothingToJudge))
    #expect(without.explain("@ana").flags == [.nothingToJudge, .emptyAfterCleaning])
  }

  @Test("labels these neutral by rule where there is such a label")
  func neutral() throws {
    let scorer = try SentimentScorer.embedded()
    var batch = scorer.makeBatch()
    for text in ["@ana 12", "hola", "https://t.co/x", "@ana 12"] {
      scorer.add(Array(text.utf8).span, to: &batch)
    }
    scorer.score(&batch)
    #expect(scorer.labels == ["negative", "neutral", "positive"])
    #expect(batch.probabilities[0..<3] == [0, 1_000_000, 0])
    #expect(batch.probabilities[6..<12] == [0, 1_000_000, 0, 0, 1_000_000, 0])
    #expect(batch.probabilities[3..<6].reduce(0, +) == 1_000_000 && batch.probabilities[4] < 1_000_000)
    #expect(batch.flags.map { $0.contains(.nothingToJudge) } == [true, false, true, true])
  }
}
