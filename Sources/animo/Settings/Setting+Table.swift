import Kernels
import Scoring
import Sentiment
import Spool
import SystemCalls
import SystemPackage
import TweetText
import Tweets

/// The table of settings, in the order of the file.
extension Setting {
  /// Rows under one heading of the file.
  struct Section: Sendable {
    let title: String
    let settings: [Setting]
  }

  static let sections = [
    Section(title: "Directories", settings: place),
    Section(title: "Model", settings: model),
    Section(title: "Answers", settings: answers),
    Section(title: "Input", settings: reading),
    Section(title: "Resources", settings: work),
    Section(title: "Limits of a file", settings: limits),
    Section(title: "HTTP", settings: server),
    Section(title: "Logging", settings: log),
  ]

  static let all = sections.flatMap(\.settings)

  /// Those of each group of flags, in the same order.
  static let byFlags = Dictionary(grouping: all, by: \.flags)

  private static let place = [
    Setting(
      "spool", .folder, default: "/var/spool/animo", unit: "dir", flags: .spool, effect: .nextStart,
      "Spool directory; animo serve creates it if it does not exist.",
      manual:
        "It contains inbox, work, out, rejected, done and stats, all of which must be on one file system."
    ) { $0.spool = $1 ?? "" },
    Setting(
      "state", .folder, default: nil, standardText: "state in the spool", unit: "dir", flags: .spool,
      effect: .nextStart,
      "State directory of the daemon: jobs, checkpoints and statistics.",
      manual: """
        Like the spool, it should be on persistent storage. By default "state" in the spool; under systemd, \
        "/var/lib/animo" is recommended.
        """
    ) { $0.spoolOptions.state = $1.map { FilePath($0) } },
  ]

  private static let model = [
    Setting(
      "model", .folder, default: nil, unit: "dir", flags: .model,
      "Model folder; by default the built-in model.",
      manual: """
        For example "/var/lib/animo/models/mine"; animo model show DIR describes it. While a reload replaces \
        the model, both are in memory for a moment.
        """
    ) { $0.model.directory = $1 },
    Setting(
      "clean", SettingType<CleaningProfile>.choice, default: nil, flags: .model,
      "Cleaning profile: standard, standard-2 or notebook; by default the one used in training.",
      manual: """
        "standard" removes all traces of emoticons; "standard-2" also unifies laughter and divides \
        lower-case hashtags into words; "notebook" reproduces the case study, including its faults. The \
        default, the profile stored in the model, is nearly always right.
        """
    ) { $0.model.clean = $1 },
    Setting(
      "kernel", .name(in: KernelSet.available.map(\.name)), default: nil, unit: "name", flags: .model,
      """
      Compute kernels, such as avx2 or plain; by default the best ones for the model and this machine. The \
      environment variable ANIMO_KERNEL has the same effect.
      """,
      manual: "Set this if outputs of different machines must agree to the last decimal."
    ) { $0.model.kernel = $1 },
    Setting(
      "cache", .truth, default: true, flags: .model,
      "Cache the answers to recent texts, so that retweets cost only a look-up; no answer changes.",
      manual: "The cache takes less than 6 MB per worker."
    ) { $0.model.cachesAnswers = $1 ?? true },
    Setting(
      "word_table", .integer(0...4096), default: 0, unit: "MiB", flags: .model,
      "Memory for precomputed first-layer products of frequent words; gains little, changes no answer.",
      manual: "In MiB."
    ) { $0.model.wordTable = $1 ?? 0 },
  ]

  private static let answers = [
    Setting(
      "threshold", .number("above 0 and below 1") { $0 > 0 && $0 < 1 }, default: 0.5, unit: "probability",
      flags: .scoring,
      "Probability that positive must exceed to become the answer.",
      manual: """
        Otherwise the answer is the most probable other label. 0.5 selects the most probable label of all. Use \
        0.8 if a wrong "positive" is costly, 0.2 if a missed one is. The probabilities in the output do not \
        change.
        """
    ) { $0.threshold = $1 ?? 0.5 },
    Setting(
      "labels", SettingType<Rendering.Labels>.choice, default: .all, flags: .scoring, effect: .nextStart,
      "Labels to choose from: all, or 2 (positive and negative).",
      manual: """
        With "2", a model with more labels reports the probabilities of positive and negative relative to \
        each other, and "threshold" applies.
        """
    ) { $0.labels = $1 ?? .all },
    Setting(
      "abstain", .number("from 0 to below 0.5") { $0 >= 0 && $0 < 0.5 }, default: 0, unit: "probability",
      flags: .scoring, effect: .nextStart,
      "Smallest margin of probability for an answer; closer calls become \"abstain\".",
      manual: """
        The margin is the probability that would have to move from one label to another to change the \
        answer: with 0.1 and two labels, tweets whose probability of positive is between 0.4 and 0.6 get \
        "abstain". 0 never abstains. The probabilities are written in any case.
        """
    ) { $0.abstention = $1 ?? 0 },
    Setting(
      "emit", SettingType<Rendering.Emit>.choice, default: .merge, flags: .scoring,
      "Output for each tweet: merge (the input with the answer added), compact or label.",
      manual: """
        "compact" is a small object with line number, id and answer; "label" is a single word.
        """
    ) { $0.emit = $1 ?? .merge },
  ]

