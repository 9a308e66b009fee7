import AWDLSTM
import DefaultModel
import Testing

@testable import Sentiment

@Suite("A model with a wide term")
struct WideScorerTests {
  private static let model = Result { try wide(weight: { Float($0 * 2_654_435_761 % 2001) / 1000 - 1 }) }

  /// The shipped model with a wide term of weights that a function of their number gives.
  private static func wide(weight: (Int) -> Float) throws -> Model {
    try shipped(
      WideShape(buckets: 1 << 10, words: 1...2, characters: 2...5),
      NamedTensor("wide.weight", sizes: [1 << 10, 3], values: (0..<3 << 10).map(weight)))
  }

  /// The shipped model with that wide term in place of its own, or without one.
  private static func shipped(_ shape: WideShape?, _ weights: NamedTensor?) throws -> Model {
    let model = try DefaultModel.load()
    var architecture = model.architecture
    (architecture.wide, architecture.marks) = (shape, nil)
    var writer = SafeTensorsWriter()
    for tensor in try model.tensors()
    where !tensor.name.hasPrefix("wide.") && tensor.name != Architecture.markWeight { writer.add(tensor) }
    if let weights { writer.add(weights) }
    return try Model(
      configuration: ModelFile(name: "config.json", bytes: Array(architecture.configuration.utf8)),
      vocabulary: model.vocabulary, weights: ModelFile(name: "wide", bytes: writer.file())
    ).quantised()
  }

  private static func scorer(_ model: Model, cachedAnswers: Int = 64) throws -> SentimentScorer {
    var options = ScorerOptions()
    options.cachedAnswers = cachedAnswers
    return try SentimentScorer(model, name: "wide", options)
  }

  /// Words that no vocabulary has among them: the same tokens, not the same text.
  private static let texts = [
    "hola zxqv", "hola zxqw", "hola zxqv", "", "estoy muy triste", "ESTOY muy triste", "HOLA zxqv",
    String(repeating: "qwrt ", count: 150), String(repeating: "qwrz ", count: 150), "¡qué día! zxqv",
  ]

  private static func answers(_ scorer: SentimentScorer, _ texts: [String]) -> [[Int32]] {
    texts.map { scorer.explain($0).probabilities }
  }

  @Test("answers by the text where tokens are the same")
  func seesMore() throws {
    let answers = Self.answers(try Self.scorer(Self.model.get()), Self.texts)
    #expect(answers[0] != answers[1])
    #expect(answers[0] == answers[2])
    #expect(answers[7] != answers[8])
  }

  @Test("answers the same alone, among others, in any order, with and without a cache")
  func isExact() throws {
    let remembering = try Self.scorer(Self.model.get())
    let forgetful = try Self.scorer(Self.model.get(), cachedAnswers: 0)
    let alone = Self.answers(forgetful, Self.texts)
    for scorer in [remembering, forgetful] {
      var batch = scorer.makeBatch()
      for round in 0..<12 {
        batch.removeAll()
        let order = (0..<70).map { ($0 * 7 + round * round) % Self.texts.count }
        for text in order { scorer.add(Array(Self.texts[text].utf8).span, to: &batch) }
        scorer.score(&batch)
        for (number, text) in order.enumerated() {
          #expect(Array(batch.probabilities[3 * number..<3 * number + 3]) == alone[text])
        }
      }
    }
  }

  @Test("whose weights are nothing answers as the network alone")
  func nothing() throws {
    let model = try Self.wide { _ in 0 }
    let (with, without) = (try Self.scorer(model), try Self.scorer(Self.shipped(nil, nil)))
    #expect(Self.answers(with, Self.texts) == Self.answers(without, Self.texts))
  }

  @Test("keeps texts apart that differ in their length alone")
  func keys() {
    var (one, other) = (TextKey(), TextKey())
    let isKept = (one.set([1, 0].span), other.set([1].span))
    #expect(isKept == (true, true) && one.numbers != other.numbers)
    let (tooLong, longest) = ([UInt8](repeating: 1, count: 509), [UInt8](repeating: 1, count: 508))
    let isLongKept = (one.set(tooLong.span), other.set(longest.span))
    #expect(isLongKept == (false, true) && other.numbers.count == TextKey.longest)
  }
}
