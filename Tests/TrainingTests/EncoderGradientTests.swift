import Datasets
import Kernels
import Testing

@testable import Training

/// The encoder's way back against difference quotients: embeddings, LSTM layers and all five dropouts, with
/// rows of different lengths.
@Suite("Gradients of the encoder")
struct EncoderGradientTests {
  static let shape = EncoderShape(vocabularySize: 6, embeddingSize: 3, hiddenSize: 4)
  static let random = RandomStream(seed: 5)
  static let dropout = DropoutRates(embedding: 0.3, input: 0.4, hidden: 0.3, output: 0.4, weights: 0.5)

  @Test(
    "the gradients of all weights are those of difference quotients",
    arguments: [[1], [1, 1], [3, 3], [5, 3, 3, 1]], [DropoutRates.none, dropout])
  func weights(lengths: [Int], dropout: DropoutRates) {
    let example = EncoderExample(lengths: lengths, dropout: dropout)
    let wanted = Tensor.random(rows: example.steps.tokens, columns: Self.shape.embeddingSize, seed: 3)
    let gradients = example.gradients { pass in pass.answerGradient = wanted }
    let mismatches = GradientCheck().mismatches(of: gradients, at: example.parameters) { parameters in
      example.forward(parameters).answers.weighted(by: wanted)
    }
    #expect(mismatches == [])
  }

  @Test(
    "the gradients of what AR and TAR add to the loss are those of difference quotients",
    arguments: [[1, 1], [3, 3], [5, 3, 3, 1]], [DropoutRates.none, dropout])
  func regularisation(lengths: [Int], dropout: DropoutRates) {
    let example = EncoderExample(lengths: lengths, dropout: dropout)
    let regularisation = Regularisation(activation: 20, temporal: 30)
    let (tokens, rows) = (example.steps.tokens, example.steps.rows)
    let gradients = example.gradients { pass in
      pass.answerGradient = pass.answers.zeros
      pass.regularise(regularisation, tokens: tokens, rows: rows)
    }
    let mismatches = GradientCheck().mismatches(of: gradients, at: example.parameters) { parameters in
      let pass = example.forward(parameters)
      return 20 * Self.meanSquare(pass.answers.values)
        + 30 * Self.meanSquare(Self.changes(of: pass.rawAnswers, example.steps))
    }
    #expect(mismatches == [])
  }

  @Test("the gradients of what a teacher adds to the loss are those of difference quotients")
  func teaching() {
    let example = EncoderExample(lengths: [5, 3, 3, 1], dropout: .none)
    var generator = SplitMix64(state: 8)
    let larger = EncoderShape(vocabularySize: 6, embeddingSize: 3, hiddenSize: 7)
    let teacher = Teacher(
      EncoderParameters(larger, using: &generator), factor: 40, precision: .float32)
    let teaching = TeachingShard(teacher)
    teaching.forward(example.ids, example.steps)
    let gradients = example.gradients { pass in
      pass.answerGradient = pass.answers.zeros
      teaching.addGradient(of: pass.answers, to: &pass.answerGradient, tokens: example.steps.tokens)
    }
    let wanted = teaching.answers.values
    #expect(wanted.contains { abs($0) > 0.01 })
    let mismatches = GradientCheck().mismatches(of: gradients, at: example.parameters) { parameters in
      40 * Self.meanSquare(zip(example.forward(parameters).answers.values, wanted).map { $0 - $1 })
    }
    #expect(mismatches == [])
  }

  @Test("a word that is left out gets no gradient")
  func leftOut() {
    let example = EncoderExample(lengths: [5, 3, 3, 1], dropout: Self.dropout)
    let mask = example.masks.embedding
    let used = Set(example.ids.map { Int($0) })
    #expect(used.contains { mask[$0] == 0 } && used.contains { mask[$0] != 0 })
    let gradients = example.gradients { pass in pass.answerGradient = pass.answers }
    for word in 0..<Self.shape.vocabularySize {
      let isZero = gradients.embedding.rows(word..<word + 1).values.allSatisfy { $0 == 0 }
      #expect(isZero == (mask[word] == 0 || !used.contains(word)))
    }
  }

  /// 0 for none.
  private static func meanSquare(_ numbers: [Float]) -> Double {
    numbers.reduce(0) { $0 + Double($1) * Double($1) } / Double(max(1, numbers.count))
  }

  /// Every row's numbers at a step less those at the step before.
  private static func changes(of answers: Tensor, _ steps: Steps) -> [Float] {
    (0..<steps.count).dropFirst().flatMap { step in
      (0..<steps.rows(at: step)).flatMap { row in
        (0..<answers.columns).map { column in
          answers[row: steps.first[step] + row, column: column]
            - answers[row: steps.first[step - 1] + row, column: column]
        }
      }
    }
  }
}

/// Tokens, states and masks to look at an encoder with.
private struct EncoderExample {
  let parameters: EncoderParameters
  let steps: Steps
  let ids: [Int32]
  let masks: EncoderMasks
  private let weightRate: Float
  private let state: LSTMState

  init(lengths: [Int], dropout: DropoutRates) {
    let shape = EncoderGradientTests.shape
    var generator = SplitMix64(state: 1)
    var parameters = EncoderParameters(shape, using: &generator)
    parameters.embedding = .random(rows: shape.vocabularySize, columns: shape.embeddingSize, seed: 2)
    self.parameters = parameters
    steps = Steps(lengths: lengths)
    ids = (0..<steps.tokens).map { Int32(5 * $0 % shape.vocabularySize) }
    masks = EncoderMasks(
      dropout, shape: shape, rows: 0..<lengths.count, random: EncoderGradientTests.random, step: 7)
    weightRate = dropout.weights
    var state = LSTMState(shape, rows: lengths.count)
    for layer in 0..<shape.layerCount {
      let units = shape.layer(layer).units
      state.outputs[layer] = .random(rows: lengths.count, columns: units, seed: UInt64(10 + layer))
      state.cells[layer] = .random(rows: lengths.count, columns: units, seed: UInt64(20 + layer))
    }
    self.state = state
  }

  func forward(_ parameters: EncoderParameters) -> EncoderPass {
    forward(parameters, packed(parameters))
  }

  /// - Parameter setAnswerGradient: says after forward what is wanted of the answers.
  func gradients(_ setAnswerGradient: (EncoderPass) -> Void) -> EncoderParameters {
    let encoder = packed(parameters)
    let pass = forward(parameters, encoder)
    setAnswerGradient(pass)
    var gradients = parameters.zeros
    pass.backward(weights: encoder.layers, gradients: &gradients)
    return gradients
  }

  private func packed(_ parameters: EncoderParameters) -> PackedEncoder {
    let encoder = PackedEncoder(EncoderGradientTests.shape, kernel: .best(.float32))
    encoder.pack(parameters, weightRate: weightRate, random: EncoderGradientTests.random, step: 7)
    return encoder
  }

  private func forward(_ parameters: EncoderParameters, _ encoder: PackedEncoder) -> EncoderPass {
    let pass = EncoderPass(EncoderGradientTests.shape)
    var state = state
    pass.forward(
      ids, steps, embedding: parameters.embedding, weights: encoder.layers, masks: masks, state: &state)
    return pass
  }
}
