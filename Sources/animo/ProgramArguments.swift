import ArgumentParser
import Glibc
import TOML

/// The arguments of the program, checked and prepared for the parser.
///
/// The parser takes a misspelt command for an argument too many, and a text that begins with a dash for options.
enum ProgramArguments {
  /// The arguments as the parser understands them.
  ///
  /// - Parameter arguments: the bytes of each, without the program's own name.
  /// - Throws: `CommandFailure` if one is not UTF-8, or for a command that does not exist.
  static func prepared(_ arguments: [[UInt8]]) throws(CommandFailure) -> [String] {
    let words = try texts(of: arguments)
    try checkCommand(words)
    return words.first == Explain._commandName ? markingTexts(words) : words
  }

  /// Checks that all arguments are UTF-8: Swift would silently repair others, which would then name another file.
  private static func texts(of arguments: [[UInt8]]) throws(CommandFailure) -> [String] {
    var words: [String] = []
    for argument in arguments {
      guard let word = String(validating: argument, as: UTF8.self) else {
        throw CommandFailure(
          .usage,
          "argument \(words.count + 1), \(String(decoding: argument, as: UTF8.self)): not UTF-8; pass such a file "
            + "through standard input, or put it into a spool's inbox with mv")
      }
      words.append(word)
    }
    return words
  }
}

// Commands.
extension ProgramArguments {
  /// Checks the names of commands and their subcommands, also those behind `help`.
  static func checkCommand(_ words: [String]) throws(CommandFailure) {
    var command: any ParsableCommand.Type = Animo.self
    var path = Animo._commandName
    let isHelp = words.first == "help"
    for word in isHelp ? words.dropFirst() : words[...] {
      let commands = command.configuration.subcommands
      guard !commands.isEmpty, !word.hasPrefix("-"), word != "help" else { return }
      guard let next = commands.first(where: { $0._commandName == word }) else {
        let names = commands.map { $0._commandName }
        throw CommandFailure(
          .usage,
          (path == Animo._commandName ? "no command" : "no command of \(path)")
            + " is named \(word); \(remedy(for: word, among: names, of: path))")
      }
      (command, path) = (next, "\(path) \(word)")
    }
  }

  private static func remedy(for word: String, among names: [String], of path: String) -> String {
    if path == Animo._commandName {
      if word.contains(where: \.isWhitespace) { return "animo explain \"…\" shows how a text is classified" }
      if unsafe access(word, F_OK) == 0 { return "did you mean animo classify \(word)?" }
    }
    return NearestName.of(word, among: names).map { "did you mean \($0)?" }
      ?? "the commands are \(names.joined(separator: ", "))"
  }
}

// Texts.
extension ProgramArguments {
  /// What stands before a text that begins with a dash, to hide the dash: no argument can hold it.
  private static let mark: Character = "\0"

  /// A text as it was given.
  static func unmarked(_ text: String) -> String {
    text.first == mark ? String(text.dropFirst()) : text
  }

  /// The arguments of `animo explain` with marks before all that are texts, not options.
  static func markingTexts(_ words: [String]) -> [String] {
    var marked: [String] = []
    for (index, word) in words.enumerated() {
      if word == "--" { return marked + words[index...] }
      let isValue = index > 0 && optionsWithValue.contains(words[index - 1])
      marked.append(!isValue && isText(word) ? "\(mark)\(word)" : word)
    }
    return marked
  }

  /// Whether an argument that begins with a dash cannot be meant as an option: `-hola`, `- no`, `-_-`, `--> aquí`.
  private static func isText(_ word: String) -> Bool {
    guard word.hasPrefix("-"), word != "-" else { return false }
    let name = word.drop { $0 == "-" }
    guard let first = name.first, first.isASCII, first.isLetter else { return true }
    if name.contains(where: \.isWhitespace) { return !word.contains("=") }
    switch word.count - name.count {
    case 1: return name.count > 1 && !options.contains(String(name))
    case 2: return false
    default: return true
    }
  }

  private static let optionsWithValue = Set(
    (ModelSettings.settings + InputSettings.settings).filter { $0.standard != .truth(true) }
      .map { SettingName.flag($0.name) } + ["--file", "--label", "--color"])

  /// The names of the options of `animo explain`.
  private static let options =
    (ModelSettings.settings + InputSettings.settings).map { SettingName.hyphenated($0.name) }
    + ["verbose", "help", "file", "label", "color", "json", "html", "skip-bad-lines"]
}
