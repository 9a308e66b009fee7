internal import Kernels

/// The encoder's forward and backward pass for the rows of one shard: embedding, dropouts, LSTM layers.
///
/// The dropouts are those of Merity et al. 2017, in the places where fastai v1 has them.
final class EncoderPass {
  let shape: EncoderShape

  /// The output of the last layer for each token, [tokens][E], after the output dropout.
  private(set) var answers = Tensor(rows: 0, columns: 0)
  /// The same before it.
  private(set) var rawAnswers = Tensor(rows: 0, columns: 0)
  /// The gradient of `answers`; set by the caller before backward.
  var answerGradient = Tensor(rows: 0, columns: 0)
  /// The contribution of regularisation to the gradient of `rawAnswers`; empty if there is none.
  private var rawAnswerGradient: [Float] = []

  private let layers: [LSTMPass]
  private var masks: EncoderMasks
  private var steps = Steps(lengths: [])
  private var ids: [Int32] = []

  init(_ shape: EncoderShape) {
    self.shape = shape
    layers = (0..<shape.layerCount).map {
      LSTMPass(inputs: shape.layer($0).inputs, units: shape.layer($0).units)
    }
    masks = EncoderMasks(layers: shape.layerCount)
  }

  /// Computes the answers.
  ///
  /// - Parameters:
  ///   - ids: the tokens in the order of `steps`.
  ///   - embedding: [V][E].
  ///   - state: the state of the layers after the previous minibatch; replaced by the state after this one.
  func forward(
    _ ids: [Int32], _ steps: Steps, embedding: Tensor, weights: [PackedLSTM], masks: EncoderMasks,
    state: inout LSTMState
  ) {
    precondition(ids.count == steps.tokens)
    (self.ids, self.steps, self.masks) = (ids, steps, masks)
    lookUp(embedding)
    runLayers(weights, &state)
  }

  /// Computes the answers to given embeddings, without dropout, from a fresh state.
  ///
  /// - Parameter embeddings: [tokens][E], in the order of `steps`.
  func forward(embeddings: Tensor, _ steps: Steps, weights: [PackedLSTM]) {
    precondition(embeddings.rows == steps.tokens && embeddings.columns == shape.embeddingSize)
    (ids, self.steps, masks) = ([], steps, EncoderMasks(layers: layers.count))
    layers[0].input = embeddings
    var state = LSTMState(shape, rows: steps.rows)
    runLayers(weights, &state)
  }

  /// The gradient of the embeddings given to `forward(embeddings:_:weights:)`, [tokens][E], from that of the answers.
  func embeddingGradient(weights: [PackedLSTM]) -> Tensor {
    var gradient = answerGradient
    for index in layers.indices.reversed() {
      layers[index].outputGradient = gradient
      layers[index].backward(steps, weights[index])
      layers[index].inputGradient(steps, weights[index], into: &gradient)
    }
    return gradient
  }

  /// All layers, from the input of the first to the answers.
  private func runLayers(_ weights: [PackedLSTM], _ state: inout LSTMState) {
    for index in layers.indices {
      let layer = layers[index]
      layer.forward(steps, weights[index], output: &state.outputs[index], cell: &state.cells[index])
      if index + 1 < layers.count {
        copyAnswers(of: layer, to: &layers[index + 1].input)
        layers[index + 1].input.apply(masks.outputs[index], steps: steps)
      } else {
        copyAnswers(of: layer, to: &rawAnswers)
        answers = rawAnswers
        answers.apply(masks.outputs[index], steps: steps)
      }
    }
  }

  /// Adds the gradients of regularisation to those of the answers; called before `backward`.
  ///
  /// - Parameters:
  ///   - tokens: the number of tokens of the whole minibatch.
  ///   - rows: the number of its rows.
  func regularise(_ regularisation: Regularisation, tokens: Int, rows: Int) {
    let size = Float(shape.embeddingSize)
    if regularisation.activation != 0 {
      let scale = 2 * regularisation.activation / (Float(tokens) * size)
      answerGradient.add(answers.values, scale: scale)
    }
    rawAnswerGradient = []
    if regularisation.temporal != 0, tokens > rows {
      let scale = 2 * regularisation.temporal / (Float(tokens - rows) * size)
      rawAnswerGradient = changeGradient(scale: scale)
    }
  }

