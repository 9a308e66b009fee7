import Statistics
import SystemCalls
import SystemPackage
import TestSupport
import Testing

@testable import Ledger

@Suite("The words of the windows in the ledger") struct WindowWordsTests {
  private let scratch: TemporaryDirectory
  private let folder: FilePath
  private let ledger: Ledger
  private let day = 20_000 * 86_400

  init() throws {
    scratch = try TemporaryDirectory()
    folder = FilePath(scratch.path)
    ledger = try Ledger(in: folder)
  }

  @Test("Words are in their hours and days once their job is committed, and not before")
  func committed() throws {
    try commit(words(["bien": 2], at: day), newest: day)
    var changes = LedgerChanges(jobs: [job("1")])
    changes.wordProgress = ["1": words(["bien": 3, "mal": 1], at: day + 3600)]
    try ledger.record(changes)
    #expect(try counts(day..<(day + 7200)) == ["bien": 2])
    changes = LedgerChanges(jobs: [job("1", .committed)])
    changes.words = words(["mal": 5], at: day + 3600)
    try ledger.record(changes)
    for ledger in [ledger, try Ledger(reading: folder)] {
      #expect(try counts(day..<(day + 3600), ledger) == ["bien": 2])
      #expect(try counts((day + 3660)..<(day + 7200), ledger) == ["bien": 3, "mal": 6])
      #expect(try counts(day..<(day + 7200), ledger) == ["bien": 5, "mal": 6])
      // Of days, as the period is a long one.
      #expect(try counts(day..<(day + 3 * 86_400), ledger) == ["bien": 5, "mal": 6])
      #expect(try counts((day + 86_400)..<(day + 9 * 86_400), ledger) == [:])
    }
  }

  @Test("A job that starts over or is refused leaves no words", arguments: [true, false])
  func forgotten(isRestarted: Bool) throws {
    var changes = LedgerChanges(jobs: [job("1")])
    changes.wordProgress = ["1": words(["bien": 3], at: day)]
    try ledger.record(changes)
    changes = LedgerChanges()
    if isRestarted {
      changes.restarted = ["1"]
    } else {
      var refused = job("1", .committed)
      refused.refusal = "bad_json"
      changes.jobs = [refused]
    }
    try ledger.record(changes)
    changes = LedgerChanges(jobs: [job("1", .committed)])
    changes.words = words(["mal": 1], at: day)
    try ledger.record(changes)
    #expect(try counts(day..<(day + 3600)) == ["mal": 1])
  }

  @Test("Hours are kept for a week and days for three months before the newest tweet, of claimed jobs too")
  func retention() throws {
    try commit(words(["viejo": 1], at: day - 93 * 86_400), newest: day - 93 * 86_400)
    try commit(words(["antes": 1], at: day - 8 * 86_400), newest: day - 8 * 86_400)
    try commit(words(["ahora": 1], at: day), newest: day)
    #expect(try counts((day - 8 * 86_400)..<(day - 8 * 86_400 + 3600)) == [:])
    #expect(try counts((day - 800 * 86_400)..<(day + 86_400)) == ["antes": 1, "ahora": 1])
    try commit(words(["tarde": 1], at: day - 8 * 86_400), newest: day)
    #expect(try counts((day - 8 * 86_400)..<(day - 8 * 86_400 + 3600)) == [:])
    #expect(try counts((day - 800 * 86_400)..<(day + 86_400)) == ["antes": 1, "ahora": 1, "tarde": 1])
  }

  @Test("A single day has its words as long as days are kept")
  func singleDay() throws {
    let before = day - 20 * 86_400
    try commit(words(["antes": 2], at: before + 3600), newest: before)
    try commit(words(["ahora": 1], at: day), newest: day)
    #expect(try counts(before..<(before + 86_400)) == ["antes": 2])
    #expect(try counts((before + 86_400)..<(before + 2 * 86_400)) == [:])
    #expect(try counts(day..<(day + 86_400)) == ["ahora": 1])
  }

  @Test("The ledger knows the estimator that it was told last, and gives it to the history")
  func estimator() throws {
    let estimator = ShareEstimator(
      labels: ["negative", "positive"],
      corpora: [
        .init(
          texts: [40, 60], means: [[0.75, 0.25], [1.0 / 3, 2.0 / 3]],
          covariances: [[[0.1, -0.1], [-0.1, 0.1]], [[0.02, -0.02], [-0.02, 0.02]]])
      ])
    #expect(try history.estimator == nil)
    try commit(words(["bien": 1], at: day), newest: day, estimator: .some(estimator))
    #expect(try history.estimator == estimator)
    try commit(words(["bien": 1], at: day), newest: day)
    #expect(try history.estimator == estimator)
    try commit(words(["bien": 1], at: day), newest: day, estimator: .some(nil))
    #expect(try history.estimator == nil)
  }

  private var history: MoodHistory { get throws { try ledger.windows(in: 0..<1, step: .day) } }

  private func commit(_ words: EventWords, newest: Int, estimator: ShareEstimator?? = nil) throws {
    var changes = LedgerChanges()
    changes.events.add(at: newest * 1000, label: nil, probabilities: [], of: ["positive"])
    (changes.words, changes.estimator) = (words, estimator)
    try ledger.record(changes)
  }

  private func counts(_ period: Range<Int>, _ other: Ledger? = nil) throws -> [String: Int] {
    let words = try (other ?? ledger).windows(in: period, step: .day).words
    return words.summaries["positive"]?.counts.mapValues(\.seen) ?? [:]
  }

  private func words(_ counts: [String: Int], at hour: Int) -> EventWords {
    var (batch, words) = (WordBatch(), EventWords())
    for (word, count) in counts {
      for _ in 0..<count { batch.add(Array(word.utf8).span, at: batch.number(ofHour: hour, label: 0)) }
    }
    words.add(batch, of: ["positive"])
    return words
  }

  private func job(_ id: String, _ state: JobRecord.State = .claimed) -> JobRecord {
    var job = JobRecord(
      id: id, name: FileName("\(id).jsonl"), claimed: "2025-10-04T00:00:00.000Z",
      checkpoint: Checkpoint(of: Checkpoint.Input(inode: 1, size: 1, modified: 1), model: "m", settings: "s"))
    job.state = state
    return job
  }
}
