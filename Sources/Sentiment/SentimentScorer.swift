package import AWDLSTM
internal import CZlib
package import Kernels
internal import SystemCalls
package import TweetText

/// Text to label and score: the only interface to the model.
///
/// A scorer is immutable and may be shared by any number of threads, each with a `ScoringBatch` of its own. The
/// answer for a tweet depends on its text and the model alone, never on its neighbours in the batch.
package final class SentimentScorer: Sendable {
  /// The classes, in the order in which probabilities are given.
  package let labels: [String]
  /// The model's name and the checksum of its files, for example `es-tweets@ab12cd34`.
  package let modelName: String
  /// What the model was judged by; empty where it was not.
  package let judged: [JudgedCorpus]
  /// How texts are cleaned.
  package var cleaning: CleaningProfile { cleaner.profile }
  /// What the model divides its logits by: 1 unless it has been calibrated.
  package var temperature: Double { network.architecture.temperature }
  /// The instruction set that the network runs on.
  package var kernels: KernelSet { network.kernels }
  /// Its name.
  package var kernelName: String { kernels.name }

  /// How many answers each batch keeps for texts that come again: exact, as answers depend on the cleaned text
  /// and its marks alone, and without a wide term and marks on its tokens alone.
  package let cachedAnswers: Int

  /// The model; its weights stay in its files.
  package let model: Model

  /// Of the label that a text gets by rule when it holds nothing to judge.
  package static let neutralLabel = "neutral"

  let network: Network
  let cleaner: Cleaner
  let tokenizer: Tokenizer
  /// The features of the model's wide term, if it has one.
  let ngrams: HashedNGrams?
  /// The marks that the model knows, if any.
  let marks: MarkIndex?
  /// The label of a text that holds nothing to judge, if the model has one for it.
  let neutral: Int?

  /// A scorer of `model`.
  ///
  /// - Parameters:
  ///   - name: what the model is called in outputs, without the checksum.
  ///   - fingerprint: the checksum where it is known; nil to compute it.
  /// - Throws: `SentimentError` when the model's parts do not fit together.
  package convenience init(
    _ model: Model, name: String, fingerprint: String? = nil, _ options: ScorerOptions = .init()
  ) throws(SentimentError) {
    // On another core, while the weights are packed.
    let reading = BackgroundValue("vocabulary") {
      Result { () throws(SentimentError) in try TextReader(model, name: name, cleaning: options.profile) }
    }
    try self.init(model, name: name, fingerprint: fingerprint, options, reading: reading)
  }

  /// The same with what reads its texts.
  init(
    _ model: Model, name: String, fingerprint: String?, _ options: ScorerOptions,
    reading: consuming BackgroundValue<Result<TextReader, SentimentError>>
  ) throws(SentimentError) {
    (self.model, cachedAnswers) = (model, options.cachedAnswers)
    let markList: [String]
    do {
      markList = try model.markList()
      network = try Network(model, kernels: options.kernels, tableBudget: options.wordTableBytes)
    } catch {
      throw SentimentError(model: name, reason: "\(error)")
    }
    let reader = try reading.get().get()
    (cleaner, tokenizer) = (reader.cleaner, reader.tokenizer)
    ngrams = model.architecture.wide.map {
      HashedNGrams(buckets: $0.buckets, words: $0.words, characters: $0.characters, negation: $0.negation)
    }
    marks = model.architecture.marks == nil ? nil : MarkIndex(markList)
    neutral = model.architecture.labels.firstIndex(of: Self.neutralLabel)
    labels = model.architecture.labels
    judged = model.judged
    modelName = "\(name)@\(fingerprint ?? Fingerprint(of: model).description)"
  }
}

extension SentimentScorer {
  /// A scorer of the model in a folder: `config.json`, `vocab.txt`, `model.safetensors`.
  package convenience init(
    directory: String, _ options: ScorerOptions = .init()
  ) throws(SentimentError) {
    let model: Model
    do {
      model = try Model(directory: directory)
    } catch {
      // Errors about the folder itself would name it twice.
      throw SentimentError(model: directory, reason: error.file == directory ? error.fault : "\(error)")
    }
    let name = directory.split(separator: "/").last.map(String.init) ?? directory
    try self.init(model, name: name, options)
  }
}

/// Options for using a model. Only the profile and the kernels' arithmetic affect answers.
package struct ScorerOptions: Sendable {
  /// The cleaning profile; nil for the one used in training.
  package var profile: CleaningProfile?
  /// The kernels; nil for the best ones for the model and the processor.
  package var kernels: KernelSet?
  /// The number of answers that each batch caches for repeated texts; 0 for none.
  package var cachedAnswers = defaultCachedAnswers
  /// The maximum memory for the first layer's projections of frequent words; 0 for no table.
  package var wordTableBytes = 0

  /// Less than 6 MB per worker.
  package static let defaultCachedAnswers = 16_384

  /// The defaults.
  package init() {}
}

/// Why a model cannot be used.
package struct SentimentError: Error, CustomStringConvertible {
  /// The model's name or folder.
  package let model: String
  /// What was expected and what was found.
  package let reason: String

  package init(model: String, reason: String) {
    (self.model, self.reason) = (model, reason)
  }

  package var description: String { "model \(model): \(reason)" }
}

/// The identity of a model: the CRC-32 (as in zlib) of its concatenated files, without what `config.json` says of how the
/// model was judged, which changes no answer.
///
/// It detects mix-ups, not forgery.
package struct Fingerprint: CustomStringConvertible {
  private let crc: UInt

  package init(of model: Model) {
    var crc: UInt = 0
    let configuration = model.configuration.bytes(in: 0..<model.configuration.byteCount)
    Self.extend(
      &crc,
      with: ModelFile(name: model.configuration.name, bytes: JudgedCorpus.withoutJudged(configuration)))
    Self.extend(&crc, with: model.vocabulary)
    Self.extend(&crc, with: model.weights)
    if let marks = model.marks { Self.extend(&crc, with: marks) }
    self.crc = crc
  }

  /// Eight hexadecimal digits.
  package var description: String {
    let digits = String(crc, radix: 16)
    return String(repeating: "0", count: 8 - digits.count) + digits
  }

  private static func extend(_ crc: inout UInt, with file: ModelFile) {
    // Sound: zlib only reads the bytes that the span covers.
    crc = file.withBytes { bytes in
      unsafe bytes.withUnsafeBytes { unsafe crc32_z(crc, $0.baseAddress, $0.count) }
    }
  }
}
