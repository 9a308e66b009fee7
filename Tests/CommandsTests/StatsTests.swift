import Foundation
import Statistics
import SystemCalls
import TestSupport
import Testing

@testable import Commands

@Suite("What animo stats shows") struct StatsTests {
  @Test(
    "A pipe gets the period, sparklines in which gaps are gaps, and a row for each window, without colours")
  func pipe() {
    let report = StatsReport(history: history())
    #expect(
      report.lines(style(isTerminal: false)).joined(separator: "\n") == """
        2025-10-04 00:00 to 2025-10-04 06:00 UTC, by hour: 1,016 tweets, 4 with nothing to judge

        tweets    ▁█···▁  0–1,000
        negative  █▁···▆  0.0–75.0 %
        positive  ▁█···▃  25.0–100.0 %

                          tweets  negative  positive  unjudged
        2025-10-04 00:00       8    75.0 %    25.0 %         4
        2025-10-04 01:00   1,000     0.0 %   100.0 %         0
        no tweets
        2025-10-04 05:00       8    50.0 %    50.0 %         0

        3 tweets from the future, in no window
        """)
  }

  @Test("Where the locale is not UTF-8 it is ASCII")
  func ascii() {
    let text = StatsReport(history: history()).lines(style(isTerminal: false, isUnicode: false))
      .joined(separator: "\n")
    #expect(text.utf8.allSatisfy { $0 < 0x80 })
    #expect(text.contains("negative  81...6  0.0 - 75.0 %\n"))
  }

  @Test(
    "On a terminal no line is wider than it, and bars are where there is room",
    arguments: [24, 40, 60, 80, 160])
  func terminal(width: Int) {
    let report = StatsReport(history: history())
    let lines = report.lines(style(width: width))
    let table = StatsTable(report.history, style(width: width))
    #expect(table.header[0].contains("unjudged") == (width >= 60))
    #expect(table.header[0].contains("tweets") == (width >= 40))
    #expect(table.rows[0].contains("█") == (width >= 80))
    #expect(table.rows[0].hasPrefix(width >= 40 ? "2025-10-04 00:00" : "10-04 00:00"))
    if width >= 40 { #expect(lines.allSatisfy { $0.count <= width }) }
    #expect((table.header + table.rows).allSatisfy { $0.count <= width })
  }

  @Test("Labels in wide characters have the columns that they take", arguments: [60, 100, 160])
  func wideLabels(width: Int) {
    var counts = MoodCounts(labels: ["否定的", "積極的"])
    counts.add(label: 0, probabilities: [900_000, 100_000])
    var history = MoodHistory(step: .hour, period: day..<(day + 3600))
    history.windows = [MoodWindow(.hour, at: day, counts)]
    let table = StatsTable(history, style(width: width))
    for line in table.header + table.rows { #expect(line.columns <= width) }
  }

  @Test("Each label has a colour of its own, unless NO_COLOR is set; so has its part of the bar")
  func colours() {
    var colored = style(width: 100)
    colored.isColored = true
    let row = StatsTable(history(), colored).rows[0]
    #expect(row.contains("\u{1B}[38;5;208m██") && row.contains("\u{1B}[38;5;39m░░"))
    let environment = ["TERM": "xterm", "LC_ALL": "", "LANG": "es_ES.UTF-8"]
    let style = TextStyle(width: 80, isTerminal: true) { environment[$0] }
    #expect(style == TextStyle(width: 80, isTerminal: true, isColored: true, isUnicode: true))
    for (name, value) in [("NO_COLOR", "1"), ("TERM", "dumb")] {
      let style = TextStyle(width: 80, isTerminal: true) { $0 == name ? value : environment[$0] }
      #expect(!style.isColored && style.isUnicode)
    }
    #expect(!TextStyle(width: 80, isTerminal: true) { ["LC_ALL": "C", "LANG": "es_ES.UTF-8"][$0] }.isUnicode)
    #expect(!TextStyle(width: 80, isTerminal: false) { environment[$0] }.isColored)
  }

  @Test("A screen has as many lines as fit: of the table the last")
  func screen() {
    let report = StatsReport(history: history())
    let style = style(width: 100)
    for height in 1...20 { #expect(report.lines(style, height: height).count == min(height, 13)) }
    #expect(report.lines(style, height: 9).last?.hasPrefix("2025-10-04 05:00") == true)
  }

  @Test("Dates of years that do not have four digits are whole")
  func farYears() {
    for (start, date) in [(317_360_592_000, "12026-10-04"), (-62_198_755_200, "-0001-01-01")] {
      var history = MoodHistory(step: .hour, period: start..<(start + 3600))
      history.windows = [MoodWindow(.hour, at: start, counts(1, 1))]
      let lines = StatsReport(history: history).lines(style(isTerminal: false))
      #expect(lines[0].hasPrefix("\(date) 00:00 to \(date) 01:00 UTC"))
      #expect(lines.contains { $0.hasPrefix("\(date) 00:00 ") && $0.hasSuffix(" 0") })
      #expect(StatsTable(history, style(width: 24)).rows[0].hasPrefix("\(date.suffix(5)) 00:00"))
    }
  }

  @Test("Without tweets it says why")
  func nothing() {
    var history = MoodHistory(step: .hour, period: day..<(day + 3600))
    #expect(
      StatsReport(history: history).lines(style(isTerminal: false)) == [
        "2025-10-04 00:00 to 2025-10-04 01:00 UTC, by hour: 0 tweets",
        "no history yet: no tweet that says when it was written has been labelled",
      ])
    history.newest = day - 86_400
    #expect(
      StatsReport(history: history).lines(style(isTerminal: false)).last
        == "no tweets of this period; the newest is of 2025-10-03 00:00 UTC")
  }

  @Test("Long periods are drawn in as many columns as there is room for")
  func manyWindows() {
    var history = MoodHistory(step: .minute, period: day..<(day + 86_400))
    history.windows = (0..<1440).map { MoodWindow(.minute, at: day + 60 * $0, counts(1, 1)) }
    // 29 minutes a column.
    #expect(
      StatsReport(history: history).lines(style(width: 80))[2]
        == "tweets    " + String(repeating: "█", count: 49) + "▆  0–58")
  }

  @Test(
    "A field of CSV is quoted if it holds a line end, or a comma or quote even with an accent",
    arguments: [
      ("a\nb", "\"a\nb\""), ("a\rb", "\"a\rb\""), ("a\r\nb", "\"a\r\nb\""), ("a,\u{301}b", "\"a,\u{301}b\""),
      ("a\"\u{301}b", "\"a\"\"\u{301}b\""), ("año", "año"),
    ])
  func quotes(name: String, field: String) {
    #expect(Array(StatsTable.quoted(name).utf8) == Array(field.utf8))
  }

  @Test("CSV has a row for each window, and names that would break it are quoted")
  func csv() {
    var history = MoodHistory(step: .day, period: day..<(day + 86_400))
    var counts = MoodCounts(labels: ["a,b", "c"])
    counts.add(label: 1, probabilities: [250_000, 750_000])
    history.windows = [MoodWindow(.day, at: day, counts, revision: 3)]
    #expect(
      StatsTable.csv(history) == """
        start,end,rev,closed,tweets,labelled,unjudged,"a,b","a,b_mean_probability",c,c_mean_probability\r
        2025-10-04T00:00:00Z,2025-10-05T00:00:00Z,3,false,1,1,0,0,0.250000,1,0.750000\r

        """)
  }

  @Test(
    "Moments are named as people name them",
    arguments: [
      ("now", 1_759_572_672), ("today", 1_759_536_000), ("yesterday", 1_759_449_600), ("-90s", 1_759_572_582),
      ("-30m", 1_759_570_872), ("-2h", 1_759_565_472), ("-1d", 1_759_486_272), ("-1w", 1_758_967_872),
      ("2025-10-04", 1_759_536_000), ("2025-10-04T12:11:12+02:00", 1_759_572_672), ("", nil), ("-", nil),
      ("-h", nil), ("2h", nil), ("-2x", nil), ("2025-13-01", nil), ("-99999999999d", nil), ("10:00", nil),
      ("1970-01-01", 0), ("2000-01-01T00:00:01Z", 946_684_801), ("9999-12-31", 253_402_214_400),
      ("0000-02-30", nil),
    ] as [(String, Int?)])
  func moments(text: String, seconds: Int?) {
    #expect(MomentText.seconds(text, at: 1_759_572_672) == seconds)
  }

  @Test("The period is of whole windows, whose length fits it")
  func periods() throws {
    let now = UTCTime(microseconds: 1_759_572_672_000_000)
    func period(_ since: String?, _ until: String? = nil, _ step: WindowStep? = nil) throws -> String {
      let (range, step) = try StatsCommand.period(since, until, step, at: now)
      return "\(step.rawValue) \(range.lowerBound - day) \(range.upperBound - day)"
    }
    #expect(try period(nil) == "1h -50400 36673")
    #expect(try period(nil, nil, .minute) == "1m 33060 36673")
    #expect(try period("-2h") == "1m 29460 36673")
    #expect(try period("yesterday", "today") == "1h -86400 0")
    #expect(try period("-30d") == "1d -2592000 36673")
    #expect(throws: CommandFailure.self) { try period("soon") }
  }

  @Test("It reads what a daemon has counted, also while that runs, and says what is wrong in words")
  func command() async throws {
    let scratch = try TemporaryDirectory()
    let outcome = try await Program.shell(
      #"""
      $ANIMO stats --spool spool 2>&1; echo $?
      mkdir -p spool/inbox
      cat >spool/inbox/a.jsonl <<'END'
      {"text":"hola","created_at":"2025-10-04T00:10:00Z"}
      {"text":"adiós","created_at":"Sat Oct 04 02:00:00 +0000 2025"}
      {"text":"http://a.es","created_at":1759543200}
      {"text":"sin fecha"}
      {"text":"mañana","created_at":"2125-10-04T00:00:00Z"}
      END
      export LC_ALL=C.UTF-8
      $ANIMO serve --model $TINY --spool spool --settle 0 --once 2>log
      $ANIMO stats --spool spool --since 2025-10-04 --until 2025-10-05
      $ANIMO stats --spool spool --since 2025-10-04 --until 2025-10-04T03:00:00Z --step 1h --csv | tr -d '\r' | cut -d, -f 1-7
      header() { $ANIMO stats --spool spool --step 1h --csv "$@" | head -1; }
      cmp <(header --since 2025-10-04) <(header --since 2025-10-07 --until 2025-10-08) && header --since 2025-10-04 | wc -c
      $ANIMO stats --spool spool --since 2025-10-04 --until 2025-10-05 --json | grep -c '"start"'
      $ANIMO stats --spool spool | sed -n 2p
      $ANIMO stats --spool spool --since soon 2>&1; echo $?
      $ANIMO stats --spool spool --watch 2>&1; echo $?
      $ANIMO stats --spool spool --json --csv 2>/dev/null; echo $?
      $ANIMO stats --spool spool --since now --until yesterday 2>/dev/null; echo $?
      $ANIMO stats --spool spool --since 2999-12-31 2>&1 | head -1
      cut -c 1-84 spool/stats/windows.jsonl
      """#, in: scratch.url)
    #expect(
      outcome.output == """
        animo: spool: not a spool; name one with --spool, or create it with animo serve
        78
        2025-10-04 00:00 to 2025-10-05 00:00 UTC, by hour: 3 tweets, 1 with nothing to judge

        tweets    ▅·█·····················  0–2
        negative  ▄·▄·····················  100.0 %
        neutral   ▄·▄·····················  0.0 %
        positive  ▄·▄·····················  0.0 %

                          tweets  negative  neutral  positive  unjudged
        2025-10-04 00:00       1   100.0 %    0.0 %     0.0 %         0
        no tweets
        2025-10-04 02:00       2   100.0 %    0.0 %     0.0 %         1

        1 tweet without a time, in no window
        1 tweet from the future, in no window
        start,end,rev,closed,tweets,labelled,unjudged
        2025-10-04T00:00:00Z,2025-10-04T01:00:00Z,1,true,1,1,0
        2025-10-04T02:00:00Z,2025-10-04T03:00:00Z,0,false,2,1,1
        150
        2
        no tweets of this period; the newest is of 2025-10-04 02:00 UTC
        animo: --since: expected a time such as -2h, yesterday, 2026-10-04 or 2026-10-04T10:00:00Z, found "soon"
        64
        animo: --watch needs a terminal; leave it out to print the statistics once
        64
        64
        64
        Error: --since must not be in the future
        {"step":"1m","start":"2025-10-04T00:10:00Z","end":"2025-10-04T00:11:00Z","rev":1,"tw
        {"step":"1h","start":"2025-10-04T00:00:00Z","end":"2025-10-04T01:00:00Z","rev":1,"tw

        """)
  }

  /// 2025-10-04.
  private let day = 1_759_536_000

  private func history() -> MoodHistory {
    var history = MoodHistory(step: .hour, period: day..<(day + 6 * 3600))
    history.newest = day + 5 * 3600
    history.windows = [
      MoodWindow(.hour, at: day, counts(3, 1, unjudged: 4)),
      MoodWindow(.hour, at: day + 3600, counts(0, 1000)),
      MoodWindow(.hour, at: day + 5 * 3600, counts(4, 4)),
    ]
    history.apart = [.future: counts(3, 0)]
    return history
  }

  private func counts(_ negative: Int, _ positive: Int, unjudged: Int = 0) -> MoodCounts {
    var counts = MoodCounts(labels: ["negative", "positive"])
    for _ in 0..<negative { counts.add(label: 0, probabilities: [900_000, 100_000]) }
    for _ in 0..<positive { counts.add(label: 1, probabilities: [200_000, 800_000]) }
    for _ in 0..<unjudged { counts.add(label: nil, probabilities: []) }
    return counts
  }

  private func style(width: Int = 100, isTerminal: Bool = true, isUnicode: Bool = true) -> TextStyle {
    TextStyle(width: width, isTerminal: isTerminal, isColored: false, isUnicode: isUnicode)
  }
}
