import Kernels
import Streaming

extension ServeConfiguration {
  /// Reads all settings; those that no source has are as they are by default.
  ///
  /// - Throws: `SettingError` for the first that is wrong.
  init(_ settings: inout SettingReader) throws(SettingError) {
    spool = try settings.text("spool") ?? spool
    state = try settings.text("state")
    model = try Self.model(&settings)
    threshold = try settings.number(
      "threshold", "a number above 0 and below 1", Self.isThreshold, default: threshold)
    emit = try settings.choice("emit", default: emit)
    reading = try Self.reading(&settings)
    workers = try settings.integer("workers", Self.workersRange, default: workers)
    settle = try settings.number(
      "settle", "a number of seconds from 0 to 3600", Self.settleRange.contains, default: settle)
    keepDays = try settings.integer("keep_days", Self.keepDaysRange, default: keepDays)
    keepSize = try settings.integer("keep_size", Self.keepSizeRange, default: keepSize)
    logLevel = try settings.choice("log_level", default: logLevel)
    try settings.finish()
  }

  private static func model(_ settings: inout SettingReader) throws(SettingError) -> ModelChoice {
    var model = ModelChoice()
    model.directory = try settings.text("model")
    model.clean = try settings.choice("clean")
    model.kernel = try settings.value("kernel", as: .text, expected: "one of \(KernelSet.names)") { node in
      node.nonEmptyText.flatMap { KernelSet.named($0)?.name }
    }
    model.cachesAnswers = try settings.truth("cache", default: model.cachesAnswers)
    model.wordTable = try settings.integer("word_table", wordTableRange, default: model.wordTable)
    return model
  }

  private static func reading(_ settings: inout SettingReader) throws(SettingError) -> ReadingOptions {
    var reading = ReadingOptions()
    let format = try settings.choice("input", default: InputArguments.Format.auto)
    reading.format = InputFormat(rawValue: format.rawValue)
    let keys = try settings.texts("text_keys")
    if !keys.isEmpty { reading.textKeys = keys }
    reading.encoding = try settings.choice("encoding", default: reading.encoding)
    reading.invalidUTF8 = try settings.choice("invalid_utf8", default: reading.invalidUTF8)
    reading.maximumLineLength = try settings.integer(
      "max_line_length", lineLengthRange, default: reading.maximumLineLength)
    return reading
  }
}
