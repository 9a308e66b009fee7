import Kernels
import Sentiment
import Spool
import Streaming
import SystemPackage
import TweetText

/// How the daemon works: one value that has been checked, and all that `animo serve` runs from.
///
/// What is assigned here are the defaults; `etc/animo/animo.toml` explains each.
struct ServeConfiguration: Equatable, Sendable {
  var spool = "/var/spool/animo"
  /// The ledger's folder, if it is not `state` in the spool.
  var state: String?
  var model = ModelChoice()
  /// How probable `positive` must be to be said: more than this.
  var threshold = 0.5
  var emit = Rendering.Emit.merge
  var reading = ReadingOptions()
  var workers = 2
  /// Seconds.
  var settle = 0.5
  /// Days.
  var keepDays = 7
  /// MiB.
  var keepSize = 1024
  var logLevel = LogThreshold.info
}

// What may be chosen, for flags as for files.
extension ServeConfiguration {
  static let workersRange = 1...64
  static let settleRange = 0.0...3600
  static let keepDaysRange = 0...36_500
  static let keepSizeRange = 0...1 << 30
  static let wordTableRange = 0...4096
  static let lineLengthRange = 1...1 << 30

  /// Whether a threshold lets both labels be said.
  static func isThreshold(_ number: Double) -> Bool { number > 0 && number < 1 }
}

// What the parts of the daemon are given.
extension ServeConfiguration {
  /// How the spool is worked.
  var spoolOptions: SpoolOptions {
    var options = SpoolOptions()
    options.state = state.map { FilePath($0) }
    options.reading = reading
    options.settleTime = .milliseconds(Int64(settle * 1000))
    options.retentionTime = .seconds(keepDays * 24 * 3600)
    options.retentionSize = keepSize << 20
    return options
  }

  /// Loads the model.
  ///
  /// - Parameter badLines: what becomes of lines that cannot be labelled.
  func makeEngine(badLines: Rendering.BadLines) throws -> ScoringEngine {
    ScoringEngine(
      scorer: try model.makeScorer(), reading: reading,
      rendering: Rendering(emit: emit, badLines: badLines, threshold: Rendering.threshold(threshold)))
  }
}

extension ServeConfiguration {
  /// All settings by their names, as the file would have them: an empty text is one that nobody has made.
  var settings: [(name: String, value: TOMLNode)] {
    [
      ("spool", .text(spool)), ("state", .text(state ?? "")),
      ("model", .text(model.directory ?? "")), ("clean", .text(model.clean?.rawValue ?? "")),
      ("kernel", .text(model.kernel ?? "")), ("cache", .truth(model.cachesAnswers)),
      ("word_table", .integer(model.wordTable)), ("threshold", .number(threshold)),
      ("emit", .text(emit.rawValue)), ("input", .text(reading.format?.rawValue ?? "auto")),
      ("text_keys", .array(reading.textKeys.map(TOMLNode.text))),
      ("encoding", .text(reading.encoding.rawValue)),
      ("invalid_utf8", .text(reading.invalidUTF8.rawValue)),
      ("max_line_length", .integer(reading.maximumLineLength)), ("workers", .integer(workers)),
      ("settle", .number(settle)), ("keep_days", .integer(keepDays)), ("keep_size", .integer(keepSize)),
      ("log_level", .text(logLevel.rawValue)),
    ]
  }

  /// What cannot change while the daemon works on a spool.
  static let fixed = ["spool", "state", "workers"]
  /// What cannot change while it reads standard input, which is one file without an end.
  static let fixedForStandardInput = fixed + ["input", "encoding", "max_line_length"]

  /// The names of the settings that another configuration has otherwise.
  func changes(to other: ServeConfiguration) -> [String] {
    zip(settings, other.settings).filter { $0.value != $1.value }.map(\.0.name)
  }

  /// The same, with some of those that cannot change as another configuration has them.
  func keeping(_ names: [String], of other: ServeConfiguration) -> ServeConfiguration {
    var kept = self
    for name in names {
      switch name {
      case "spool": kept.spool = other.spool
      case "state": kept.state = other.state
      case "workers": kept.workers = other.workers
      case "input": kept.reading.format = other.reading.format
      case "encoding": kept.reading.encoding = other.reading.encoding
      case "max_line_length": kept.reading.maximumLineLength = other.reading.maximumLineLength
      default: preconditionFailure("\(name) can change")
      }
    }
    return kept
  }
}
