internal import Datasets

/// Training a classifier, or its upper part: minibatches of tweets of about the same length, in random order.
package struct ClassifierStage: Stage {
  package var parameters: ClassifierParameters
  package let minibatches: Int

  private let network: ClassifierNetwork
  private let examples: [TokenisedExample]
  private let validation: [TokenisedExample]
  private let batchSize: Int
  private let lowest: Int
  /// The minibatches of the current epoch.
  private var epoch: (number: Int, minibatches: ClassifierMinibatches)?

  /// - Parameters:
  ///   - examples: the training tweets.
  ///   - validation: the validation tweets, never trained on.
  ///   - trainedGroups: the number of layer groups to train, from the head down: see `LayerGroups.classifier`.
  package init(
    _ parameters: ClassifierParameters, headSizes: [Int], examples: [TokenisedExample],
    validation: [TokenisedExample], batchSize: Int, trainedGroups: Int, _ options: ClassifierOptions
  ) {
    self.parameters = parameters
    self.examples = examples
    self.validation = validation
    self.batchSize = batchSize
    // Groups are the embedding, the layers and the head.
    lowest = max(0, parameters.encoder.layers.count + 2 - trainedGroups)
    minibatches = ClassifierMinibatches.count(examples: examples.count, size: batchSize)
    network = ClassifierNetwork(parameters, headSizes: headSizes, options)
  }

  package var state: HeadStatistics {
    get { network.statistics }
    set { network.statistics = newValue }
  }

  package mutating func train(
    _ minibatch: Minibatch, gradients: inout ClassifierParameters
  ) -> MinibatchResult {
    let indices = minibatches(of: minibatch.epoch).indices[minibatch.index]
    let batch = indices.map { examples[$0] }
    let loss = network.train(
      batch, parameters, step: minibatch.step, lowest: lowest, gradients: &gradients)
    return MinibatchResult(loss: loss, tokens: batch.reduce(0) { $0 + $1.ids.count })
  }

  package mutating func validate() -> Validation {
    let logits = validationLogits()
    let loss = network.options.loss.loss(logits, targets: validation.map(\.target)).mean
    let right = validation.indices.count { row in
      validation[row].target.isMet(by: logits.values[row * logits.columns..<(row + 1) * logits.columns])
    }
    return Validation(loss: loss, accuracy: Double(right) / Double(max(1, validation.count)))
  }

  /// The logits of the validation tweets, [tweets][classes].
  package func validationLogits() -> Tensor {
    network.logits(of: validation, parameters)
  }

  private mutating func minibatches(of number: Int) -> ClassifierMinibatches {
    if let epoch, epoch.number == number { return epoch.minibatches }
    var generator = network.options.random.generator("order", step: number)
    let new = ClassifierMinibatches(examples, size: batchSize, using: &generator)
    epoch = (number, new)
    return new
  }
}
