import AWDLSTM
import DefaultModel
import Testing
import TweetText

@testable import Sentiment

@Suite struct SentimentScorerTests {
  private static let scorer = Result { try SentimentScorer.embedded() }

  private static let texts = [
    "¡Qué alegría verte!", "estoy muy triste", "", "NOOOOO ja ja ja ja", "a", "hola a todos, buen día",
    "no sé qué decir de todo esto, la verdad, pero bueno, mañana será otro día y ya veremos",
    (0..<200).map { "palabra\($0)" }.joined(separator: " "), "@ana https://example.org 🐸", "uno dos tres",
  ]

  private func score(
    _ texts: [String], by scorer: SentimentScorer? = nil
  ) throws -> (probabilities: [[Int32]], flags: [TextFlags]) {
    let scorer = try scorer ?? Self.scorer.get()
    var batch = scorer.makeBatch()
    for text in texts { scorer.add(Array(text.utf8).span, to: &batch) }
    scorer.score(&batch)
    let labels = scorer.labels.count
    return (
      texts.indices.map { Array(batch.probabilities[($0 * labels)..<(($0 + 1) * labels)]) }, batch.flags
    )
  }

  @Test("A model that is read in advance gives the same answers, and the next one is read anew")
  func isPrepared() throws {
    SentimentScorer.prepareEmbedded()
    for _ in 0..<2 {
      let scorer = try SentimentScorer.embedded()
      #expect(try scorer.modelName == Self.scorer.get().modelName)
      #expect(try score(Self.texts, by: scorer).probabilities == score(Self.texts).probabilities)
    }
    SentimentScorer.prepareEmbedded()
    var options = ScorerOptions()
    options.profile = .notebook
    #expect(try SentimentScorer.embedded(options).cleaning == .notebook)
  }

  @Test("A tweet's answer is the same alone, among others, and in any order")
  func doesNotDependOnNeighbours() throws {
    let alone = try Self.texts.map { try score([$0]).probabilities[0] }
    #expect(try score(Self.texts).probabilities == alone)
    #expect(try score(Self.texts.reversed()).probabilities == alone.reversed())
    let many = (0..<7).flatMap { _ in Self.texts }
    #expect(try score(many).probabilities == (0..<7).flatMap { _ in alone })
  }

  @Test("Probabilities add up to one")
  func addsUp() throws {
    for probabilities in try score(Self.texts).probabilities {
      #expect(probabilities.reduce(0, +) == 1_000_000)
    }
  }

  @Test("Remembered answers are the same as computed ones")
  func remembersExactly() throws {
    var options = ScorerOptions()
    options.cachedAnswers = 0
    let forgetful = try SentimentScorer.embedded(options)
    let scorer = try Self.scorer.get()
    var (with, without) = (scorer.makeBatch(), forgetful.makeBatch())
    for round in 0..<4 {
      with.removeAll()
      without.removeAll()
      for number in 0..<40 {
        let text = Array(Self.texts[(number * 7 + round) % Self.texts.count].utf8)
        scorer.add(text.span, to: &with)
        forgetful.add(text.span, to: &without)
      }
      scorer.score(&with)
      forgetful.score(&without)
      #expect(with.probabilities == without.probabilities)
      #expect(with.flags == without.flags)
    }
  }

  @Test("A table of frequent words changes no answer")
  func tableChangesNothing() throws {
    var options = ScorerOptions()
    options.wordTableBytes = 4 << 20
    let scorer = try SentimentScorer.embedded(options)
    var batch = scorer.makeBatch()
    for text in Self.texts { scorer.add(Array(text.utf8).span, to: &batch) }
    scorer.score(&batch)
    #expect(batch.probabilities == (try score(Self.texts).probabilities.flatMap { $0 }))
  }

  @Test("A text of many words is flagged, and one of which nothing is left")
  func flags() throws {
    let flags = try score(Self.texts).flags
    #expect(flags[7] == .truncated)
    #expect(flags[2] == [.emptyAfterCleaning, .nothingToJudge])
    #expect(flags[8] == [.emptyAfterCleaning, .nothingToJudge])
    #expect(flags[0] == [])
  }

  @Test("A batch that was emptied answers for the new texts only")
  func canBeEmptied() throws {
    let scorer = try Self.scorer.get()
    var batch = scorer.makeBatch()
    for text in Self.texts { scorer.add(Array(text.utf8).span, to: &batch) }
    scorer.score(&batch)
    batch.removeAll()
    scorer.add(Array("estoy muy triste".utf8).span, to: &batch)
    scorer.score(&batch)
    #expect(batch.count == 1)
    #expect(batch.probabilities == (try score(["estoy muy triste"]).probabilities[0]))
  }

