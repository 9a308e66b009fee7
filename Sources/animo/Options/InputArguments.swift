import ArgumentParser
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
