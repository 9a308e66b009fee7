import ArgumentParser
import WordClouds

/// `animo report`: what is in tweets, in pictures and tables.
struct ReportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report", abstract: "Show what is in tweets, as pictures and tables.",
    subcommands: [ReportWords.self])
}

extension WordCloud.Weight: ExpressibleByArgument {}

/// What texts have in common that are in one cloud.
enum CloudGrouping: String, CaseIterable, ExpressibleByArgument {
  case label, answer, file, minute, hour, day, month, year, none

  /// How much of a time in RFC 3339 names a window, and what a window is called; nil for what is none.
  var window: (characters: Int, noun: String)? {
    switch self {
    case .minute: (16, "minutes")
    case .hour: (13, "hours")
    case .day: (10, "days")
    case .month: (7, "months")
    case .year: (4, "years")
    case .label, .answer, .file, .none: nil
    }
  }
}

/// `animo report words`: word clouds.
struct ReportWords: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "words",
    abstract: "Show the words of tweets as clouds or tables: by label, file or time.",
    discussion: """
      EXAMPLES
        $ animo report words labelled.jsonl
        $ animo report words --before --html positive.txt negative.txt >words.html
        $ animo classify --errors skip stream.jsonl | animo report words --by answer --svg clouds -
        $ animo report words --classify --by answer --json tweets.csv.gz
        $ animo report words --by day --csv tweets.jsonl

      The weight of a word is how clearly it distinguishes its texts from those of the other clouds (contrast: the \
      log-odds ratio of Monroe, Colaresi & Quinn 2008 in standard errors, at least 1.96), or how often it occurs \
      (count). Words are those of the cleaned texts, in lower case; articles, pronouns and other stop words are left \
      out.
      The case study's clouds: --before --weight count --stop-words.
      """)

  @Option(
    help: """
      What the texts of a cloud have in common: their label, animo's answer, their file, the minute, hour, day, month \
      or year in which they were written (UTC), or none for a single cloud. (default: label or answer if the first \
      text has one, else file)
      """)
  var by: CloudGrouping?

  @Flag(help: "Have the model label the texts, for --by answer.")
  var classify = false

  @Option(help: "What makes a word large: contrast or count. (default: contrast if there are several clouds)")
  var weight: WordCloud.Weight?

  @Flag(
    help: """
      Also show the words before cleaning: with user names, hashtags, the beginnings of links, emoticons and emoji.
      """)
  var before = false

  @Flag(help: "Count stop words too.")
  var stopWords = false

  @Option(
    help: ArgumentHelp(
      "Maximum number of words of each cloud. (default: 100; of a table on the terminal 20)",
      valueName: "count"))
  var words: Int?

  @Option(help: "Random seed for the places of words.")
  var seed: UInt64 = 42

  @Flag(help: "Print JSON.")
  var json = false

  @Flag(help: "Print CSV.")
  var csv = false

  @Flag(help: "Print an HTML page with the clouds.")
  var html = false

  @Option(help: ArgumentHelp("Folder for the clouds as SVG files.", valueName: "dir"), completion: .directory)
  var svg: String?

  @OptionGroup var model: ModelOptions
  @OptionGroup var corpus: CorpusArguments

  @Option(help: "Number of labelling threads.")
  var workers = 2

  @Argument(
    help: ArgumentHelp("Files of texts; standard input if none is given, or for -.", valueName: "file"),
    completion: .file())
  var files: [String] = []

  /// Of a picture; it has room for no more.
  private static let mostWords = 500

  func validate() throws {
    guard [json, csv, html].count(where: { $0 }) <= 1 else {
      throw ValidationError("--json, --csv and --html exclude each other")
    }
    guard svg != "" else { throw ValidationError("--svg must not be empty; name a folder") }
    guard (1...64).contains(workers) else { throw ValidationError("--workers must be between 1 and 64") }
    guard (1...(html || svg != nil ? Self.mostWords : 1_000_000)).contains(words ?? 1) else {
      throw ValidationError(
        "--words must be between 1 and \(Self.mostWords) for clouds, or 1,000,000 for tables")
    }
    guard !classify || by == nil || by == .answer else {
      throw ValidationError("--classify goes with --by answer")
    }
  }

  func run() throws {
    try ReportWordsRun(self).run()
  }
}
