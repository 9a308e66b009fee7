internal import AWDLSTM
internal import DefaultModel
internal import Synchronization
internal import SystemCalls

/// The model that is part of the program, and what reads texts as it was trained.
private struct EmbeddedModel: Sendable {
  let model: Model
  let reader: TextReader

  /// What is read on another thread, until it is asked for.
  static let reading = Mutex<BackgroundValue<Result<EmbeddedModel, SentimentError>>?>(nil)

  init() throws(SentimentError) {
    model = try Self.load()
    reader = try TextReader(model, name: DefaultModel.name)
  }

  static func load() throws(SentimentError) -> Model {
    do {
      return try DefaultModel.load()
    } catch {
      throw SentimentError(model: DefaultModel.name, reason: "\(error)")
    }
  }
}

extension SentimentScorer {
  /// A scorer of the model that is part of the program.
  package static func embedded(_ options: ScorerOptions = .init()) throws(SentimentError) -> SentimentScorer {
    let (name, fingerprint) = (DefaultModel.name, DefaultModel.fingerprint)
    let reading = options.profile == nil ? EmbeddedModel.reading.withLock { $0.take() } : nil
    guard let reading else {
      return try SentimentScorer(EmbeddedModel.load(), name: name, fingerprint: fingerprint, options)
    }
    let read = try reading.get().get()
    return try SentimentScorer(
      read.model, name: name, fingerprint: fingerprint, options,
      reading: BackgroundValue { .success(read.reader) })
  }

  /// Begins to read the model that is part of the program on another core, for a caller who has something else to do
  /// before it needs the scorer.
  package static func prepareEmbedded() {
    EmbeddedModel.reading.withLock { reading in
      reading = BackgroundValue("model") {
        Result { () throws(SentimentError) in try EmbeddedModel() }
      }
    }
  }
}