  @Test("The built-in model's fingerprint is the checksum of its files")
  func knowsItsFingerprint() throws {
    let computed = "\(Fingerprint(of: try DefaultModel.load()))"
    #expect(DefaultModel.fingerprint == computed, "write \(computed) into es-tweets/fingerprint.txt")
    #expect(try Self.scorer.get().modelName == "es-tweets@\(computed)")
  }

  /// The shipped model with a temperature.
  private func tempered(_ temperature: String) throws -> SentimentScorer {
    let model = try DefaultModel.load()
    let configuration = model.configuration.bytes(in: 0..<model.configuration.byteCount)
    let text = String(decoding: configuration, as: UTF8.self)
    let bytes = Array(
      text.replacing(
        "\"temperature\": \(model.architecture.temperature)", with: "\"temperature\": \(temperature)"
      ).utf8)
    return try SentimentScorer(
      Model(
        configuration: ModelFile(name: "config.json", bytes: bytes), vocabulary: model.vocabulary,
        weights: model.weights, marks: model.marks),
      name: "tempered")
  }

  @Test("Without a temperature answers are those of a temperature of 1")
  func ignoresTemperatureOfOne() throws {
    let model = try DefaultModel.load()
    let configuration = String(
      decoding: model.configuration.bytes(in: 0..<model.configuration.byteCount), as: UTF8.self)
    let without = configuration.split(separator: "\n").filter { !$0.contains("temperature") }
    let scorer = try SentimentScorer(
      Model(
        configuration: ModelFile(name: "config.json", bytes: Array(without.joined(separator: "\n").utf8)),
        vocabulary: model.vocabulary, weights: model.weights, marks: model.marks), name: "plain")
    let one = try tempered("1")
    for text in Self.texts { #expect(scorer.explain(text).probabilities == one.explain(text).probabilities) }
  }

  @Test("A temperature of 2 makes odds their square roots")
  func appliesTemperature() throws {
    let (scorer, one) = (try tempered("2.0"), try tempered("1"))
    #expect(scorer.temperature == 2)
    for text in Self.texts {
      let roots = one.explain(text).probabilities.map { Double($0).squareRoot() }
      let sum = roots.reduce(0, +)
      for (root, answer) in zip(roots, scorer.explain(text).probabilities) {
        #expect(abs(Double(answer) / 1e6 - root / sum) < 1e-3)
      }
    }
  }

  @Test("The model has a name with a checksum of eight digits")
  func namesModel() throws {
    let parts = try Self.scorer.get().modelName.split(separator: "@")
    #expect(parts.first == "es-tweets")
    #expect(parts.last?.count == 8)
  }

  @Test("A folder that holds no model is an error that names it")
  func reportsMissingModel() {
    #expect { try SentimentScorer(directory: "/nonexistent/model") } throws: {
      "\($0)".contains("/nonexistent/model")
    }
  }

  @Test("An explanation has the tokens and the same answer")
  func explains() throws {
    let explanation = try Self.scorer.get().explain("@ana ¡Qué GRAN día! xyzzyq")
    #expect(explanation.cleaned == "¡Qué GRAN día! xyzzyq")
    #expect(
      explanation.tokens.map(\.text) == ["xxbos", "¡", "xxmaj", "qué", "xxup", "gran", "día", "!", "xyzzyq"])
    #expect(explanation.tokens.map(\.isUnknown).last == true)
    #expect(explanation.probabilities == (try score(["@ana ¡Qué GRAN día! xyzzyq"]).probabilities[0]))
  }
}

@Suite struct SoftmaxTests {
  private func millionths(_ logits: [Float], temperature: Double = 1) -> [Int32] {
    var target = [Int32](repeating: 0, count: logits.count + 1)
    Softmax.store(logits[...], temperature: temperature, to: &target, at: 1)
    return Array(target.dropFirst())
  }

  @Test("Logits become probabilities")
  func computes() {
    #expect(millionths([0, 0]) == [500_000, 500_000])
    #expect(millionths([1, 0]) == [731_059, 268_941])
    #expect(millionths([-3.074836, 3.259295]) == [1_772, 998_228])
  }

  @Test("A high temperature makes the answer less sure, a low one surer")
  func tempers() {
    // 1 / (1 + exp(-1/2)) and 1 / (1 + exp(-2))
    #expect(millionths([1, 0], temperature: 2) == [622_459, 377_541])
    #expect(millionths([1, 0], temperature: 0.5) == [880_797, 119_203])
  }

  @Test("Large logits do not overflow")
  func survivesLargeLogits() {
    #expect(millionths([1e30, -1e30], temperature: 0.05) == [1_000_000, 0])
    #expect(millionths([1e30, -1e30]) == [1_000_000, 0])
    #expect(millionths([-200, -200, -200]) == [333_334, 333_333, 333_333])
  }
}