  private static let reading = [
    Setting(
      "input", SettingType<InputChoice>.choice, default: .auto, flags: .reading, effect: .nextFileOfSpool,
      "Input format: auto (by file name, then by the first line, for all lines), jsonl, text, csv or tsv.",
      manual: """
        "auto" knows the endings .jsonl, .txt, .csv and .tsv, optionally followed by .gz, .xz, .zst, .bz2 or .zip. \
        All other values disable detection.
        """
    ) { $0.reading.format = $1.flatMap { InputFormat(rawValue: $0.rawValue) } },
    Setting(
      "text_keys", .texts, default: ReadingOptions().textKeys, unit: "name", flags: .reading,
      "Member or column that holds the text; may be repeated, in order of preference.",
      manual: "In this file an array; in the environment a list separated by commas."
    ) { $0.reading.textKeys = $1 ?? [] },
    Setting(
      "lang", .languages, default: nil, standardText: "all", unit: "code", flags: .scoring,
      "Languages of the tweets to label, such as es; may be repeated.",
      manual: """
        Tweets whose member or column "lang" names another language are left out and counted; those without \
        one, or whose language is unknown (und), are labelled. In this file an array, such as ["es", \
        "ca"]; in the environment a list separated by commas.
        """
    ) { $0.reading.languages = LanguageChoice(($1 ?? []).flatMap(SettingType.codes(in:))) },
    Setting(
      "id_keys", .texts, default: ReadingOptions().idKeys, unit: "name", flags: .reading,
      "Member or column that holds the id; may be repeated, in order of preference.",
      manual: "In this file an array; in the environment a list separated by commas."
    ) { $0.reading.idKeys = $1 ?? [] },
    Setting(
      "time_keys", .texts, default: ReadingOptions.usualTimeKeys, unit: "name", flags: .daemon,
      "Member or column that holds the time of the tweet; may be repeated, in order of preference.",
      manual: """
        Times are in the format of RFC 3339 or of Twitter ("Wed Oct 10 20:19:24 +0000 2018"), or in seconds or \
        milliseconds since 1970. Where there is none, the id tells the time if it is one of Twitter's. In this \
        file an array; in the environment a list separated by commas.
        """
    ) { $0.timeKeys = $1 ?? [] },
    Setting(
      "delimiter", .delimiter, default: nil, standardText: "found out from the header", unit: "delimiter",
      flags: .reading, effect: .nextFileOfSpool,
      "Delimiter of tables: comma, semicolon, tab, pipe or another character.",
      manual:
        "By default the one of these four that gives the header a column of the text, or Excel's sep= line."
    ) { $0.reading.delimiter = $1?.byte },
    Setting(
      "header", .truth, default: true, flags: .reading, effect: .nextFileOfSpool,
      "Whether the first record of a table names its columns.",
      manual: "Without a header, \"text_column\" is required."
    ) { $0.reading.hasHeader = $1 ?? true },
    Setting(
      "text_column", .integer(1...100_000), default: nil, standardText: "found out from the header",
      unit: "number",
      flags: .reading, effect: .nextFileOfSpool,
      "Column of a table that holds the text, counted from 1.",
      manual: "By default it is found by its name in the header."
    ) { $0.reading.textColumn = $1 },
    Setting(
      "encoding", SettingType<ReadingOptions.Encoding>.choice, default: .utf8, flags: .reading,
      effect: .nextFileOfSpool,
      "Character encoding: utf-8, iso-8859-1 or windows-1252."
    ) { $0.reading.encoding = $1 ?? .utf8 },
    Setting(
      "invalid_utf8", SettingType<ReadingOptions.InvalidUTF8>.choice, default: .reject, flags: .reading,
      "Treatment of lines that are not valid UTF-8: reject or replace.",
      manual: """
        "reject" writes the line to rejected/; "replace" substitutes U+FFFD for ill-formed bytes and flags \
        the answer.
        """
    ) { $0.reading.invalidUTF8 = $1 ?? .reject },
    Setting(
      "max_line_length", .integer(1...1 << 30), default: 1 << 20, unit: "bytes", flags: .reading,
      effect: .nextFileOfSpool,
      "Maximum length of a line in bytes; longer lines are rejected.",
      manual: "Each worker may hold several lines of this length in memory."
    ) { $0.reading.maximumLineLength = $1 ?? 1 << 20 },
  ]

