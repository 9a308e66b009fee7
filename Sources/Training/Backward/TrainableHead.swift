package import Datasets

/// Pooled features → logits, and back: blocks of batch normalisation, dropout and a linear layer, a ReLU
/// between two blocks (Howard & Ruder 2018).
///
/// Batch normalisation needs a whole minibatch: when a minibatch is divided among threads, its pooled rows are joined
/// here, and their gradients divided again. The head is a tiny part of the work.
///
/// ```swift
/// let (logits, tape) = head.forward(pooled, parameters, &statistics, masks: random, step: step)
/// let loss = crossEntropy.loss(logits, targets: targets)
/// let gradients = head.backward(loss.gradient, tape, parameters)
/// ```
package struct TrainableHead: Equatable, Sendable {
  /// One for each block.
  package let dropouts: [ElementDropout]
  package let norm: BatchNorm

  /// - Parameter dropoutRates: of each block.
  package init(dropoutRates: [Float], norm: BatchNorm = BatchNorm()) {
    dropouts = dropoutRates.map { ElementDropout(rate: $0) }
    self.norm = norm
  }

  /// What the backward pass needs.
  package struct Tape: Sendable {
    fileprivate var blocks: [Block] = []

    fileprivate struct Block {
      let norm: BatchNorm.Tape
      let dropoutKey: UInt64
      /// The input of the linear layer, and the output of the block.
      let (input, output): (Tensor, Tensor)
    }
  }

  /// Training: the logits of a whole minibatch, [rows][classes]; updates the running statistics.
  ///
  /// - Parameters:
  ///   - pooled: [rows][3E].
  ///   - masks: the source of dropout masks, which differ from step to step.
  package func forward(
    _ pooled: Tensor, _ parameters: HeadParameters, _ statistics: inout HeadStatistics,
    masks: RandomStream, step: Int
  ) -> (logits: Tensor, tape: Tape) {
    precondition(parameters.blocks.count == dropouts.count)
    var tape = Tape()
    var features = pooled
    for (index, block) in parameters.blocks.enumerated() {
      let key = masks.key(HeadModule(block: index).dropout, step: step)
      let (normalised, norm) = norm.forward(features, block.norm, &statistics.blocks[index])
      let input = dropouts[index].apply(normalised, key: key)
      features = rectified(Linear.forward(input, block.linear), block: index)
      tape.blocks.append(Tape.Block(norm: norm, dropoutKey: key, input: input, output: features))
    }
    return (features, tape)
  }

  /// Evaluation: the logits of independent rows, [rows][classes].
  ///
  /// - Parameter pooled: [rows][3E].
  package func answer(
    _ pooled: Tensor, _ parameters: HeadParameters, _ statistics: HeadStatistics
  ) -> Tensor {
    outputs(pooled, parameters, statistics).last ?? pooled
  }

  /// Evaluation: the logits of independent rows, and the gradient of the pooled features, [rows][3E].
  ///
  /// - Parameter gradient: of the logits, [rows][classes].
  package func answer(
    _ pooled: Tensor, _ parameters: HeadParameters, _ statistics: HeadStatistics, gradient: Tensor
  ) -> (logits: Tensor, pooledGradient: Tensor) {
    let outputs = outputs(pooled, parameters, statistics)
    var features = gradient
    for (index, block) in parameters.blocks.enumerated().reversed() {
      if hasReLU(index) { features = ReLU.backward(features, output: outputs[index]) }
      features = norm.inputGradient(
        Linear.inputGradient(features, block.linear), block.norm, statistics.blocks[index])
    }
    return (outputs.last ?? pooled, features)
  }

  /// What each block answers in evaluation.
  private func outputs(_ pooled: Tensor, _ parameters: HeadParameters, _ statistics: HeadStatistics)
    -> [Tensor]
  {
    precondition(parameters.blocks.count == dropouts.count)
    var (features, outputs) = (pooled, [Tensor]())
    for (index, block) in parameters.blocks.enumerated() {
      let normalised = norm.answer(features, block.norm, statistics.blocks[index])
      features = rectified(Linear.forward(normalised, block.linear), block: index)
      outputs.append(features)
    }
    return outputs
  }

  /// - Parameter gradient: of the logits, [rows][classes].
  /// - Returns: the gradients of the pooled features, [rows][3E], and of the parameters.
  package func backward(
    _ gradient: Tensor, _ tape: Tape, _ parameters: HeadParameters
  ) -> (pooled: Tensor, parameters: HeadParameters) {
    var gradients = parameters
    var features = gradient
    for (index, block) in tape.blocks.enumerated().reversed() {
      if hasReLU(index) { features = ReLU.backward(features, output: block.output) }
      let parameters = parameters.blocks[index]
      let linear = Linear.backward(features, input: block.input, parameters.linear)
      let normalised = dropouts[index].apply(linear.input, key: block.dropoutKey)
      let norm = norm.backward(normalised, block.norm, parameters.norm)
      gradients.blocks[index] = HeadParameters.Block(norm: norm.parameters, linear: linear.parameters)
      features = norm.input
    }
    return (features, gradients)
  }

  private func rectified(_ features: Tensor, block: Int) -> Tensor {
    hasReLU(block) ? ReLU.forward(features) : features
  }

  /// There is a ReLU between blocks, but not after the last one, whose output is the logits.
  private func hasReLU(_ block: Int) -> Bool { block < dropouts.count - 1 }
}

/// Dropout of single numbers, independently and with equal probability (Srivastava et al. 2014).
///
/// The mask is a pure function of a key and an index, so it is not stored, and the backward pass is the same
/// function.
package struct ElementDropout: Equatable, Sendable {
  /// The probability that a number is dropped, 0 ..< 1.
  package let rate: Float

  package init(rate: Float) {
    precondition(rate >= 0 && rate < 1)
    self.rate = rate
  }

  /// Training: sets the numbers selected by the key to 0, and divides the others by 1 - rate. The backward pass
  /// applies the same to the gradient.
  package func apply(_ numbers: Tensor, key: UInt64) -> Tensor {
    guard rate > 0 else { return numbers }
    var mask = SplitMix64(state: key)
    var result = numbers
    for index in result.values.indices {
      result.values[index] = mask.nextFraction() < rate ? 0 : result.values[index] / (1 - rate)
    }
    return result
  }
}
