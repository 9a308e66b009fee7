import Datasets
import Kernels
import TestSupport
import Training

/// Minibatches of a language model, forward and backward and one step of Adam, on all processors, with the case study's
/// sizes: 128 streams × 70 steps, AWD-LSTM's dropouts × 0.3.
struct LanguageModelBenchmark {
  static let rows = 128
  static let length = 70
  /// Words of the sampled softmax.
  private static let candidates = 4096

  private let size: RandomModel.Size
  private let shape: EncoderShape

  init(_ size: RandomModel.Size) {
    self.size = size
    shape = EncoderShape(
      vocabularySize: RandomModel.Size.vocabulary, embeddingSize: size.embedding, hiddenSize: size.hidden)
  }

  /// Exact and sampled softmax, in tokens by the seconds on the clock; and what share of all processors' limit the
  /// multiplications and additions of the products are.
  func measure(_ effort: Effort) -> [Measurement] {
    let contestants = [("exact softmax", nil), ("\(Self.candidates) words drawn", Self.candidates)]
      .map { ($0, Trainee(shape, candidates: $1), Double(operations(candidates: $1)) * 1e-9) }
    var rates = [[Double]](repeating: [], count: contestants.count)
    for _ in 0..<min(effort.rounds, 5) {
      for (index, contestant) in contestants.enumerated() {
        let start = wallSeconds()
        contestant.1.trainMinibatch()
        rates[index].append(Double(Self.rows * Self.length) / (wallSeconds() - start))
      }
    }
    let limit = ArithmeticPeak.limit(of: "bfloat16", on: "avx512bf16")?.contestant
    let peak = limit.map { contest([$0], effort)[0].median }
    return zip(contestants, rates).flatMap { contestant, rates in
      let tokens = Measurement(
        name: contestant.0, unit: "tokens/s", median: rates.median, best: rates.max() ?? 0)
      let products = Measurement(
        name: "products, \(contestant.0)", unit: "GFLOP/s", median: rates.median * contestant.2,
        best: (rates.max() ?? 0) * contestant.2,
        shareOfLimit: peak.map { rates.median * contestant.2 / (2 * $0) }, limit: "2 × \(limit?.name ?? "")")
      return [tokens, products]
    }
  }

  /// Multiplications and additions of one token, forward and twice as many backward.
  private func operations(candidates: Int?) -> Int {
    3 * (shape.operationsOfOneToken + 2 * shape.embeddingSize * (candidates ?? shape.vocabularySize))
  }
}

/// A language model of random weights in training.
private final class Trainee {
  private let network: LanguageModelNetwork
  private var parameters: LanguageModelParameters
  private var gradients: LanguageModelParameters
  private let batch: LanguageModelMinibatch
  private var step = 0

  init(_ shape: EncoderShape, candidates: Int?) {
    var generator = SplitMix64(state: 1)
    parameters = LanguageModelParameters(shape, using: &generator)
    gradients = parameters.zeros
    var options = LanguageModelOptions()
    options.dropout = DropoutRates.languageModel.scaled(by: 0.3)
    options.candidates = candidates
    options.regularisation = .fastai
    let (rows, length) = (LanguageModelBenchmark.rows, LanguageModelBenchmark.length)
    network = LanguageModelNetwork(parameters, rows: rows, options)
    let ids = (0..<2 * rows * length).map { _ in
      Int32.random(in: 0..<Int32(shape.vocabularySize), using: &generator)
    }
    batch = LanguageModelMinibatch(
      rows: rows, length: length, ids: Array(ids[..<(rows * length)]), targets: Array(ids[(rows * length)...])
    )
    trainMinibatch()
  }

  func trainMinibatch() {
    _ = network.train(batch, parameters, step: step, gradients: &gradients)
    step += 1
  }
}
