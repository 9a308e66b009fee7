import JSON
import Statistics
import TestSupport
import Testing

@Suite("The mood by event time") struct EventCountsTests {
  @Test("A tweet is in its minute, its hour and its day, also before 1970")
  func starts() {
    #expect(WindowStep.minute.start(of: 1_759_572_672) == 1_759_572_660)
    #expect(WindowStep.hour.start(of: 1_759_572_672) == 1_759_572_000)
    #expect(WindowStep.day.start(of: 1_759_572_672) == 1_759_536_000)
    #expect(WindowStep.day.start(of: -1) == -86_400)
  }

  @Test("What is said is counted by label, and probabilities by the label that was given")
  func counts() {
    var counts = MoodCounts(labels: labels)
    counts.add(label: 1, probabilities: [100_000, 900_000])
    counts.add(label: 1, probabilities: [400_000, 600_000])
    counts.add(label: 0, probabilities: [700_000, 300_000])
    counts.add(label: nil, probabilities: [500_000, 500_000])
    // Withheld: no probability is of such an answer.
    counts.add(label: 2, probabilities: [500_000, 500_000])
    #expect((counts.labelled(0), counts.labelled(1), counts.labelled(2), counts.unjudged) == (1, 2, 1, 1))
    #expect((counts.labelledTotal, counts.answered) == (4, 5))
    #expect(counts.probability(of: 1, given: 1) == 1_500_000)
    #expect(counts.probability(of: 0, given: 1) == 500_000)
    #expect(counts.probability(of: 1) == 2_300_000)
    #expect((counts.share(of: 1), counts.meanProbability(of: 1)) == (0.5, 0.575))
  }

  @Test("Counts of other labels are added by name, and taken away again")
  func otherLabels() {
    var (first, second) = (MoodCounts(labels: labels), MoodCounts(labels: ["neutral", "positive"]))
    first.add(label: 1, probabilities: [100_000, 900_000])
    second.add(label: 1, probabilities: [200_000, 800_000])
    var sum = first
    sum += second
    #expect(sum.labels == labels + ["neutral"])
    #expect((sum.labelled(1), sum.probability(of: 1), sum.probability(of: 3)) == (2, 1_700_000, 200_000))
    #expect(sum != first)
    sum -= second
    #expect(sum == first)
    #expect(first == first.arranged(by: ["positive", "abstain", "negative"]))
  }

  @Test("Counts are read back from their text; other texts are none")
  func text() throws {
    var counts = MoodCounts(labels: labels)
    counts.add(label: 1, probabilities: [100_000, 900_000])
    var less = MoodCounts(labels: labels)
    less -= counts
    #expect(counts.text == "0 0 1 0 0 0 0 100000 900000 0 0 0 0")
    for some in [counts, less] {
      #expect(MoodCounts(labels: labels, text: some.text.utf8)?.text == some.text)
    }
    for wrong in [
      "", "1", "0 0 1 0 0 0 0 100000 900000 0 0 0", counts.text + " ", "x", "1--2 3", "9999999999999999999",
    ] {
      #expect(MoodCounts(labels: labels, text: wrong.utf8) == nil)
    }
  }

  @Test("Tweets without a time and from the future are in no window, late ones in both")
  func apart() {
    var events = EventCounts()
    for time in [nil, 60_000, 120_000, 180_001] as [Int?] {
      events.add(at: time, label: 0, probabilities: [1_000_000, 0], of: labels)
    }
    events.takeOut(after: 120)
    events.countLate(before: 120)
    #expect(events.minutes.mapValues(\.answered) == [60: 1, 120: 1])
    #expect(events.apart.mapValues(\.answered) == [.noTime: 1, .future: 1, .late: 1])
    #expect(events.newest == 120)
    #expect(events.windows(of: .day).mapValues(\.answered) == [0: 2])
  }

