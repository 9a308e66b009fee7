internal import Datasets

/// Training a language model: texts are concatenated in random order and cut into streams.
///
/// Every epoch has its own order, drawn from the seed, and starts with zero states.
package struct LanguageModelStage: Stage {
  package var parameters: LanguageModelParameters
  package let minibatches: Int

  private let network: LanguageModelNetwork
  private let documents: TokenDocuments
  private let validation: TokenStreams
  private let rows: Int
  private let length: Int
  /// The streams of the current epoch.
  private var streams: (epoch: Int, streams: TokenStreams)?

  /// - Parameters:
  ///   - documents: the training texts.
  ///   - validation: the validation texts, never trained on; their minibatches are smaller if they are few.
  ///   - rows: streams side by side (batch size).
  ///   - length: tokens per stream in a minibatch (bptt).
  package init(
    _ parameters: LanguageModelParameters, documents: TokenDocuments, validation: TokenDocuments, rows: Int,
    length: Int, _ options: LanguageModelOptions
  ) {
    self.parameters = parameters
    self.documents = documents
    self.validation = TokenStreams(validating: validation.ids, rows: rows, length: length)
    self.rows = rows
    self.length = length
    minibatches = TokenStreams.minibatches(tokens: documents.ids.count, rows: rows, length: length)
    network = LanguageModelNetwork(parameters, rows: rows, options)
  }

  package var state: LSTMState {
    get { network.state }
    set { network.state = newValue }
  }

  package mutating func train(
    _ minibatch: Minibatch, gradients: inout LanguageModelParameters
  ) -> MinibatchResult {
    if minibatch.index == 0 { network.reset() }
    let loss = network.train(
      streams(of: minibatch.epoch)[minibatch.index], parameters, step: minibatch.step, gradients: &gradients)
    return MinibatchResult(loss: loss, tokens: rows * length)
  }

  package mutating func validate() -> Validation {
    let (loss, accuracy) = network.evaluate(
      (0..<validation.minibatches).lazy.map { [validation] in validation[$0] }, parameters)
    return Validation(loss: loss, accuracy: accuracy)
  }

  private mutating func streams(of epoch: Int) -> TokenStreams {
    if let streams, streams.epoch == epoch { return streams.streams }
    var generator = network.options.random.generator("order", step: epoch)
    let ids = documents.shuffled(using: &generator)
    let new = TokenStreams(ids, rows: rows, length: length)
    streams = (epoch, new)
    return new
  }
}

extension LSTMState: ParameterTree {
  package mutating func visit(_ body: (String, inout Tensor) throws -> Void) rethrows {
    for layer in outputs.indices {
      try body("\(layer).output", &outputs[layer])
      try body("\(layer).cell", &cells[layer])
    }
  }
}
