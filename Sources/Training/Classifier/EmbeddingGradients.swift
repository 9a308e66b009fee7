package import AWDLSTM
internal import Datasets
internal import Kernels

/// A classifier's logits, and their gradients with respect to the output of its embedding: how much each number of
/// each word's vector matters.
///
/// In evaluation: no dropout, batch normalisation by running statistics. All in single precision; 8-bit weights are
/// multiplied with their scales, and activations are not rounded to 8 bits. Used by one thread at a time; the work
/// is shared by two.
package final class EmbeddingGradients {
  /// E.
  package let embeddingSize: Int
  /// The number of labels.
  package let labelCount: Int

  private let head: EvaluatedHead
  private let encoder: PackedEncoder
  private let shards: [Shard]

  /// Packs a model's weights: four bytes for each of those of the layers; the embedding stays where it is.
  ///
  /// - Parameter threads: the number of threads that share the work of a call.
  package init(_ model: Model, threads: Int = 2) throws(ModelError) {
    let architecture = model.architecture
    precondition(architecture.kind == .classifier && threads > 0)
    (embeddingSize, labelCount) = (architecture.embeddingSize, architecture.labels.count)
    var shape = EncoderShape(architecture)
    // Embeddings come from outside.
    shape.vocabularySize = 1
    var parameters = EncoderParameters(shape)
    for index in parameters.layers.indices {
      try parameters.layers[index].load(model, prefix: "rnns.\(index).")
    }
    let headParameters = try HeadParameters(model)
    head = EvaluatedHead(
      head: TrainableHead(
        dropoutRates: headParameters.blocks.map { _ in 0 },
        norm: BatchNorm(epsilon: architecture.batchNormEpsilon)),
      parameters: headParameters, statistics: try HeadStatistics(model))
    encoder = PackedEncoder(shape, kernel: .best(.float32))
    encoder.pack(parameters, random: RandomStream(seed: 0), step: 0)
    shards = (0..<threads).map { _ in Shard(shape) }
  }

  /// The logits of texts, and the gradient of a linear function of each text's logits.
  ///
  /// - Parameters:
  ///   - texts: the vectors of each text's words, [words][E]; all texts have the same number of words, at least one.
  ///   - functions: for each text one factor per label.
  ///   - goesOn: whether the answers are still wanted; once it has said no, it must not say anything else.
  /// - Returns: for each text its logits, and the gradient of Σ factor · logit, [words][E]; nothing if the
  ///   answers are no longer wanted.
  package func evaluate(
    _ texts: [[Float]], gradientsOf functions: [[Float]], while goesOn: @Sendable () -> Bool = { true }
  ) -> [(logits: [Float], gradient: [Float])] {
    precondition(texts.count == functions.count)
    guard let length = texts.first.map({ $0.count / embeddingSize }) else { return [] }
    precondition(length > 0 && texts.allSatisfy { $0.count == length * embeddingSize })
    let count = min(shards.count, texts.count)
    let parts = (0..<count).map { texts.count * $0 / count..<texts.count * ($0 + 1) / count }
    concurrently(count) { [shards, encoder, head] index in
      shards[index].evaluate(
        texts[parts[index]], functions[parts[index]], length: length, encoder: encoder, head: head,
        while: goesOn)
    }
    guard goesOn() else { return [] }
    return shards.prefix(count).flatMap { $0.answers(length: length) }
  }
}

/// A head in evaluation.
private struct EvaluatedHead: Sendable {
  let head: TrainableHead
  let parameters: HeadParameters
  let statistics: HeadStatistics
}

/// The work and memory of one thread.
private final class Shard: @unchecked Sendable {
  private let pass: EncoderPass
  private var logits = Tensor(rows: 0, columns: 0)
  /// [words · texts][E], word by word.
  private var gradient = Tensor(rows: 0, columns: 0)

  init(_ shape: EncoderShape) { pass = EncoderPass(shape) }

  func evaluate(
    _ texts: ArraySlice<[Float]>, _ functions: ArraySlice<[Float]>, length: Int, encoder: PackedEncoder,
    head: EvaluatedHead, while goesOn: @Sendable () -> Bool
  ) {
    guard goesOn() else { return }
    let size = pass.shape.embeddingSize
    let steps = Steps(rows: texts.count, length: length)
    var embeddings = Tensor(rows: steps.tokens, columns: size)
    for (row, text) in texts.enumerated() {
      for word in 0..<length {
        let target = (steps.first[word] + row) * size
        embeddings.values.replaceSubrange(target..<target + size, with: text[word * size..<(word + 1) * size])
      }
    }
    pass.forward(embeddings: embeddings, steps, weights: encoder.layers)
    guard goesOn() else { return }
    let (pooled, tape) = ConcatPooling.forward(pass.answers, steps: steps)
    let slopes = Tensor(
      rows: texts.count, columns: functions.first?.count ?? 0, values: functions.flatMap(\.self))
    let answer = head.head.answer(pooled, head.parameters, head.statistics, gradient: slopes)
    logits = answer.logits
    pass.answerGradient = ConcatPooling.backward(answer.pooledGradient, tape)
    gradient = pass.embeddingGradient(weights: encoder.layers)
  }

  /// Text by text.
  func answers(length: Int) -> [(logits: [Float], gradient: [Float])] {
    let size = gradient.columns
    return (0..<logits.rows).map { row in
      var answer = (logits: logits.rows(row..<row + 1).values, gradient: [Float]())
      answer.gradient.reserveCapacity(length * size)
      for word in 0..<length {
        let start = (word * logits.rows + row) * size
        answer.gradient += gradient.values[start..<start + size]
      }
      return answer
    }
  }
}
