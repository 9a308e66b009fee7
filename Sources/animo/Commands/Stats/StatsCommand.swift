import ArgumentParser
import JSON
import Ledger
import Spool
import Statistics
import SystemCalls
import Tweets

/// `animo stats`: the mood over time.
struct StatsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "stats",
    abstract: "Show the mood over time, by when tweets were written.",
    discussion: """
      EXAMPLES
        $ animo stats --spool /var/spool/animo
        $ animo stats --since -7d --step 1d
        $ animo stats --since 2026-10-04 --until 2026-10-05T12:00:00Z --csv
        $ animo stats --watch

      Times are in UTC: now, today, yesterday, -90s, -30m, -2h, -7d, -4w, a date, or a time as in RFC 3339. Minutes \
      are kept for 48 hours before the newest tweet, hours for 90 days, days for ever.
      Shares are those of labelled tweets; the column unjudged counts those with nothing to judge, such as a link \
      alone. In JSON, estimated says whether there are estimates of the true shares; model_not_judged there means \
      that the errors of the model are not known.
      Reads the ledger only; a daemon is neither needed nor disturbed.
      """)

  @OptionGroup var spool: SpoolArguments

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Start of the period. (default: 24 hours before its end, with --step 1m an hour, with 1d 30 days)",
      valueName: "time"))
  var since: String?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "End of the period; windows that begin before it are shown. (default: now)", valueName: "time"))
  var until: String?

  @Option(help: "Length of windows: 1m, 1h or 1d. (default: fits the period)")
  var step: WindowStep?

  @Flag(help: "Print JSON.")
  var json = false

  @Flag(help: "Print CSV.")
  var csv = false

  @Flag(help: "Show the statistics live, on the whole terminal; q ends it.")
  var watch = false

  func validate() throws {
    guard [json, csv, watch].filter(\.self).count <= 1 else {
      throw ValidationError("--json, --csv and --watch exclude each other")
    }
    guard let period = try? Self.period(since, until, step, at: .now) else { return }
    guard period.range.isEmpty else { return }
    throw ValidationError(
      until == nil ? "--since must not be in the future" : "--until must be after --since")
  }

  func run() throws {
    let place = try SpoolPlace(spool)
    if watch { return try StatsWatch(title: "\(place.root)").run { try statistics(of: place) } }
    let report = try statistics(of: place)
    if json {
      try StandardOutput.write(report.history.json.indented + "\n")
    } else if csv {
      try StandardOutput.write(StatsTable.csv(report.history))
    } else {
      let style = TextStyle.standardOutput
      try StandardOutput.write(report.lines(style).joined(separator: "\n") + "\n")
    }
  }

  /// The statistics as they are now.
  private func statistics(of place: SpoolPlace) throws -> StatsReport {
    let view = try place.makeView()
    try view.requireLedger()
    let (range, step) = try Self.period(since, until, step, at: .now)
    guard let ledger = view.ledger else {
      throw CommandFailure(.configuration, "\(view.root): no ledger yet; animo serve creates it")
    }
    return StatsReport(history: try ledger.windows(in: range, step: step))
  }

  /// The windows to show.
  ///
  /// - Throws: `CommandFailure` if a time cannot be understood.
  static func period(
    _ since: String?, _ until: String?, _ step: WindowStep?, at now: UTCTime
  ) throws -> (range: Range<Int>, step: WindowStep) {
    let now = now.microseconds / 1_000_000
    let end = try until.map { try moment($0, at: now, "--until") } ?? now + 1
    let start = try since.map { try moment($0, at: now, "--since") }
    let step = step ?? start.map { WindowStep.fitting(end - $0) } ?? .hour
    // Whole windows, the one of now among them.
    let first = step.start(of: start ?? end - step.usualPeriod)
    return (first..<max(first, end), step)
  }

  private static func moment(_ text: String, at now: Int, _ option: String) throws -> Int {
    guard let moment = MomentText.seconds(text, at: now) else {
      throw CommandFailure(
        .usage,
        "\(option): expected a time such as -2h, yesterday, 2026-10-04 or 2026-10-04T10:00:00Z, found \"\(text)\""
      )
    }
    return moment
  }
}

extension WindowStep: ExpressibleByArgument {
  /// The length of which a period has some dozens.
  static func fitting(_ seconds: Int) -> WindowStep {
    switch seconds {
    case ...(3 * 3600): .minute
    case ...(8 * 24 * 3600): .hour
    default: .day
    }
  }

  /// The period that is shown by default, in seconds.
  var usualPeriod: Int {
    switch self {
    case .minute: 3600
    case .hour: 24 * 3600
    case .day: 30 * 24 * 3600
    }
  }
}

/// Moments as people name them.
enum MomentText {
  private static let units: [Character: Int] = ["s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 7 * 86_400]

  /// A moment in seconds since 1970: `now`, `today`, `yesterday`, `-2h`, a date, or a time as in RFC 3339; nil for
  /// any other text.
  static func seconds(_ text: String, at now: Int) -> Int? {
    switch text {
    case "now": return now
    case "today": return WindowStep.day.start(of: now)
    case "yesterday": return WindowStep.day.start(of: now) - 86_400
    default: break
    }
    if text.first == "-", let unit = text.last.flatMap({ units[$0] }) {
      let digits = text.dropFirst().dropLast()
      guard !digits.isEmpty, digits.count <= 9, digits.allSatisfy(\.isASCIIDigit) else { return nil }
      return Int(digits).map { now - $0 * unit }
    }
    return [text, text + "T00:00:00Z"].lazy.compactMap(seconds(rfc3339:)).first
  }

  private static func seconds(rfc3339 text: String) -> Int? {
    EventTimeText.anyMilliseconds(in: Array(text.utf8).span).map { $0 / 1000 }
  }
}

extension Character {
  fileprivate var isASCIIDigit: Bool { "0"..."9" ~= self }
}
