package import Datasets
package import Kernels

/// A classifier in training: the loss of a minibatch and its gradients, on all processors.
///
/// A minibatch's tweets are dealt to shards, each computed by one thread. The head is small, and its batch
/// normalisation needs all tweets together, so it is computed in between by one thread.
package final class ClassifierNetwork {
  package let options: ClassifierOptions
  /// The running statistics of the head's batch normalisations.
  package var statistics: HeadStatistics

  private let shape: EncoderShape
  private let encoder: PackedEncoder
  private let head: TrainableHead
  private let shards: [ClassifierShard]

  package init(_ parameters: ClassifierParameters, headSizes: [Int], _ options: ClassifierOptions) {
    precondition(options.shards > 0)
    self.options = options
    shape = parameters.encoder.shape
    statistics = HeadStatistics(sizes: headSizes)
    encoder = PackedEncoder(shape, kernel: .best(options.precision), rounding: options.rounding)
    head = TrainableHead(dropoutRates: options.headDropout)
    shards = (0..<options.shards).map { _ in ClassifierShard(parameters.encoder, teacher: options.teacher) }
  }

  /// Computes the loss of a minibatch, and its gradients.
  ///
  /// - Parameters:
  ///   - batch: by decreasing length.
  ///   - step: the minibatch's number in the whole training; with the seed, it determines what is dropped out.
  ///   - lowest: the lowest part that is trained: 0 for the embedding, 1 for the first layer, …, layers + 1 for the
  ///     head alone.
  ///   - gradients: receives the gradients of the trained parts.
  /// - Returns: the weighted mean cross-entropy, in nats, without AR and TAR.
  package func train(
    _ batch: [TokenisedExample], _ parameters: ClassifierParameters, step: Int, lowest: Int = 0,
    gradients: inout ClassifierParameters
  ) -> Double {
    let parts = Self.deal(batch, to: shards.count)
    let learnsEncoder = lowest <= shape.layerCount
    encoder.pack(
      parameters.encoder, weightRate: options.dropout.weights, random: options.random, step: step,
      backward: learnsEncoder)
    forward(parts, parameters, isTaught: learnsEncoder) { [options, shape] index in
      // Each row has its own masks, whatever its shard.
      EncoderMasks(
        options.dropout, shape: shape, rows: index * batch.count..<index * batch.count + parts[index].count,
        random: options.random, step: step)
    }
    let (loss, pooledGradients) = trainHead(parts, parameters, step: step, gradients: &gradients)
    guard learnsEncoder else { return loss }
    shards[0].exchangeGradients(&gradients.encoder)
    defer { shards[0].exchangeGradients(&gradients.encoder) }
    let tokens = batch.reduce(0) { $0 + $1.ids.count }
    concurrently(shards.count) { [shards, encoder, options] index in
      shards[index].backward(
        pooledGradients[index], encoder: encoder, options.regularisation, tokens: tokens, rows: batch.count,
        lowest: lowest)
    }
    for shard in shards.dropFirst() { shards[0].addGradients(of: shard) }
    return loss
  }

  /// The logits of tweets, [tweets][classes], without dropout; each tweet's are independent of the others.
  package func logits(
    of examples: [TokenisedExample], _ parameters: ClassifierParameters, batchSize: Int = 256
  ) -> Tensor {
    encoder.pack(parameters.encoder, random: options.random, step: 0, backward: false)
    var logits = Tensor(rows: examples.count, columns: options.loss.classWeights.count)
    for indices in ClassifierMinibatches(evaluating: examples, size: batchSize).indices {
      let parts = Self.deal(indices.map { examples[$0] }, to: shards.count)
      forward(parts, parameters, isTaught: false) { [shape] _ in EncoderMasks(layers: shape.layerCount) }
      let answers = head.answer(joinPooled(parts), parameters.head, statistics)
      for (row, index) in Self.deal(indices, to: shards.count).joined().enumerated() {
        for label in 0..<logits.columns {
          logits[row: index, column: label] = answers[row: row, column: label]
        }
      }
    }
    return logits
  }

  /// Deals things to `count` hands in turn, so that each gets long ones and short ones.
  private static func deal<Thing>(_ things: [Thing], to count: Int) -> [[Thing]] {
    (0..<count).map { hand in stride(from: hand, to: things.count, by: count).map { things[$0] } }
  }

  private func forward(
    _ parts: [[TokenisedExample]], _ parameters: ClassifierParameters, isTaught: Bool,
    masks: @Sendable (Int) -> EncoderMasks
  ) {
    concurrently(shards.count) { [shards, encoder] index in
      shards[index].forward(
        parts[index].map(\.ids), parameters.encoder, encoder: encoder, masks: masks(index), isTaught: isTaught
      )
    }
  }

  /// The pooled rows of all shards, concatenated.
  private func joinPooled(_ parts: [[TokenisedExample]]) -> Tensor {
    Tensor(
      rows: parts.reduce(0) { $0 + $1.count }, columns: 3 * shape.embeddingSize,
      values: shards.flatMap(\.pooled.values))
  }

  /// The head, forward and backward: the loss, and the gradient of each shard's pooled rows.
  private func trainHead(
    _ parts: [[TokenisedExample]], _ parameters: ClassifierParameters, step: Int,
    gradients: inout ClassifierParameters
  ) -> (loss: Double, pooledGradients: [Tensor]) {
    let examples = parts.flatMap { $0 }
    let (logits, tape) = head.forward(
      joinPooled(parts), parameters.head, &statistics, masks: options.random, step: step)
    let loss = options.loss.loss(
      logits, targets: examples.map(\.target), exampleWeights: examples.map(\.weight))
    let (pooled, headGradients) = head.backward(loss.gradient, tape, parameters.head)
    gradients.head = headGradients
    var first = 0
    return (
      loss.mean,
      parts.map { part in
        defer { first += part.count }
        return pooled.rows(first..<first + part.count)
      }
    )
  }
}