  @Test(
    "In whatever order and pieces tweets are added, the sum is the same",
    arguments: 0..<20 as Range<UInt64>)
  func anyOrder(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let tweets = (0..<300).map { _ in
      (
        time: random.next() % 7 == 0 ? nil : Int(random.next() % 400_000_000),
        label: random.next() % 9 == 0 ? nil : Int(random.next() % 2), p: Int32(random.next() % 1_000_001)
      )
    }
    func fold(_ tweets: some Sequence<(time: Int?, label: Int?, p: Int32)>) -> EventCounts {
      var events = EventCounts()
      for tweet in tweets {
        events.add(
          at: tweet.time, label: tweet.label, probabilities: [tweet.p, 1_000_000 - tweet.p], of: labels)
      }
      events.takeOut(after: 390_000)
      return events
    }
    let whole = fold(tweets)
    var (pieces, rest) = (EventCounts(), tweets.shuffled(using: &random)[...])
    while !rest.isEmpty {
      let count = Int(random.next() % 40) + 1
      pieces += fold(rest.prefix(count))
      rest = rest.dropFirst(count)
    }
    #expect(pieces == whole)
    for step in WindowStep.allCases { #expect(pieces.windows(of: step) == whole.windows(of: step)) }
    let counted = whole.windows(of: .day).values.reduce(0) { $0 + $1.answered }
    #expect(counted + whole.apart.values.reduce(0) { $0 + $1.answered } == 300)
  }

  @Test(
    "A window is one JSON object, in the file, over HTTP and at the terminal; there it says whether it is closed"
  )
  func json() {
    var counts = MoodCounts(labels: ["negative", "positive"])
    counts.add(label: 1, probabilities: [100_000, 900_000])
    counts.add(label: nil, probabilities: [])
    let window = MoodWindow(.hour, at: 1_759_572_000, counts, revision: 2)
    let numbers =
      #""tweets":2,"labelled":1,"labels":{"negative":{"count":0,"share":0.000000,"estimate":null,"mean_probability":0.100000},"#
      + #""positive":{"count":1,"share":1.000000,"estimate":null,"mean_probability":0.900000}},"#
      + #""estimated":"model_not_judged","unjudged":1}"#
    let times = #"{"step":"1h","start":"2025-10-04T10:00:00Z","end":"2025-10-04T11:00:00Z","rev":2,"#
    #expect(window.json(nil).line == times + numbers)
    var history = MoodHistory(step: .hour, period: 1_759_536_000..<1_759_622_400)
    (history.windows, history.newest, history.apart) = ([window], 1_759_576_200, [.future: counts])
    #expect(
      history.json.line
        == #"{"step":"1h","from":"2025-10-04T00:00:00Z","to":"2025-10-05T00:00:00Z","#
        + #""watermark":"2025-10-04T11:00:00Z","apart":{"no_time":0,"future":2,"late":0},"#
        + #""words":{"negative":{"frequent":[],"telling":[]},"positive":{"frequent":[],"telling":[]}},"windows":["#
        + times + #""closed":true,"# + numbers + "]}")
    history.newest = 1_759_576_140
    #expect(!history.isClosed(window))
  }

  @Test("A sum with tweets that could not be given one of the judged labels has no estimates")
  func mixesLabels() {
    let judged = ["negative", "neutral", "positive"]
    let means = [[0.8, 0.1, 0.1], [0.1, 0.8, 0.1], [0.1, 0.1, 0.8]]
    let none = Array(repeating: Array(repeating: 0.0, count: 3), count: 3)
    let corpus = ShareEstimator.Corpus(
      texts: [9, 9, 9], means: means, covariances: Array(repeating: none, count: 3))
    let estimator = ShareEstimator(labels: judged, corpora: [corpus])
    func counts(_ labels: [String], _ tweets: Int) -> MoodCounts {
      var counts = MoodCounts(labels: labels)
      for _ in 0..<tweets { counts.add(label: 0, probabilities: [700_000, 300_000]) }
      counts.add(label: nil, probabilities: [])
      return counts
    }
    func status(_ parts: MoodCounts...) -> String? {
      let sum = parts.reduce(into: MoodCounts()) { $0 += $1 }
      return sum.members(estimator).first { $0.0 == "estimated" }?.1.string
    }
    let (all, two) = (counts(judged, 40), counts(["negative", "positive"], 40))
    #expect(status(all, all) == "yes")
    #expect(status(all, counts(judged + ["abstain"], 40)) == "yes")
    #expect(status(counts(judged, 20)) == "too_few_tweets")
    #expect(status(two) == "model_not_judged")
    for parts in [[all, two], [two, all]] { #expect(status(parts[0], parts[1], all) == "model_not_judged") }
    // Nothing was labelled with two.
    let empty = counts(["negative", "positive"], 0)
    #expect(status(empty, all) == "yes" && status(all, empty) == "yes")
  }

  private let labels = ["negative", "positive", "abstain"]
}
