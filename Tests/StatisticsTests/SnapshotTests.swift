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
      #""lines":0,"labelled":0,"labels":{"negative":{"count":0,"share":0.000000,"estimate":null,"mean_probability":0.000000},"#
      + #""positive":{"count":0,"share":0.000000,"estimate":null,"mean_probability":0.000000}},"#
      + #""estimated":"model_not_judged","unjudged":0,"#
      + #""rejected":0,"rejected_by_reason":{"bad_json":0},"blank":0,"left_out":0,"#
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

  @Test("Beside each share stands the estimate of the true one, as soon as there are enough tweets")
  func estimates() throws {
    let blocks = [[[0.01, -0.01], [-0.01, 0.01]], [[0.02, -0.02], [-0.02, 0.02]]]
    var statistics = RollingStatistics(
      of: Counts(labels: ["negative", "positive"], reasons: []), start: .zero)
    func labels() throws -> String {
      var snapshot = statistics.snapshot(at: .zero)
      snapshot.estimator = ShareEstimator(
        labels: ["negative", "positive"],
        corpora: [.init(texts: [400, 400], means: [[0.8, 0.2], [0.3, 0.7]], covariances: blocks)])
      let total = try #require(snapshot.json(time: "T").members?["total"]?.members)
      return "\(total["labels"]?.line ?? "") \(total["estimated"]?.line ?? "")"
    }
    #expect(try labels().hasSuffix(#""estimate":null,"mean_probability":0.000000}} "too_few_tweets""#))
    var counts = Counts(labels: ["negative", "positive"])
    (counts.labelled, counts.probability) = ([600, 400], [550_000_000, 450_000_000])
    statistics.settle(counts)
    // (0.55 − 0.3) / (0.8 − 0.3); the standard error is that of 1,000 tweets and of 400 + 400 judged texts.
    #expect(
      try labels()
        == #"{"negative":{"count":600,"share":0.600000,"estimate":{"share":0.500000,"low":0.461543,"#
        + #""high":0.538457},"mean_probability":0.550000},"positive":{"count":400,"share":0.400000,"#
        + #""estimate":{"share":0.500000,"low":0.461543,"high":0.538457},"mean_probability":0.450000}} "yes""#
    )
  }
}