  private static let work = [
    Setting(
      "workers", .integer(1...64), default: 2, flags: .scoring, effect: .nextStart,
      "Number of labelling threads.",
      manual: "Values above the number of processor cores gain nothing."
    ) { $0.workers = $1 ?? 2 },
    Setting(
      "settle", .number("from 0 to 3600", of: "a number of seconds") { (0...3600).contains($0) },
      default: nil,
      standardText: "0.5, or 5 on a network file system", unit: "seconds", flags: .daemon,
      "Time without changes before a file is taken, unless it was renamed into the inbox.",
      manual: """
        In seconds, for example 2.5. The default is 0.5, or 5 on a network file system and for files of \
        other users if the kernel does not report whether they are still open for writing (it does to \
        processes with CAP_LEASE, such as those of the units).
        """
    ) { configuration, seconds in
      guard let seconds else { return }
      configuration.spoolOptions.settleTime = .milliseconds(Int64(seconds * 1000))
      configuration.spoolOptions.remoteSettleTime = configuration.spoolOptions.settleTime
    },
    Setting(
      "keep_days", .integer(0...36_500), default: 7, unit: "days", flags: .daemon,
      "Retention time of inputs in done/.",
      manual: "In days; 0 keeps none."
    ) { $0.spoolOptions.retentionTime = .seconds(($1 ?? 7) * 24 * 3600) },
    Setting(
      "keep_size", .integer(0...1 << 30), default: 1024, unit: "MiB", flags: .daemon,
      "Maximum total size of the inputs in done/.",
      manual: "In MiB; the oldest inputs are deleted first, and 0 keeps none."
    ) { $0.spoolOptions.retentionSize = ($1 ?? 1024) << 20 },
  ]

  private static let limits = [
    Setting(
      "max_file_size", .integer(0...1 << 30), default: 256 << 10, unit: "MiB", flags: .daemon,
      "Maximum size of a file, as it is stored; larger ones are held.",
      manual: """
        In MiB; 0 is no limit. A held file is not labelled and delays no others; animo release labels it all the \
        same, and animo cancel refuses it. Sparse files count with their holes. No ordinary file reaches the \
        defaults of these limits.
        """
    ) { $0.spoolOptions.limits.fileSize = ($1 ?? 256 << 10) << 20 },
    Setting(
      "max_content_size", .integer(0...1 << 30), default: 1 << 20, unit: "MiB", flags: .daemon,
      "Maximum size of a file's content, decompressed; larger ones are held.",
      manual: "In MiB; 0 is no limit."
    ) { $0.spoolOptions.limits.contentSize = ($1 ?? 1 << 20) << 20 },
    Setting(
      "max_expansion", .integer(0...1 << 30), default: 300, unit: "factor", flags: .daemon,
      "Maximum expansion of a compressed file after its first 64 MiB of content; others are held.",
      manual: """
        Decompressed bytes for each compressed byte; 0 is no limit. Tweets expand 5 to 30 times, lines that are \
        all equal several thousand times.
        """
    ) { $0.spoolOptions.limits.expansion = $1 ?? 300 },
    Setting(
      "max_output_size", .integer(0...1 << 30), default: 256 << 10, unit: "MiB", flags: .daemon,
      "Maximum size of a file's labelled and rejected lines together; larger ones are held.",
      manual: "In MiB; 0 is no limit."
    ) { $0.spoolOptions.limits.outputSize = ($1 ?? 256 << 10) << 20 },
    Setting(
      "max_held_files", .integer(0...1 << 30), default: 100, unit: "files", flags: .daemon,
      "Maximum number of held files of one user; further ones that exceed a limit are refused.",
      manual: """
        0 is no limit. A refused file goes to rejected/, with the reason too_many_held; animo retry labels it once \
        others of that user have been released or cancelled. Files held by animo hold count, and are never refused.
        """
    ) { $0.spoolOptions.limits.heldFiles = $1 ?? 100 },
  ]

  private static let server = [
    Setting(
      "listen", .addresses, default: [], standardText: "none", unit: "address", flags: .daemon,
      effect: .nextStart,
      "Address on which to serve HTTP, such as 127.0.0.1:8437 or unix:/run/animo/http; may be repeated.",
      manual: """
        Under systemd, animo.socket is better: the daemon then needs no network. There are no passwords: whoever \
        reaches the address can read the statistics and have texts labelled, so other addresses than this machine's \
        own cause a warning.
        """
    ) { $0.listen = ($1 ?? []).compactMap { ListeningAddress($0) } },
    Setting(
      "http_names", .texts, default: [], standardText: "none", unit: "name", flags: .daemon,
      effect: .nextStart,
      "Name by which HTTP clients may address the daemon; may be repeated.",
      manual: """
        Requests for localhost or an address are always answered; those for any other name are refused, so that \
        a web page cannot read the statistics through a visitor's browser (DNS rebinding). Add the names under \
        which other machines or a proxy reach the socket, such as ["animo.example.net"].
        """
    ) { $0.httpNames = $1 ?? [] },
  ]

  private static let log = [
    Setting(
      "log_level", SettingType<LogThreshold>.choice, default: .info, flags: .daemon,
      "Minimum level of log messages: debug, info, warning or error.",
      manual: "\"info\" logs a line for each file."
    ) { $0.logLevel = $1 ?? .info }
  ]
}