/// How the minibatches of a classifier are computed.
package struct ClassifierOptions: Sendable {
  /// Of the encoder; its output dropout is the head's first.
  package var dropout = DropoutRates.none
  /// Of each block of the head.
  package var headDropout: [Float]
  package var loss: CrossEntropy
  package var regularisation = Regularisation.none
  package var precision = ProductPrecision.bfloat16
  /// What the weights of the LSTM layers are rounded to in training; nil to use them as they are.
  package var rounding: WeightRounding?
  /// What teaches the encoder besides the labels; nil for nothing.
  package var teacher: Teacher?
  package var random = RandomStream(seed: 42)
  /// The number of shards of a minibatch. Part of the recipe: the last bits of the results depend on it.
  package var shards = 2

  /// Unweighted classes, no dropout, no regularisation.
  ///
  /// - Parameter headBlocks: the number of blocks of the head.
  package init(classes: Int, headBlocks: Int = 2) {
    headDropout = Array(repeating: 0, count: headBlocks)
    loss = CrossEntropy(classWeights: Array(repeating: 1, count: classes))
  }
}

/// The parameters of a classifier: the encoder and the head.
package struct ClassifierParameters: ParameterTree {
  package var encoder: EncoderParameters
  package var head: HeadParameters

  /// A classifier on the encoder of a trained language model.
  ///
  /// - Parameter headSizes: the widths of the head, from its input to its output: 3E, …, the number of classes.
  package init(encoder: EncoderParameters, headSizes: [Int], random: RandomStream) {
    precondition(headSizes.first == 3 * encoder.shape.embeddingSize)
    self.encoder = encoder
    head = HeadParameters(sizes: headSizes, random: random)
  }

  package mutating func visit(_ body: (String, inout Tensor) throws -> Void) rethrows {
    try encoder.visit(body)
    try head.visit(body)
  }
}
