import Datasets
import Kernels
import Testing

@testable import Training

/// All five dropouts and the sampled softmax beside PyTorch, with the masks and words that the golden names.
@Suite("Masks and drawn words beside PyTorch")
struct MaskedLanguageModelTests {
  @Test("gradients under masks are PyTorch's")
  func masked() throws {
    let golden = try TrainingGolden("language-model-masked")
    let parameters = try LanguageModelGoldenTests.parameters(golden)
    let batch = try LanguageModelGoldenTests.minibatch(golden)
    let shape = LanguageModelGoldenTests.shape
    let pass = EncoderPass(shape)
    let encoder = PackedEncoder(shape, kernel: .best(.float32))
    // Weights are dropped out when they are packed; here the golden says which.
    var dropped = parameters.encoder
    for layer in 0..<3 {
      dropped.layers[layer].stateWeights = try Self.product(
        dropped.layers[layer].stateWeights, golden.tensor("mask.weight.\(layer)"))
    }
    encoder.pack(dropped, random: RandomStream(seed: 1), step: 0)
    var state = try LanguageModelGoldenTests.state(golden, "initial")
    pass.forward(
      batch.ids, Steps(rows: batch.rows, length: batch.length), embedding: parameters.encoder.embedding,
      weights: encoder.layers, masks: try Self.masks(golden), state: &state)
    var gradients = parameters.zeros
    let words = TiedSoftmax.PackedVocabulary(
      words: shape.vocabularySize, size: shape.embeddingSize, kernel: .best(.float32))
    words.pack(parameters.encoder.embedding, backward: true)
    var softmax = TiedSoftmax()
    let loss = softmax.loss(
      pass.answers, targets: batch.targets, words: words, bias: parameters.decoderBias.values,
      scale: 1 / Float(batch.ids.count), answerGradient: &pass.answerGradient, gradients: &gradients)
    pass.regularise(
      Regularisation(activation: try golden.number("alpha"), temporal: try golden.number("beta")),
      tokens: batch.ids.count, rows: batch.rows)
    pass.backward(weights: encoder.layers, gradients: &gradients.encoder)
    for layer in 0..<3 {
      gradients.encoder.layers[layer].stateWeights = try Self.product(
        gradients.encoder.layers[layer].stateWeights, golden.tensor("mask.weight.\(layer)"))
    }
    try golden.expect(Float(loss) / Float(batch.ids.count), equals: "loss")
    try golden.expect(gradients: gradients, prefix: "regularised.", within: 2e-5)
  }

  @Test("the loss against drawn words and its gradients are PyTorch's")
  func sampled() throws {
    let golden = try TrainingGolden("sampled-softmax")
    var generator = SplitMix64(state: 1)
    var parameters = LanguageModelParameters(LanguageModelGoldenTests.shape, using: &generator)
    parameters.encoder.embedding = try golden.tensor("encoder.weight")
    parameters.decoderBias = try golden.tensor("decoder.bias")
    let hidden = try golden.tensor("hidden")
    let words = SampledSoftmax.PackedCandidates(
      WordCandidates(
        ids: try golden.integers("candidates", as: Int32.self),
        logProbabilities: try golden.tensor("log_expected_counts").values),
      parameters, kernel: .best(.float32))
    var softmax = SampledSoftmax()
    var hiddenGradient = Tensor(rows: 0, columns: 0)
    var gradients = parameters.zeros
    let loss = softmax.loss(
      hidden, targets: try golden.integers("targets", as: Int32.self), words: words, parameters: parameters,
      scale: 1 / Float(hidden.rows), answerGradient: &hiddenGradient, gradients: &gradients)
    try golden.expect(Float(loss) / Float(hidden.rows), equals: "loss")
    try golden.expect(hiddenGradient, equals: "hidden.grad")
    try golden.expect(gradients.encoder.embedding, equals: "encoder.weight.grad")
    try golden.expect(gradients.decoderBias, equals: "decoder.bias.grad")
  }

  private static func masks(_ golden: TrainingGolden) throws -> EncoderMasks {
    var masks = EncoderMasks(layers: 3)
    masks.embedding = try golden.tensor("mask.embedding").values
    masks.input = try golden.tensor("mask.input").values
    masks.outputs = try [
      golden.tensor("mask.hidden.0").values, golden.tensor("mask.hidden.1").values,
      golden.tensor("mask.output").values,
    ]
    return masks
  }

  private static func product(_ one: Tensor, _ other: Tensor) -> Tensor {
    Tensor(rows: one.rows, columns: one.columns, values: zip(one.values, other.values).map(*))
  }
}
