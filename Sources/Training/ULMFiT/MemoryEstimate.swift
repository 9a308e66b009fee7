internal import AWDLSTM
internal import Kernels

/// The memory that a stage of training needs, in bytes, without the program itself.
package enum MemoryEstimate {
  /// - Parameter tokens: the number of tokens of all training and validation texts.
  package static func languageModel(_ shape: EncoderShape, _ recipe: LanguageModelRecipe, tokens: Int) -> Int
  {
    let words = shape.vocabularySize
    let parameters = shape.parameters + words
    let activations = recipe.rows * recipe.length * shape.numbersOfOneToken
    let candidates = 2 * 2 * SampledSoftmax.tokensAtOnce * (recipe.candidates.map { min($0, words) } ?? 0)
    let logits = 2 * TiedSoftmax.tokensAtOnce * words
    let packedWords = 2 * words * shape.embeddingSize * bytes(recipe.precision)
    // Ids in reading order, and in the order of an epoch.
    return 4 * (copies * parameters + activations + candidates + logits + 2 * tokens)
      + packedWords + packed(shape, recipe.precision)
  }

  package static func classifier(
    _ shape: EncoderShape, _ recipe: ClassifierRecipe, teacher: EncoderShape? = nil,
    examples: [TokenisedExample], validation: [TokenisedExample]
  ) -> Int {
    let tokens = (examples + validation).reduce(0) { $0 + $1.ids.count }
    // The longest tweets are in one minibatch, and validation minibatches are larger.
    let largest = max(longest(recipe.batchSize, of: examples), longest(256, of: validation))
    let teaching = teacher.map { teacher in
      4 * (teacher.parameters + largest * teacher.numbersOfOneToken) + packed(teacher, recipe.precision)
    }
    // Rounded weights are apart from those that learn.
    let rounded = recipe.rounding == nil ? 0 : 4 * shape.layerParameters
    return 4 * (copies * shape.parameters + largest * shape.numbersOfOneToken + tokens)
      + packed(shape, recipe.precision) + rounded + (teaching ?? 0)
  }

  /// - Parameters:
  ///   - labels: the number of labels.
  ///   - tweets: the number of training and validation tweets.
  ///   - features: the number of their features.
  package static func wide(_ recipe: WideRecipe, labels: Int, tweets: Int, features: Int) -> Int {
    // The solver's remembered steps; its points, gradients and directions; the sums of two threads.
    let vectors = 2 * LBFGS.memory + 12
    let parameters = LogisticLoss.scores(labels: labels) * recipe.shape.buckets
    return 8 * vectors * parameters + 4 * features + 36 * tweets
  }

  /// The network before the stage and during it, its gradients, those of two shards, and the optimiser's two moments.
  package static let copies = 7

  private static func longest(_ count: Int, of examples: [TokenisedExample]) -> Int {
    examples.map(\.ids.count).sorted(by: >).prefix(count).reduce(0, +)
  }

  /// The layers' packed weights, forward and backward, and the recurrent weights after dropout.
  private static func packed(_ shape: EncoderShape, _ precision: ProductPrecision) -> Int {
    let stateWeights = (0..<shape.layerCount).map { 4 * shape.layer($0).units * shape.layer($0).units }
    return 2 * shape.layerParameters * bytes(precision) + 4 * stateWeights.reduce(0, +)
  }

  private static func bytes(_ precision: ProductPrecision) -> Int {
    switch precision {
    case .float32: 4
    case .bfloat16: 2
    }
  }
}

extension EncoderShape {
  /// The number of parameters of the LSTM layers.
  package var layerParameters: Int {
    (0..<layerCount).reduce(0) { sum, index in
      let (inputs, units) = layer(index)
      return sum + 4 * units * (inputs + units + 2)
    }
  }

  /// The number of parameters of the encoder.
  package var parameters: Int { vocabularySize * embeddingSize + layerParameters }

  /// The numbers kept per token of a minibatch: the layers' inputs, outputs, cells, gates and gradients, and the
  /// answers.
  var numbersOfOneToken: Int {
    let layers = (0..<layerCount).map(layer)
    return layers.reduce(5 * embeddingSize + hiddenSize) { $0 + $1.inputs + 7 * $1.units }
  }
}
