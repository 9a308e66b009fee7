import JSON
import Statistics
import Testing

@Suite("Snapshot") struct SnapshotTests {
  @Test("Every series is there from the start, with noughts")
  func fromTheStart() {
    var statistics = RollingStatistics(
      of: Counts(labels: ["negative", "positive"], reasons: ["bad_json"]), start: .zero)
    let text = statistics.snapshot(at: .zero).json(time: "2026-10-04T10:11:12.345Z").line
    let counts =
      #""lines":0,"labelled":0,"labels":{"negative":{"count":0,"share":0.000000,"mean_probability":0.000000},"#
      + #""positive":{"count":0,"share":0.000000,"mean_probability":0.000000}},"#
      + #""unjudged":0,"rejected":0,"rejected_by_reason":{"bad_json":0},"blank":0,"left_out":0,"#
      + #""files":0,"refused_files":0"#
    let window = #"{"seconds":0.0,"tweets_per_second":0.0,"# + counts + "}"
    #expect(
      text == #"{"time":"2026-10-04T10:11:12.345Z","uptime_seconds":0.0,"total":{"# + counts + "},"
        + #""windows":{"1m":"# + window + #","5m":"# + window + #","15m":"# + window + #","1h":"# + window
        + "}}")
  }

  @Test("Shares and mean probabilities are over the labelled tweets alone")
  func shares() {
    var counts = Counts(labels: ["negative", "positive"], reasons: ["bad_json"])
    counts.labelled = [3, 1]
    counts.probability = [2_800_000, 1_200_000]
    counts.rejected = [5]
    counts.blank = 2
    #expect(counts.share(ofLabel: 0) == 0.75)
    #expect(counts.meanProbability(ofLabel: 1) == 0.3)
    #expect(counts.lines == 11)
  }

  @Test("Windows show work before it is settled, totals only afterwards")
  func settling() {
    var statistics = RollingStatistics(
      of: Counts(labels: ["negative", "positive"], reasons: []), start: .zero)
    var counts = statistics.total
    counts.labelled = [1, 2]
    statistics.observe(counts, at: .seconds(1))
    #expect(statistics.total.labelled == [0, 0])
    #expect(statistics.window(.oneMinute, at: .seconds(2)).counts.labelled == [1, 2])
    statistics.settle(counts)
    #expect(statistics.total.labelled == [1, 2])
    #expect(statistics.window(.oneMinute, at: .seconds(2)).counts.labelled == [1, 2])
  }

  @Test("What the caller adds comes after the time, in its order")
  func more() {
    var statistics = RollingStatistics(of: Counts(labels: [], reasons: []), start: .zero)
    let text = statistics.snapshot(at: .zero).json(
      time: "T", more: [("model", .string("m@1")), ("queued", .integer(3))]
    ).line
    #expect(text.hasPrefix(#"{"time":"T","model":"m@1","queued":3,"uptime_seconds":0.0,"#))
  }
}
