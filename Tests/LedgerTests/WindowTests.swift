import JSON
import Statistics
import SystemCalls
import SystemPackage
import TestSupport
import Testing

@testable import Ledger

@Suite("The windows of event time in the ledger") struct WindowTests {
  private let scratch: TemporaryDirectory
  private let folder: FilePath
  private let ledger: Ledger

  init() throws {
    scratch = try TemporaryDirectory()
    folder = FilePath(scratch.path)
    ledger = try Ledger(in: folder)
  }

  @Test("What was committed is in its windows of every length, for a writer and a reader, and adds up")
  func committed() throws {
    for _ in 0..<2 { try commit(tweets(at: [day, day + 59, day + 60, nil])) }
    for ledger in [ledger, try Ledger(reading: folder)] {
      let history = try ledger.windows(in: day..<(day + 86_400), step: .minute)
      #expect(history.windows.map(\.start) == [day, day + 60])
      #expect(history.windows.map(\.counts.answered) == [4, 2])
      #expect(history.windows[0].counts == tweets(at: [day, day, day, day]).minutes[day])
      #expect((history.newest, history.watermark) == (day + 60, day - 540))
      #expect(history.apart.mapValues(\.answered) == [.noTime: 2])
      for step in [WindowStep.hour, .day] { #expect(try answered(step) == [day: 6]) }
    }
    #expect(try ledger.windows(in: (day + 1)..<(day + 60), step: .minute).windows.isEmpty)
    #expect(try ledger.firstWindow(.minute) == day)
  }

  @Test("Tweets of models with other labels are in the same window")
  func otherLabels() throws {
    try commit(tweets(at: [day]))
    try commit(tweets(at: [day], labels: ["neutral", "positive"]))
    let counts = try #require(ledger.windows(in: 0..<(.max), step: .day).windows.first?.counts)
    #expect(counts.labels == ["negative", "positive", "neutral"])
    #expect((counts.labelled(1), counts.answered) == (2, 2))
  }

  @Test("A period without windows has the labels of the latest tweets, and none before there are any")
  func latestLabels() throws {
    func labels() throws -> [String] { try ledger.windows(in: 0..<1, step: .hour).labels }
    #expect(try labels() == [])
    try commit(tweets(at: [nil]))
    #expect(try labels() == ["negative", "positive"])
    try commit(tweets(at: [day], labels: ["neutral", "positive"]))
    #expect(try labels() == ["neutral", "positive"])
    try commit(tweets(at: [day - 86_400]))
    #expect(try labels() == ["neutral", "positive"])
  }

  @Test("What a claimed job adds stays if it is committed and goes if it is not", arguments: Fate.allCases)
  func progress(fate: Fate) throws {
    try commit(tweets(at: [day]))
    var changes = LedgerChanges(jobs: [job("1"), job("2")])
    changes.eventProgress = ["1": tweets(at: [day, day + 120, nil]), "2": tweets(at: [day])]
    try ledger.record(changes)
    changes.eventProgress = ["1": tweets(at: [day])]
    try ledger.record(changes)
    #expect(try answered(.minute) == [day: 4, day + 120: 1])
    #expect(try ledger.windows(in: 0..<1, step: .day).newest == day)

    try end(fate, events: tweets(at: [day + 120]))
    let isCommitted = fate == .committed
    #expect(try answered(.minute) == (isCommitted ? [day: 4, day + 120: 2] : [day: 2]))
    let history = try ledger.windows(in: 0..<(.max), step: .day)
    #expect(history.windows.map(\.counts.answered) == [isCommitted ? 6 : 2])
    #expect(history.apart.mapValues(\.answered) == (isCommitted ? [.noTime: 1] : [:]))
    #expect(history.newest == (isCommitted ? day + 120 : day))
  }

  @Test("Minutes are kept for 48 hours before the newest tweet, hours for 90 days, days for ever")
  func retention() throws {
    let newest = day + 200 * 86_400
    try commit(tweets(at: [day, newest - 91 * 86_400, newest - 90 * 86_400, newest - 48 * 3600 - 1]))
    try commit(tweets(at: [newest, newest - 48 * 3600]))
    // Late ones as well; they are in the windows that are kept.
    try commit(tweets(at: [day, newest - 48 * 3600 - 1]))
    #expect(try answered(.minute) == [newest - 48 * 3600: 1, newest: 1])
    #expect(
      try answered(.hour)
        == [newest - 90 * 86_400: 1, newest - 48 * 3600 - 3600: 2, newest - 48 * 3600: 1, newest: 1])
    #expect(try answered(.day).values.reduce(0, +) == 8)
    #expect(try answered(.day)[day] == 2)
    #expect(try ledger.windows(in: 0..<1, step: .day).apart[.late]?.answered == 2)
  }

