import ArgumentParser
import Datasets
import Tweets

extension ReadingOptions.Encoding: ExpressibleByArgument {}
extension ReadingOptions.InvalidUTF8: ExpressibleByArgument {}

/// The format of inputs; `auto` detects it.
enum InputChoice: String, CaseIterable, ExpressibleByArgument { case auto, jsonl, text, csv, tsv }

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
