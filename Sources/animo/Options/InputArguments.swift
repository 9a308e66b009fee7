import ArgumentParser
import Streaming

extension ReadingOptions.Encoding: ExpressibleByArgument {}
extension ReadingOptions.InvalidUTF8: ExpressibleByArgument {}

/// How inputs are read: the same for all commands that read texts.
struct InputArguments: ParsableArguments {
  enum Format: String, CaseIterable, ExpressibleByArgument { case auto, jsonl, text, csv, tsv }

  @Option(help: "What inputs hold: auto (by name, then by the first character), jsonl, text, csv or tsv.")
  var input = Format.auto

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

  func validate() throws {
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
