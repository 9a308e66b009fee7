import Datasets
import Kernels
import Testing

@testable import Training

/// A whole language model as it is trained, dropouts and drawn words included, against difference quotients.
@Suite("Gradients of a whole language model")
struct LanguageModelGradientTests {
  static let shape = EncoderShape(vocabularySize: 9, embeddingSize: 3, hiddenSize: 4)
  static let (rows, length) = (3, 4)

  @Test(
    "gradients under dropout are those of difference quotients, however rows are divided",
    arguments: [1, 2, 3], [nil, 5])
  func gradients(shards: Int, candidates: Int?) {
    var options = LanguageModelOptions()
    options.dropout = DropoutRates.languageModel.scaled(by: 2)
    options.candidates = candidates
    options.precision = .float32
    options.shards = shards
    let parameters = Self.parameters
    let network = LanguageModelNetwork(parameters, rows: Self.rows, options)
    let batch = Self.batch
    var gradients = parameters.zeros
    _ = network.train(batch, parameters, step: 11, gradients: &gradients)
    var others = parameters.zeros
    let mismatches = GradientCheck().mismatches(of: gradients, at: parameters) { parameters in
      network.reset()
      return network.train(batch, parameters, step: 11, gradients: &others)
    }
    #expect(mismatches == [])
  }

  @Test("what is dropped out and drawn changes from step to step, not from run to run")
  func steps() {
    var options = LanguageModelOptions()
    options.dropout = .languageModel
    options.candidates = 5
    let parameters = Self.parameters
    func loss(step: Int) -> Double {
      var gradients = parameters.zeros
      let network = LanguageModelNetwork(parameters, rows: Self.rows, options)
      return network.train(Self.batch, parameters, step: step, gradients: &gradients)
    }
    #expect(loss(step: 3) == loss(step: 3))
    #expect(Set((0..<8).map(loss)).count == 8)
  }

  private static let parameters: LanguageModelParameters = {
    var generator = SplitMix64(state: 1)
    var parameters = LanguageModelParameters(shape, using: &generator)
    parameters.encoder.embedding = .random(rows: shape.vocabularySize, columns: shape.embeddingSize, seed: 2)
    parameters.decoderBias = .random(rows: 1, columns: shape.vocabularySize, seed: 3)
    return parameters
  }()

  private static let batch: LanguageModelMinibatch = {
    let ids = (0...rows * length).map { Int32(5 * $0 % shape.vocabularySize) }
    return LanguageModelMinibatch(
      rows: rows, length: length, ids: Array(ids.dropLast()), targets: Array(ids.dropFirst()))
  }()
}
