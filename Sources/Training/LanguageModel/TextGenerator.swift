package import AWDLSTM
internal import Datasets
internal import Glibc
internal import Kernels

/// Writes on, word by word, from what a language model has read.
///
/// In single precision and without dropout. Used by one thread at a time.
///
/// ```swift
/// let generator = try TextGenerator(model)
/// generator.read(ids)
/// let word = sampling.word(of: generator.logits, at: 0.25)
/// ```
package final class TextGenerator {
  /// The logit of each word of being the next; all 0 before anything has been read.
  package private(set) var logits: [Float]

  private let parameters: LanguageModelParameters
  private let encoder: PackedEncoder
  private let pass: EncoderPass
  private var state: LSTMState
  /// The embeddings as the decoder's weights, [E][V].
  private var words: PackedMatrix

  /// - Throws: `ModelError` if the model is no language model.
  package convenience init(_ model: Model) throws(ModelError) {
    let kind = model.architecture.kind
    guard kind == .languageModel else {
      throw ModelError(
        file: model.configuration.name, place: "architecture",
        expected: "'\(Architecture.Kind.languageModel.rawValue)'", found: "'\(kind.rawValue)'",
        remedy: "a classifier has no decoder, the part that predicts words; "
          + "name a language model, as animo train language-model writes it")
    }
    self.init(try LanguageModelParameters(model))
  }

  /// A generator that has read nothing.
  package init(_ parameters: LanguageModelParameters) {
    self.parameters = parameters
    let (shape, kernel) = (parameters.encoder.shape, GEMMKernel.best(.float32))
    encoder = PackedEncoder(shape, kernel: kernel)
    encoder.pack(parameters.encoder, random: .init(seed: 0), step: 0, backward: false)
    pass = EncoderPass(shape)
    state = LSTMState(shape, rows: 1)
    words = PackedMatrix(.right, rows: shape.embeddingSize, columns: shape.vocabularySize, kernel: kernel)
    words.pack(parameters.encoder.embedding.values.span, .byColumns, stride: shape.embeddingSize)
    logits = [Float](repeating: 0, count: shape.vocabularySize)
  }

  /// Reads words, behind those read before.
  package func read(_ ids: [Int32]) {
    guard !ids.isEmpty else { return }
    pass.forward(
      ids, Steps(rows: 1, length: ids.count), embedding: parameters.encoder.embedding,
      weights: encoder.layers, masks: EncoderMasks(layers: encoder.layers.count), state: &state)
    var answers = Tensor(rows: 1, columns: logits.count)
    answers.multiply(pass.answers, ids.count - 1..<ids.count, by: words, .replacing, at: 0)
    logits = zip(answers.values, parameters.decoderBias.values).map(+)
  }
}

/// How the next word is drawn from the logits of all words.
///
/// The logits are divided by the temperature and turned into probabilities in double precision. The words are put
/// in order of falling probability, equals by their ids, and the first ones that together have `share` are kept (top-p
/// sampling; Holtzman et al. 2020). A number from 0 to below 1 then selects the first word whose cumulative
/// probability, as a share of what was kept, exceeds it: the inverse of the distribution function.
package struct WordSampling: Sendable {
  /// Above 1 less likely words come more often; at 0 always the likeliest.
  package var temperature: Double
  /// The probability of the words that are kept, above 0 to 1.
  package var share: Double
  /// Words that are never drawn, by id.
  package var excluded: Set<Int32>

  package init(temperature: Double = 1, share: Double = 1, excluded: Set<Int32> = []) {
    precondition(temperature >= 0 && share > 0 && share <= 1)
    (self.temperature, self.share, self.excluded) = (temperature, share, excluded)
  }

  /// The word at a place of the distribution, 0 ..< 1; nil if all words are excluded.
  package func word(of logits: [Float], at place: Double) -> Int32? {
    let order = logits.indices.filter { !excluded.contains(Int32($0)) }
      .sorted { (logits[$1], $0) < (logits[$0], $1) }
    guard let first = order.first, temperature > 0 else { return order.first.map { Int32($0) } }
    let powers = order.map { exp((Double(logits[$0]) - Double(logits[first])) / temperature) }
    let total = powers.reduce(0, +)
    var (kept, count) = (0.0, 0)
    while count < powers.count, kept < share * total || count == 0 {
      kept += powers[count]
      count += 1
    }
    var sum = 0.0
    for index in 0..<count {
      sum += powers[index]
      if sum > place * kept { return Int32(order[index]) }
    }
    return Int32(order[count - 1])
  }
}