  /// The gradient of `scale` / 2 times the sum of the squares of the raw answers' changes from step to step.
  private func changeGradient(scale: Float) -> [Float] {
    let (columns, raw) = (rawAnswers.columns, rawAnswers.values)
    var gradient = [Float](repeating: 0, count: raw.count)
    var sum = gradient.mutableSpan
    for step in (0..<steps.count).dropFirst() {
      let count = steps.rows(at: step) * columns
      let (first, second) = (steps.first[step - 1] * columns, steps.first[step] * columns)
      let earlier = raw.span.extracting(first..<first + count)
      let later = raw.span.extracting(second..<second + count)
      TrainingKernels.best.add(later, scale: scale, to: &sum, from: second)
      TrainingKernels.best.add(earlier, scale: -scale, to: &sum, from: second)
      TrainingKernels.best.add(earlier, scale: scale, to: &sum, from: first)
      TrainingKernels.best.add(later, scale: -scale, to: &sum, from: first)
    }
    return gradient
  }

  /// Computes the gradients of the layers and the embedding, down to the lowest part that is trained, from those of
  /// the answers.
  ///
  /// - Parameters:
  ///   - gradients: the gradients of the layers are replaced by this shard's; those of the embedding are accumulated.
  ///   - lowest: the lowest part that is trained: 0 for the embedding, 1 for the first layer, and so on.
  func backward(weights: [PackedLSTM], gradients: inout EncoderParameters, lowest: Int = 0) {
    var gradient = answerGradient
    gradient.apply(masks.outputs[layers.count - 1], steps: steps)
    if !rawAnswerGradient.isEmpty { gradient.add(rawAnswerGradient) }
    for index in layers.indices.reversed() where index + 1 >= lowest {
      let layer = layers[index]
      layer.outputGradient = gradient
      layer.backward(steps, weights[index], gradients: &gradients.layers[index])
      guard index + 1 > lowest else { return }
      layer.inputGradient(steps, weights[index], into: &gradient)
      gradient.apply(index > 0 ? masks.outputs[index - 1] : masks.input, steps: steps)
    }
    addToEmbedding(gradient, &gradients.embedding)
  }

  /// The first layer's input: the word embeddings, with the dropouts of words and features.
  private func lookUp(_ embedding: Tensor) {
    let columns = shape.embeddingSize
    layers[0].input.resize(rows: ids.count, columns: columns)
    for (token, id) in ids.enumerated() {
      let scale = masks.embedding.isEmpty ? 1 : masks.embedding[Int(id)]
      let word = embedding.values[Int(id) * columns..<(Int(id) + 1) * columns]
      let target = token * columns..<(token + 1) * columns
      if scale == 1 {
        layers[0].input.values.replaceSubrange(target, with: word)
      } else {
        layers[0].input.values.replaceSubrange(target, with: word.lazy.map { $0 * scale })
      }
    }
    layers[0].input.apply(masks.input, steps: steps)
  }

  private func addToEmbedding(_ gradient: Tensor, _ embedding: inout Tensor) {
    let columns = shape.embeddingSize
    var sums = embedding.values.mutableSpan
    for (token, id) in ids.enumerated() {
      let scale = masks.embedding.isEmpty ? 1 : masks.embedding[Int(id)]
      guard scale != 0 else { continue }
      TrainingKernels.best.add(
        gradient.values.span.extracting(token * columns..<(token + 1) * columns), scale: scale, to: &sums,
        from: Int(id) * columns)
    }
  }

  /// What a layer answered to each token in the last forward pass, before dropout: [tokens][units].
  func outputs(ofLayer index: Int) -> Tensor {
    var outputs = Tensor(rows: 0, columns: 0)
    copyAnswers(of: layers[index], to: &outputs)
    return outputs
  }

  private func copyAnswers(of layer: LSTMPass, to target: inout Tensor) {
    target.resize(rows: steps.tokens, columns: layer.units)
    target.values.replaceSubrange(
      0..<target.count,
      with: layer.outputs.values[steps.rows * layer.units..<(steps.rows + steps.tokens) * layer.units])
  }
}

/// Activation regularisation (AR) and temporal activation regularisation (TAR; Merity et al. 2017, section 4.6): α
/// times the mean square of the last layer's answers after dropout, plus β times the mean square of their change from
/// step to step before dropout.
package struct Regularisation: Equatable, Sendable {
  /// α, of the activations (AR).
  package var activation: Float
  /// β, of their changes (TAR).
  package var temporal: Float

  package init(activation: Float, temporal: Float) {
    self.activation = activation
    self.temporal = temporal
  }

  /// fastai v1's `RNNTrainer`.
  package static let fastai = Regularisation(activation: 2, temporal: 1)

  package static let none = Regularisation(activation: 0, temporal: 0)

  /// Both times `factor`.
  package func scaled(by factor: Float) -> Regularisation {
    Regularisation(activation: activation * factor, temporal: temporal * factor)
  }
}