  @Test("An unfinished job has no more windows than are kept, and leaves those of others alone")
  func longJob() throws {
    try commit(tweets(at: [day]))
    let newest = day + 100 * 86_400
    for time in [day, day + 60, newest] {
      var changes = LedgerChanges(jobs: [job("1")])
      changes.eventProgress = ["1": tweets(at: [time])]
      try ledger.record(changes)
    }
    #expect(try answered(.minute) == [day: 1, newest: 1])
    #expect(try answered(.hour) == [day: 1, newest: 1])
    #expect(try answered(.day) == [day: 3, newest: 1])
    try end(.restarted)
    for step in WindowStep.allCases { #expect(try answered(step) == [day: 1]) }
  }

  @Test(
    "Whatever the order of jobs and checkpoints, and whichever are repeated, the windows are the same",
    arguments: 0..<12 as Range<UInt64>)
  func anyOrder(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    // Over four days, so that minutes are forgotten on the way.
    let jobs = (0..<8).map { number in
      (
        id: "\(number)",
        pieces: (0..<3).map { _ in (0..<20).map { _ in day + Int.random(in: 0..<4 * 86_400, using: &random) }
        }
      )
    }
    func run(_ ledger: Ledger, _ random: inout SeededGenerator) throws {
      for job in jobs.shuffled(using: &random) {
        for attempt in 1...3 {
          let isLast = attempt == 3 || Bool.random(using: &random)
          let pieces = job.pieces.shuffled(using: &random)
          for piece in pieces.prefix(isLast ? 2 : Int.random(in: 0...2, using: &random)) {
            var changes = LedgerChanges(jobs: [self.job(job.id)])
            changes.eventProgress = [job.id: tweets(at: piece)]
            try ledger.record(changes)
          }
          var changes = LedgerChanges()
          if isLast {
            (changes.jobs, changes.events) = ([self.job(job.id, .committed)], tweets(at: pieces[2]))
          } else {
            changes.restarted = [job.id]
          }
          try ledger.record(changes)
          if isLast { break }
        }
      }
    }
    try run(ledger, &random)
    let other = try TemporaryDirectory()
    let second = try Ledger(in: FilePath(other.path))
    try run(second, &random)
    for step in WindowStep.allCases {
      let windows = try [ledger, second].map { try $0.windows(in: 0..<(.max), step: step).windows }
      #expect(windows[0] == windows[1])
      #expect(!windows[0].isEmpty)
    }
    #expect(try answered(.day).values.reduce(0, +) == 8 * 3 * 20)
  }

  @Test("Each closed window has one line for each of its revisions; the same lines until the next are taken")
  func lines() throws {
    try commit(tweets(at: [day, day + 60]))
    #expect(try ledger.takeLines(at: 0) == nil)
    try commit(tweets(at: [day + 720]))
    let first = try #require(try ledger.takeLines(at: 7))
    #expect(first.position == 7)
    #expect(try starts(in: first) == ["1m 2025-10-04T00:00:00Z 1 1", "1m 2025-10-04T00:01:00Z 1 1"])
    #expect(try Ledger(reading: folder).lines() == first)
    #expect(try ledger.takeLines(at: 700) == nil)
    #expect(try ledger.lines() == first)

    // Late, but not too late.
    try commit(tweets(at: [day, day], labels: ["neutral"]))
    try commit(tweets(at: [day + 86_400 + 600]))
    #expect(
      try starts(in: ledger.takeLines(at: 700))
        == [
          "1m 2025-10-04T00:00:00Z 2 3", "1m 2025-10-04T00:12:00Z 1 1", "1h 2025-10-04T00:00:00Z 1 5",
          "1d 2025-10-04T00:00:00Z 1 5",
        ])
    #expect(try ledger.lines().position == 700)
    #expect(try ledger.windows(in: day..<(day + 1), step: .minute).windows.map(\.revision) == [2])

    // Many are taken in turns.
    try commit(tweets(at: [day + 240, day + 300, day + 360]))
    #expect(
      try starts(in: ledger.takeLines(at: 0, atMost: 2)).map { $0.prefix(19) } == [
        "1m 2025-10-04T00:04", "1m 2025-10-04T00:05",
      ])
    #expect(try starts(in: ledger.takeLines(at: 0, atMost: 4)).count == 3)
    #expect(try ledger.takeLines(at: 0) == nil)
  }

  @Test("A window that was written and lost its tweets again is written as one without")
  func emptied() throws {
    var changes = LedgerChanges(jobs: [job("1")])
    changes.eventProgress = ["1": tweets(at: [day])]
    try ledger.record(changes)
    try commit(tweets(at: [day + 720]))
    #expect(try starts(in: ledger.takeLines(at: 0)) == ["1m 2025-10-04T00:00:00Z 1 1"])
    try end(.restarted)
    #expect(try starts(in: ledger.takeLines(at: 0)) == ["1m 2025-10-04T00:00:00Z 2 0"])
    #expect(try answered(.minute) == [day + 720: 1])
  }

  @Test("A ledger of the version before has no windows yet, keeps what it holds, and has them from then on")
  func migration() throws {
    let old = try TemporaryDirectory()
    let path = FilePath(old.path)
    let connection = try Connection(path.appending(Ledger.fileName), isReadOnly: false)
    try Schema.migrate(connection, to: 4)
    try connection.run("INSERT INTO totals (kind, name, count) VALUES ('labelled', 'positive', 3)")
    let ledger = try Ledger(in: path)
    #expect(try ledger.totals().labelledTotal == 3)
    #expect(try ledger.windows(in: 0..<(.max), step: .day).windows.isEmpty)
    #expect(try ledger.windows(in: 0..<(.max), step: .day).newest == nil)
    var changes = LedgerChanges()
    changes.events = tweets(at: [day])
    try ledger.record(changes)
    #expect(try ledger.windows(in: 0..<(.max), step: .day).windows.map(\.start) == [day])
  }

  /// What may become of a job that was checkpointed.
  enum Fate: CaseIterable { case committed, refused, restarted }

  /// 2025-10-04.
  private let day = 1_759_536_000

  private func end(_ fate: Fate, events: EventCounts = EventCounts()) throws {
    var changes = LedgerChanges()
    if fate == .restarted {
      changes.restarted = ["1"]
    } else {
      changes.jobs = [job("1", .committed)]
      changes.jobs[0].refusal = fate == .refused ? "all_bad" : nil
      if fate == .committed { changes.events = events }
    }
    try ledger.record(changes)
  }

  private func commit(_ events: EventCounts) throws {
    var changes = LedgerChanges()
    changes.events = events
    try ledger.record(changes)
  }

  private func answered(_ step: WindowStep) throws -> [Int: Int] {
    let windows = try ledger.windows(in: 0..<(.max), step: step).windows
    return Dictionary(uniqueKeysWithValues: windows.map { ($0.start, $0.counts.answered) })
  }

  /// Positive tweets that were written at `times`, in seconds.
  private func tweets(at times: [Int?], labels: [String] = ["negative", "positive"]) -> EventCounts {
    var events = EventCounts()
    for time in times {
      events.add(
        at: time.map { $0 * 1000 }, label: labels.count - 1,
        probabilities: [250_000, 750_000].suffix(labels.count),
        of: labels)
    }
    return events
  }

  private func job(_ id: String, _ state: JobRecord.State = .claimed) -> JobRecord {
    let point = Checkpoint(of: .init(inode: 7, size: 100, modified: 8), model: "m@1", settings: "s")
    var job = JobRecord(id: id, name: "a", claimed: "2026-10-04T10:11:12.345Z", checkpoint: point)
    job.state = state
    return job
  }

  /// Step, start, revision and number of tweets of each line.
  private func starts(in lines: Ledger.Lines?) throws -> [String] {
    try (lines?.text ?? "").split(separator: "\n").map { line in
      let members = try #require(JSONReader.read(Array(line.utf8)).members)
      let numbers = ["rev", "tweets"].map { "\(members[$0]?.integer ?? -1)" }
      return (["step", "start"].map { members[$0]?.string ?? "" } + numbers).joined(separator: " ")
    }
  }
}
