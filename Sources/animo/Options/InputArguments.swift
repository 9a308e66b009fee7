import ArgumentParser
import Streaming

extension ReadingOptions.Encoding: ExpressibleByArgument {}
extension ReadingOptions.InvalidUTF8: ExpressibleByArgument {}

/// How inputs are read: the same for all commands that read texts.
struct InputArguments: ParsableArguments {
  enum Format: String, CaseIterable, ExpressibleByArgument { case auto, jsonl, text, csv, tsv }

  @Option(
    help: """
      What inputs hold: auto (by name, then by the first character), jsonl, text, csv or tsv. (default: auto)
      """)
  var input: Format?

  @Option(
    help: ArgumentHelp(
      "The member or column that holds the text; may be given several times, the likeliest first. "
        + "(default: text, full_text, tweet, content)", valueName: "name"))
  var textKey: [String] = []

  @Option(help: "How bytes stand for characters: utf-8, iso-8859-1 or windows-1252. (default: utf-8)")
  var encoding: ReadingOptions.Encoding?

  @Option(
    name: .customLong("invalid-utf8"),
    help: "What becomes of bytes that are not UTF-8: reject or replace. (default: reject)")
  var invalidUTF8: ReadingOptions.InvalidUTF8?

  @Option(help: ArgumentHelp("Longer lines are rejected. (default: 1048576)", valueName: "bytes"))
  var maxLineLength: Int?

  func validate() throws {
    let range = ServeConfiguration.lineLengthRange
    guard maxLineLength.map(range.contains) ?? true else {
      throw ValidationError("--max-line-length must be between \(range.lowerBound) and \(range.upperBound)")
    }
  }

  /// How inputs are read.
  var reading: ReadingOptions {
    var options = ReadingOptions()
    options.format = input.flatMap { InputFormat(rawValue: $0.rawValue) }
    if !textKey.isEmpty { options.textKeys = textKey }
    options.encoding = encoding ?? options.encoding
    options.invalidUTF8 = invalidUTF8 ?? options.invalidUTF8
    options.maximumLineLength = maxLineLength ?? options.maximumLineLength
    return options
  }
}
