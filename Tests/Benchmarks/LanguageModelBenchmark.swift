import Datasets
import Training

/// Minibatches of a language model with the case study's sizes: 128 streams × 70 steps, 30,000 words,
/// AWD-LSTM's dropouts × 0.3, on all processors.
struct LanguageModelBenchmark {
  /// Words of the sampled softmax.
  private static let candidates = 4096

  private let size: RandomModel.Size
  private let shape: EncoderShape
  private let rows: Int
  private let length: Int

  /// - Parameter quick: smaller minibatches.
  init(_ size: RandomModel.Size, quick: Bool) {
    self.size = size
    shape = EncoderShape(size)
    (rows, length) = quick ? (16, 20) : (128, 70)
  }

  /// Exact and sampled softmax in turns.
  func measure(_ effort: Effort, into report: inout Report) {
    let contestants = [("exact softmax", nil), ("\(Self.candidates) words drawn", Self.candidates)].map {
      contestant($0, candidates: $1)
    }
    report.add(
      "Training \(size.name), language model, \(rows) rows × \(length) steps", contest(contestants, effort))
  }

  private func contestant(_ name: String, candidates: Int?) -> TrainingContestant {
    var generator = SplitMix64(state: 1)
    var options = LanguageModelOptions()
    options.dropout = DropoutRates.languageModel.scaled(by: 0.3)
    options.candidates = candidates
    options.regularisation = .fastai
    options.shards = Machine.current().cores
    let parameters = LanguageModelParameters(shape, using: &generator)
    let network = LanguageModelNetwork(parameters, rows: rows, options)
    let batch = minibatch(using: &generator)
    let trainee = Trainee(parameters, groups: .languageModel(layers: shape.layerCount)) {
      _ = network.train(batch, $0, step: $1, gradients: &$2)
    }
    return TrainingContestant(
      name: name, tokens: rows * length,
      // Forward, and twice as many backward.
      operationsOfOneToken: 3
        * (shape.operationsOfOneToken + 2 * shape.embeddingSize * (candidates ?? shape.vocabularySize)),
      turn: trainee.trainMinibatch)
  }

  private func minibatch(using generator: inout SplitMix64) -> LanguageModelMinibatch {
    func ids() -> [Int32] {
      (0..<rows * length).map { _ in Int32.random(in: 0..<Int32(shape.vocabularySize), using: &generator) }
    }
    return LanguageModelMinibatch(rows: rows, length: length, ids: ids(), targets: ids())
  }
}

extension EncoderShape {
  /// That of a random model.
  init(_ size: RandomModel.Size) {
    self.init(
      vocabularySize: RandomModel.Size.vocabulary, embeddingSize: size.embedding, hiddenSize: size.hidden,
      layerCount: RandomModel.Size.layers)
  }
}
