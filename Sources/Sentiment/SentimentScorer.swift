package import AWDLSTM
internal import DefaultModel
package import Kernels
package import TweetText

/// Text to label and score: the one door to the model.
///
/// A scorer is immutable and may be shared by any number of threads, each with a `ScoringBatch` of its own. The
/// answer for a tweet depends on its text and the model alone, never on its neighbours in the batch.
package final class SentimentScorer: Sendable {
  /// The classes, in the order in which probabilities are given.
  package let labels: [String]
  /// The model's name and the checksum of its files, for example `es-tweets@ab12cd34`.
  package let modelName: String
  /// How texts are cleaned.
  package var cleaning: CleaningProfile { cleaner.profile }
  /// What the model divides its logits by: 1 unless it has been calibrated.
  package var temperature: Double { network.architecture.temperature }
  /// The instruction set that the network runs on.
  package var kernels: KernelSet { network.kernels }
  /// Its name.
  package var kernelName: String { kernels.name }

  /// How many answers each batch keeps for texts that come again: exact, as answers depend on tokens alone.
  package let cachedAnswers: Int

  let network: Network
  let cleaner: Cleaner
  let tokenizer: Tokenizer

  /// A scorer of `model`.
  ///
  /// - Parameter name: what the model is called in outputs, without the checksum.
  /// - Throws: `SentimentError` when the model's parts do not fit together.
  package init(
    _ model: Model, name: String, _ options: ScorerOptions = .init()
  ) throws(SentimentError) {
    cachedAnswers = options.cachedAnswers
    do {
      let vocabulary = model.vocabulary.bytes(in: 0..<model.vocabulary.byteCount)
      tokenizer = Tokenizer(vocabulary: try Vocabulary(lines: vocabulary.span))
      network = try Network(model, kernels: options.kernels, tableBudget: options.wordTableBytes)
    } catch let error as VocabularyError {
      throw SentimentError(model: name, reason: "vocab.txt: \(error)")
    } catch {
      throw SentimentError(model: name, reason: "\(error)")
    }
    guard let trained = CleaningProfile(rawValue: model.architecture.cleaning) else {
      throw SentimentError(
        model: name, reason: "config.json: no cleaning profile is named \"\(model.architecture.cleaning)\"")
    }
    cleaner = Cleaner(options.profile ?? trained)
    labels = model.architecture.labels
    modelName = "\(name)@\(Fingerprint(of: model))"
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
      throw SentimentError(model: directory, reason: "\(error)")
    }
    let name = directory.split(separator: "/").last.map(String.init) ?? directory
    try self.init(model, name: name, options)
  }

  /// A scorer of the model that is part of the program.
  package static func embedded(_ options: ScorerOptions = .init()) throws(SentimentError) -> SentimentScorer {
    let model: Model
    do {
      model = try DefaultModel.load()
    } catch {
      throw SentimentError(model: DefaultModel.name, reason: "\(error)")
    }
    return try SentimentScorer(model, name: DefaultModel.name, options)
  }
}
