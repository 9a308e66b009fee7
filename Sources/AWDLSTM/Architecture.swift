/// The sizes and names of a network: what `config.json` says.
///
/// Everything is held within bounds when it is read, so that no product of two sizes overflows and no small
/// file asks for gigabytes.
package struct Architecture: Equatable, Sendable {
  /// V: words of the vocabulary, rows of the embedding.
  package let vocabularySize: Int
  /// E: numbers of a word's embedding; also the units of the last LSTM layer.
  package let embeddingSize: Int
  /// H: units of the LSTM layers before the last.
  package let hiddenSize: Int
  package let layerCount: Int
  /// The id that stands for no word when tweets are padded.
  package let paddingID: Int
  /// Widths from one end of the head to the other: 3E, …, the number of labels.
  package let headSizes: [Int]
  /// What batch normalisation adds to a variance before it takes the root.
  package let batchNormEpsilon: Double
  /// One for each class, in the order of the logits.
  package let labels: [String]
  /// The profile of cleaning that the model was trained on.
  package let cleaning: String
  /// The longest tweet that the model was trained on, in tokens; longer ones are cut.
  package let maximumTokens: Int
  /// What logits are divided by before they become probabilities: 1 unless the model has been calibrated.
  package let temperature: Double

  /// What goes into an LSTM layer and how many units it has: E → H → … → H → E.
  package func layerShape(_ layer: Int) -> (inputs: Int, units: Int) {
    let inputs = layer == 0 ? embeddingSize : hiddenSize
    let units = layer == layerCount - 1 ? embeddingSize : hiddenSize
    return (inputs, units)
  }

  /// Reads and checks a `config.json`.
  ///
  /// Keys that are not known are left alone; all known ones are needed but `temperature`.
  package init(configuration file: ModelFile) throws(ModelError) {
    let settings = try Settings(file)
    try settings.require("architecture", toBe: "awd-lstm-classifier")
    vocabularySize = try settings.integer("vocabulary_size", in: 1...Bounds.vocabulary)
    embeddingSize = try settings.integer("embedding_size", in: 1...Bounds.width)
    hiddenSize = try settings.integer("hidden_size", in: 1...Bounds.width)
    layerCount = try settings.integer("layers", in: 1...Bounds.layers)
    paddingID = try settings.integer("pad_id", in: 0...vocabularySize - 1)
    batchNormEpsilon = try settings.number("batch_norm_epsilon", in: 0...1)
    maximumTokens = try settings.integer("max_tokens", in: 1...Bounds.tokens)
    temperature = try settings.number("temperature", in: Bounds.temperature, default: 1)
    cleaning = try settings.text("cleaning")
    labels = try settings.texts("labels", count: 2...Bounds.labels)
    headSizes = try settings.integers("head_sizes", count: 2...Bounds.headSizes, in: 1...3 * Bounds.width)
    try settings.require("head_sizes", toStartWith: 3 * embeddingSize, andEndWith: labels.count, headSizes)
  }

  private enum Bounds {
    static let vocabulary = 1 << 22
    static let width = 1 << 14
    static let layers = 8
    static let headSizes = 8
    static let labels = 64
    static let tokens = 1 << 16
    static let temperature = 0.05...20
  }
}
