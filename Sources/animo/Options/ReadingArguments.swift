import ArgumentParser
import Streaming

extension ReadingOptions.Encoding: ExpressibleByArgument {}
extension ReadingOptions.InvalidUTF8: ExpressibleByArgument {}
extension Rendering.Emit: ExpressibleByArgument {}

/// How inputs are read and what outputs look like: the same for the filter and the daemon.
struct ReadingArguments: ParsableArguments {
  enum Format: String, CaseIterable, ExpressibleByArgument { case auto, jsonl, text, csv, tsv }

  @Option(help: "What inputs hold: auto (by name, then by the first character), jsonl, text, csv or tsv.")
  var input = Format.auto

  @Option(help: "What is written of a tweet: merge (the input with the answer added), compact or label.")
  var emit = Rendering.Emit.merge

  @Option(
    help: ArgumentHelp(
      "The member or column that holds the text; may be given several times, the likeliest first. "
        + "(default: text, full_text, tweet, content)", valueName: "name"))
  var textKey: [String] = []

  @Option(help: "How bytes stand for characters: utf-8, iso-8859-1 or windows-1252.")
  var encoding = ReadingOptions.Encoding.utf8

  @Option(
    name: .customLong("invalid-utf8"), help: "What becomes of bytes that are not UTF-8: reject or replace.")
  var invalidUTF8 = ReadingOptions.InvalidUTF8.reject

  @Option(help: ArgumentHelp("Longer lines are rejected.", valueName: "bytes"))
  var maxLineLength = 1 << 20

  @Option(help: "How many threads label.")
  var workers = 2

  func validate() throws {
    guard workers >= 1, workers <= 64 else { throw ValidationError("--workers must be between 1 and 64") }
    guard maxLineLength >= 1, maxLineLength <= 1 << 30 else {
      throw ValidationError("--max-line-length must be between 1 and \(1 << 30)")
    }
  }

  /// How inputs are read.
  var reading: ReadingOptions {
    var options = ReadingOptions()
    options.format = InputFormat(rawValue: input.rawValue)
    if !textKey.isEmpty { options.textKeys = textKey }
    options.encoding = encoding
    options.invalidUTF8 = invalidUTF8
    options.maximumLineLength = maxLineLength
    return options
  }
}
