import ArgumentParser
import Datasets
import TOML
import Tweets

extension ReadingOptions.Encoding: ExpressibleByArgument {}
extension ReadingOptions.InvalidUTF8: ExpressibleByArgument {}

/// The format of inputs; `auto` detects it.
enum InputChoice: String, CaseIterable, ExpressibleByArgument { case auto, jsonl, text, csv, tsv }

/// A delimiter as it is given: `semicolon`, `;` or `\t`.
struct Delimiter: ExpressibleByArgument {
  let byte: UInt8
  let name: String

  init?(argument: String) {
    guard let byte = DelimiterName.delimiter(argument) else { return nil }
    (self.byte, name) = (byte, argument)
  }
}

extension SettingType<Delimiter> {
  static var delimiter: Self {
    SettingType(
      expected:
        "comma, semicolon, tab, pipe or another ASCII character that is neither letter, digit nor quote",
      read: { $0.nonEmptyText.flatMap(Delimiter.init(argument:)) }, write: { .text($0.name) },
      parse: Delimiter.init(argument:),
      flag: { name, help in
        SettingFlag(Option<Delimiter?>(name: name, help: help)) { option in
          option.wrappedValue.map { .text($0.name) }
        }
      })
  }
}

/// Input options, shared by all commands that read texts.
typealias InputArguments = SettingArguments<InputSettings>

enum InputSettings: SettingGroup { static let flags = Setting.Flags.reading }

extension InputArguments {
  var reading: ReadingOptions { configuration.reading }
}

/// How corpora for training and evaluation are read.
struct CorpusArguments: ParsableArguments {
  @OptionGroup var inputs: InputArguments

  @Flag(help: "Skip and count lines without usable text instead of stopping at the first one.")
  var skipBadLines = false

  /// The reading that these arguments describe.
  var reading: CorpusReading {
    CorpusReading(options: inputs.reading, badLines: skipBadLines ? .leaveOut : .fail)
  }
}
