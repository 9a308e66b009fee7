import Datasets
import Kernels
import Testing

@testable import Training

/// Both decoders' losses and gradients: against difference quotients, and many tokens against a few.
@Suite("Gradients of the decoders")
struct SoftmaxGradientTests {
  static let shape = EncoderShape(vocabularySize: 7, embeddingSize: 3, hiddenSize: 2, layerCount: 1)
  static let scale: Float = 0.25

  /// What a decoder's loss is a function of.
  fileprivate struct Point: ParameterTree {
    var answers: Tensor
    var embedding: Tensor
    var bias: Tensor

    mutating func visit(_ body: (String, inout Tensor) throws -> Void) rethrows {
      try body("answers", &answers)
      try body("embedding", &embedding)
      try body("bias", &bias)
    }
  }

  /// A decoder, and the words that it draws, if it draws any.
  enum Decoder: CaseIterable, Sendable {
    case exact, sampled

    /// Some targets below are among them and some are not.
    static let candidates = WordCandidates(
      ids: [6, 0, 3], logProbabilities: [-0.2, -0.5, -0.9, -1.2, -1.5, -2, -3])
  }

  @Test(
    "gradients of answers, embeddings and biases are those of difference quotients",
    arguments: Decoder.allCases)
  func gradients(decoder: Decoder) {
    let (point, targets) = Self.example(tokens: 9)
    let found = Self.loss(decoder, point, targets).gradients
    let mismatches = GradientCheck().mismatches(of: found, at: point) { point in
      Double(Self.scale) * Self.loss(decoder, point, targets).loss
    }
    #expect(mismatches == [])
  }

  @Test(
    "more tokens than have logits at once give the sum of what their parts give", arguments: Decoder.allCases)
  func pieces(decoder: Decoder) {
    let tokens = 2 * SampledSoftmax.tokensAtOnce + 3
    let (point, targets) = Self.example(tokens: tokens)
    let whole = Self.loss(decoder, point, targets)
    var sum = (loss: 0.0, gradients: point.zeros)
    sum.gradients.answers.resize(rows: 0, columns: Self.shape.embeddingSize)
    for start in stride(from: 0, to: tokens, by: 100) {
      let part = start..<min(start + 100, tokens)
      var piece = point
      piece.answers = point.answers.rows(part)
      let (loss, gradients) = Self.loss(decoder, piece, Array(targets[part]))
      sum.loss += loss
      sum.gradients.answers = Tensor(
        rows: part.upperBound, columns: Self.shape.embeddingSize,
        values: sum.gradients.answers.values + gradients.answers.values)
      sum.gradients.embedding.add(gradients.embedding.values)
      sum.gradients.bias.add(gradients.bias.values)
    }
    #expect(abs(whole.loss - sum.loss) < 1e-3)
    #expect(whole.gradients.answers.isClose(to: sum.gradients.answers.values, tolerance: 1e-6))
    #expect(whole.gradients.embedding.isClose(to: sum.gradients.embedding.values, tolerance: 1e-3))
    #expect(whole.gradients.bias.isClose(to: sum.gradients.bias.values, tolerance: 1e-3))
  }

  @Test("against all words, each drawn for certain, the loss is the exact one")
  func allWords() {
    let (point, targets) = Self.example(tokens: 9)
    let all = WordCandidates(ids: [0, 1, 2, 3, 4, 5, 6], logProbabilities: Array(repeating: 0, count: 7))
    let sampled = Self.loss(.sampled, point, targets, all)
    let exact = Self.loss(.exact, point, targets)
    #expect(abs(sampled.loss - exact.loss) < 1e-5)
    #expect(sampled.gradients.embedding.isClose(to: exact.gradients.embedding.values))
    #expect(sampled.gradients.answers.isClose(to: exact.gradients.answers.values))
  }

  private static func example(tokens: Int) -> (point: Point, targets: [Int32]) {
    let point = Point(
      answers: .random(rows: tokens, columns: shape.embeddingSize, seed: 1),
      embedding: .random(rows: shape.vocabularySize, columns: shape.embeddingSize, seed: 2),
      bias: .random(rows: 1, columns: shape.vocabularySize, seed: 3))
    return (point, (0..<tokens).map { Int32(3 * $0 % shape.vocabularySize) })
  }

  /// The sum of the tokens' losses, and the gradients of `scale` times it.
  private static func loss(
    _ decoder: Decoder, _ point: Point, _ targets: [Int32], _ candidates: WordCandidates = Decoder.candidates
  ) -> (loss: Double, gradients: Point) {
    var parameters = LanguageModelParameters(shape)
    (parameters.encoder.embedding, parameters.decoderBias) = (point.embedding, point.bias)
    var gradients = parameters.zeros
    var answerGradient = Tensor(rows: 0, columns: 0)
    let kernel = GEMMKernel.best(.float32)
    let loss: Double
    switch decoder {
    case .exact:
      let words = TiedSoftmax.PackedVocabulary(
        words: shape.vocabularySize, size: shape.embeddingSize, kernel: kernel)
      words.pack(point.embedding, backward: true)
      var softmax = TiedSoftmax()
      loss = softmax.loss(
        point.answers, targets: targets, words: words, bias: point.bias.values, scale: scale,
        answerGradient: &answerGradient, gradients: &gradients)
    case .sampled:
      var softmax = SampledSoftmax()
      loss = softmax.loss(
        point.answers, targets: targets,
        words: SampledSoftmax.PackedCandidates(candidates, parameters, kernel: kernel),
        parameters: parameters, scale: scale, answerGradient: &answerGradient, gradients: &gradients)
    }
    return (
      loss,
      Point(answers: answerGradient, embedding: gradients.encoder.embedding, bias: gradients.decoderBias)
    )
  }
}
