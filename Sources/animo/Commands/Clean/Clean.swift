import ArgumentParser
import Datasets
import TweetText

/// `animo clean`: texts as a model reads them, and what cleaning removed.
struct Clean: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "clean",
    abstract: "Clean texts as a model does, and show what is removed.",
    discussion: """
      EXAMPLES
        $ animo clean tweets.jsonl >cleaned.txt
        $ head -20 tweets.txt | animo clean --diff
        $ animo clean --diff --changed --color always tweets.csv | less -R

      Each text gives one line, and blank ones give none; line breaks within a text become spaces. With \
      --diff each text gives two lines: the text with what is removed between [- and -] and what is added \
      between {+ and +}, or in colours on a terminal; then what is left, after an arrow.
      """)

  @Option(
    help: ArgumentHelp("Folder of the model; by default the built-in model.", valueName: "dir"),
    completion: .directory)
  var model: String?

  @Option(
    help:
      "Cleaning profile: standard, standard-2 or notebook; by default the one used in the model's training.")
  var clean: CleaningProfile?

  @Flag(help: "Show each text before and after.")
  var diff = false

  @Flag(help: "Leave out texts that cleaning does not change.")
  var changed = false

  @Option(name: .customLong("color"), help: "When to use colours: auto, always or never.")
  var colour = ColourChoice.auto

  @OptionGroup var corpus: CorpusArguments

  @Argument(
    help: ArgumentHelp("Files of texts; standard input if none is given, or for -.", valueName: "file"),
    completion: .file())
  var files: [String] = []

  func run() throws {
    var choice = ModelChoice()
    (choice.directory, choice.clean) = (model, clean)
    let cleaner = try choice.makeCleaner()
    let colour = TerminalColour.ofStandardOutput(colour)
    if files.isEmpty, TerminalInput.isTerminal {
      StandardError.write("animo: reading texts from the keyboard, one per line; end with Ctrl-D\n")
    }
    let corpus = try self.corpus.reading.corpus(files.isEmpty ? ["-"] : files)
    var (workspace, cleaned, changes) = (CleaningWorkspace(), [UInt8](), 0)
    let counts = try corpus.forEachText { text in
      cleaned.removeAll(keepingCapacity: true)
      cleaner.clean(text, using: &workspace, appendingTo: &cleaned)
      let (before, after) = (
        Self.line(Self.string(text)), Self.line(String(decoding: cleaned, as: UTF8.self))
      )
      // By bytes: to Swift, texts that are the same but for their normal form are equal.
      let isChanged = !before.utf8.elementsEqual(after.utf8)
      if isChanged { changes += 1 }
      guard isChanged || !changed else { return }
      let shown = diff ? TextDifference(before, after).line(colour) + "\n  → " : ""
      try StandardOutput.write(shown + after + "\n")
    }
    CorpusReading.tellOfRejected(counts)
    guard diff else { return }
    StandardError.write(
      "animo: \(NumberText.counted(counts.texts, "text")), \(NumberText.grouped(changes)) changed by cleaning\n"
    )
  }

  private static func string(_ text: Span<UInt8>) -> String {
    var bytes: [UInt8] = []
    for index in text.indices { bytes.append(text[index]) }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// A text on one line, without control characters.
  private static func line(_ text: String) -> String {
    var line = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      line.append(scalar.properties.generalCategory == .control ? " " : scalar)
    }
    return String(line)
  }
}
