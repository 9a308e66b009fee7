import AWDLSTM
import ArgumentParser
import DefaultModel
import Glibc
import Kernels
import Sentiment
import TOML
import TweetText

/// The choice of the model and the options for running it.
struct ModelChoice: Equatable, Sendable {
  /// Its folder; nil for the built-in model.
  var directory: String?
  /// The cleaning profile; nil for the one used in training.
  var clean: CleaningProfile?
  /// The compute kernels; nil for the best ones.
  var kernel: String?
  var cachesAnswers = true
  /// MiB.
  var wordTable = 0

  /// Loads the model.
  ///
  /// - Throws: also if there is not enough memory for it.
  func makeScorer() throws -> SentimentScorer {
    try capacity.check()
    var options = ScorerOptions()
    options.profile = clean
    options.kernels = try kernels()
    options.cachedAnswers = cachesAnswers ? ScorerOptions.defaultCachedAnswers : 0
    options.wordTableBytes = wordTable << 20
    guard let directory else { return try SentimentScorer.embedded(options) }
    return try SentimentScorer(directory: directory, options)
  }

  /// What cleans texts as the model's are, without loading its weights.
  func makeCleaner() throws(ModelError) -> Cleaner {
    let model = if let directory { try Model(named: directory) } else { try DefaultModel.load() }
    guard let profile = clean ?? CleaningProfile(rawValue: model.architecture.cleaning) else {
      throw ModelError(
        file: model.configuration.name, place: "cleaning", expected: "a cleaning profile",
        found: "\"\(model.architecture.cleaning)\"")
    }
    return Cleaner(profile, vocabulary: try Vocabulary(of: model))
  }

  /// The memory that the model takes.
  var capacity: Capacity {
    var status = stat()
    // Sound: the path ends in NUL; the record is only written, during the call.
    let isFile = directory.map { unsafe stat("\($0)/\(Model.StandardFile.weights)", &status) == 0 } ?? false
    return .model(weights: isFile ? Int(status.st_size) : 0) + Capacity(memory: wordTable << 20)
  }

  private func kernels() throws -> KernelSet? {
    guard let kernel else { return nil }
    guard let kernels = KernelSet.named(kernel) else {
      throw CommandFailure(
        .usage, "kernel \"\(kernel)\" is not available on this machine; available: \(KernelSet.names)")
    }
    return kernels
  }
}

extension KernelSet {
  /// The names of the kernels available on this machine.
  static var names: String { available.map(\.name).joined(separator: ", ") }
}

extension CleaningProfile: ExpressibleByArgument {}

/// The choice of the model and the options for running it.
typealias ModelOptions = SettingArguments<ModelSettings>

enum ModelSettings: SettingGroup { static let flags = Setting.Flags.model }

extension ModelOptions {
  /// The choice made by the command line and `ANIMO_KERNEL`.
  var choice: ModelChoice {
    var choice = configuration.model
    choice.kernel = choice.kernel ?? Environment.value(of: SettingName.variable("kernel"))
    return choice
  }

  /// Loads the model.
  func makeScorer() throws -> SentimentScorer { try choice.makeScorer() }
}
