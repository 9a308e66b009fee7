import Foundation
import Statistics
import SystemCalls
import SystemPackage
import TestSupport
import Testing

@testable import Ledger

@Suite("The ledger") struct LedgerTests {
  private let scratch: TemporaryDirectory
  private let folder: FilePath

  init() throws {
    scratch = try TemporaryDirectory()
    folder = FilePath(scratch.path)
  }

  @Test("A job is read as it was written, whatever its name's bytes are")
  func jobs() throws {
    let ledger = try Ledger(in: folder)
    var changes = LedgerChanges()
    let odd = try #require(FileName(bytes: [0x61, 0xF1, 0x0A]))
    var job = record("1", name: odd)
    job.state = .committed
    job.times.committed = "2026-10-04T10:11:13.000Z"
    job.checkpoint.counts = positive(3)
    (job.checkpoint.place.openArrays, job.checkpoint.place.tweetsOfPage) = (2, 17)
    job.checkpoint.place.isInsideLine = true
    job.finalNames = .init(output: "a.jsonl", rejects: odd)
    changes.jobs = [job, record("2", name: "ñ.txt")]
    try ledger.record(changes)
    #expect(try ledger.job("1") == job)
    #expect(try ledger.jobs(in: .claimed).map(\.name) == ["ñ.txt"])
    #expect(try ledger.lastID() == "2")
    #expect(try ledger.job("3") == nil)
  }

  @Test("What was recorded is there after the ledger is opened again, by a writer and a reader")
  func reopened() throws {
    try {
      var changes = LedgerChanges()
      changes.jobs = [record("1", name: "a")]
      try Ledger(in: folder).record(changes)
    }()
    #expect(try Ledger(in: folder).allJobs().count == 1)
    #expect(try Ledger(reading: folder).allJobs().count == 1)
  }

  @Test("A reader and the writer do not wait for each other")
  func readers() throws {
    let (writer, reader) = (try Ledger(in: folder), try Ledger(reading: folder))
    var changes = LedgerChanges()
    changes.jobs = [record("1", name: "a")]
    try writer.record(changes)
    #expect(try reader.allJobs().count == 1)
  }

  @Test("Totals are the fold of committed jobs, also after some of these were removed")
  func fold() throws {
    let ledger = try Ledger(in: folder)
    var changes = LedgerChanges()
    for number in 1...3 {
      var job = record("\(number)", name: "a")
      job.checkpoint.counts = positive(number)
      job.state = number < 3 ? .committed : .claimed
      changes.jobs.append(job)
    }
    changes.total = positive(3)
    try ledger.record(changes)
    #expect(try ledger.fold() == ledger.totals())
    changes = LedgerChanges()
    changes.published = ["1"]
    changes.removed = ["1", "2"]
    try ledger.record(changes)
    // Only what was published can be removed.
    #expect(try ledger.allJobs().map(\.id) == ["2", "3"])
    #expect(try ledger.fold() == ledger.totals())
    #expect(try ledger.totals() == positive(3))
    #expect(try ledger.wrongTotals().isEmpty)
  }

  @Test("Old jobs are removed some at a time, the oldest first, and their counts stay in the totals")
  func removedBefore() throws {
    let ledger = try Ledger(in: folder)
    var changes = LedgerChanges()
    for number in 1...5 {
      var job = record("\(number)", name: "a")
      job.checkpoint.counts = positive(number)
      job.state = .committed
      changes.jobs.append(job)
    }
    changes.total = positive(15)
    changes.published = ["1", "2", "3", "5"]
    try ledger.record(changes)
    try ledger.write { (connection) throws(LedgerError) in try connection.remove(before: "5", atMost: 2) }
    #expect(try ledger.allJobs().map(\.id) == ["3", "4", "5"])
    changes = LedgerChanges()
    changes.removedBefore = "5"
    try ledger.record(changes)
    // Neither one that is not published nor a later one.
    #expect(try ledger.allJobs().map(\.id) == ["4", "5"])
    #expect(try ledger.totals() == positive(15))
    #expect(try ledger.wrongTotals().isEmpty)
  }

  @Test("Every count is read as it was written, by name; counts of another model stand beside them")
  func names() throws {
    let ledger = try Ledger(in: folder)
    var first = Counts(labels: ["negative", "positive"], reasons: ["bad_json", "no_text"])
    (first.labelled, first.probability, first.rejected) = ([1, 2], [3, 4], [0, 6])
    (first.unjudged, first.blank, first.leftOut, first.files, first.refusedFiles) = (10, 7, 11, 8, 9)
    var second = Counts(labels: ["positive", "neutral"])
    second.labelled = [10, 20]
    for counts in [first, second] {
      var changes = LedgerChanges()
      changes.total = counts
      try ledger.record(changes)
    }
    var both = first
    both += second
    #expect(try ledger.totals() == both)
    #expect(try ledger.totals().labels.sorted() == ["negative", "neutral", "positive"])
    // Counts of 0 have no row.
    #expect(try ledger.totals().reasons == ["no_text"])
  }

  @Test("Totals that are not the fold of the jobs are found, by name")
  func wrongTotals() throws {
    let ledger = try Ledger(in: folder)
    var changes = LedgerChanges(jobs: [record("1", name: "a")])
    changes.jobs[0].state = .committed
    changes.jobs[0].checkpoint.counts = positive(1)
    changes.total = positive(6)
    changes.total.blank = 2
    try ledger.record(changes)
    let wrong = try ledger.wrongTotals()
    #expect(wrong.map(\.what) == ["blank ", "labelled positive"])
    #expect(wrong.map(\.total) == [2, 6])
    #expect(wrong.map(\.jobs) == [0, 1])
  }

  @Test("An order outlives its job's restart and ends with the commit; one for a committed job is void")
  func orders() throws {
    let ledger = try Ledger(in: folder)
    let hold = { id in JobOrder(job: id, .held, reason: "asked", detail: "held by user 0", time: "2026") }
    try ledger.record(LedgerChanges(jobs: [record("1", name: "a")], orders: [hold("1"), hold("2")]))
    var changes = LedgerChanges(orders: [JobOrder(job: "2", .released, reason: "", detail: "", time: "")])
    changes.restarted = ["1"]
    try ledger.record(changes)
    #expect(try ledger.orders().map(\.kind) == [.held, .released])
    // The number of a job of which the ledger knows nothing else is not given to another.
    #expect(try ledger.lastID() == "2")
    var job = record("1", name: "a")
    job.state = .committed
    try ledger.record(LedgerChanges(jobs: [job]))
    try ledger.record(LedgerChanges(orders: [hold("1")]))
    #expect(try ledger.orders().map(\.job) == ["2"])
    changes = LedgerChanges()
    changes.settledOrders = ["2"]
    try ledger.record(changes)
    #expect(try ledger.orders() == [])
  }

  @Test("A job that is restarted leaves no trace")
  func restarted() throws {
    let ledger = try Ledger(in: folder)
    var changes = LedgerChanges()
    changes.jobs = [record("1", name: "a")]
    try ledger.record(changes)
    changes = LedgerChanges()
    changes.restarted = ["1"]
    try ledger.record(changes)
    #expect(try ledger.allJobs() == [])
    #expect(try ledger.fold() == Counts())
  }

  @Test("Buckets add up, and old ones go")
  func buckets() throws {
    let ledger = try Ledger(in: folder)
    var counts = Counts()
    counts.blank = 2
    for first in [nil, 11] {
      var changes = LedgerChanges()
      (changes.buckets[10], changes.buckets[11]) = (counts, counts)
      changes.firstBucket = first
      try ledger.record(changes)
    }
    #expect(try ledger.buckets().mapValues(\.blank) == [11: 4])
  }

  /// What may become of a job that was checkpointed.
  enum Fate: CaseIterable { case committed, refused, restarted }

  @Test(
    "What a claimed job adds to the buckets stays if it is committed and goes if it is not",
    arguments: Fate.allCases)
  func progress(fate: Fate) throws {
    let ledger = try Ledger(in: folder)
    var changes = LedgerChanges()
    changes.jobs = [record("1", name: "a"), record("2", name: "b")]
    for (id, lines) in [("1", 3), ("2", 5)] {
      changes.progress[id] = [10: blank(lines)]
    }
    try ledger.record(changes)
    #expect(try ledger.buckets(of: "1")[10]?.blank == 3)

    changes = LedgerChanges()
    if fate == .restarted {
      changes.restarted = ["1"]
    } else {
      changes.jobs = [record("1", name: "a")]
      changes.jobs[0].state = .committed
      changes.jobs[0].refusal = fate == .refused ? "all_bad" : nil
    }
    try ledger.record(changes)
    #expect(try ledger.buckets()[10]?.blank == (fate == .committed ? 8 : 5))
    #expect(try ledger.buckets(of: "1").isEmpty)
    #expect(try ledger.buckets(of: "2")[10]?.blank == 5)
  }

  @Test(
    "Jobs that are not published are found without a look at all others",
    arguments: [JobRecord.State.claimed, .committed])
  func index(state: JobRecord.State) throws {
    let connection = try Connection(folder.appending(Ledger.fileName), isReadOnly: false)
    try Schema.migrate(connection)
    var plan = ""
    try connection.run(
      "EXPLAIN QUERY PLAN SELECT name FROM jobs WHERE \(Ledger.condition(of: state)) ORDER BY id",
      [.text(state.rawValue)]
    ) { plan += $0.text(3) }
    #expect(plan.contains("jobs_unpublished"))
  }

  @Test("The last committed jobs are found without a look at all others, and in the order of their commits")
  func lastCommitted() throws {
    let ledger = try Ledger(in: folder)
    var changes = LedgerChanges()
    let times = ["1": "2026-10-04T10:11:15.000Z", "2": "2026-10-04T10:11:13.000Z"]
    for id in ["1", "2", "3"] {
      var job = record(id, name: "a")
      job.times.committed = times[id]
      if job.times.committed != nil { job.state = .committed }
      changes.jobs.append(job)
    }
    try ledger.record(changes)
    #expect(try ledger.lastCommitted(5).map(\.id) == ["1", "2"])
    #expect(try ledger.lastCommitted(1).map(\.id) == ["1"])
    let first = try ledger.committed(after: nil, atMost: 1)
    #expect(first.map(\.id) == ["2"])
    #expect(try ledger.committed(after: first.last, atMost: 5).map(\.id) == ["1"])
    #expect(try ledger.committed(after: ledger.job("1"), atMost: 5) == [])

    let connection = try Connection(folder.appending(Ledger.fileName), isReadOnly: true)
    var plan = ""
    try connection.run("EXPLAIN QUERY PLAN SELECT name FROM jobs \(Ledger.latestFirst)", [.integer(5)]) {
      plan += $0.text(3)
    }
    #expect(plan.contains("jobs_by_commit"))
    #expect(!plan.contains("TEMP B-TREE"))
  }

  @Test("The last job of a file is found by an index of its inode")
  func lastJobOfFile() throws {
    let ledger = try Ledger(in: folder)
    var changes = LedgerChanges()
    for (id, inode) in [("1", 7), ("2", 7), ("3", 8)] {
      var job = record(id, name: "a")
      job.checkpoint.input.inode = inode
      changes.jobs.append(job)
    }
    try ledger.record(changes)
    #expect(try ledger.lastJob(ofInode: 7, after: nil)?.id == "2")
    #expect(try ledger.lastJob(ofInode: 7, after: "2") == nil)

    let connection = try Connection(folder.appending(Ledger.fileName), isReadOnly: true)
    var plan = ""
    try connection.run(
      "EXPLAIN QUERY PLAN SELECT name FROM jobs \(Ledger.lastOfInode)", [.integer(7), .text("")]
    ) { plan += $0.text(3) }
    #expect(plan.contains("jobs_by_inode"))
    #expect(!plan.contains("TEMP B-TREE"))
  }

  @Test("A remark stays as it was first made")
  func meta() throws {
    let ledger = try Ledger(in: folder)
    #expect(try ledger.meta("since", orSet: "1") == "1")
    #expect(try ledger.meta("since", orSet: "2") == "1")
  }

  private func record(_ id: String, name: FileName) -> JobRecord {
    var point = Checkpoint(
      of: .init(inode: 7, size: 100, modified: 1_791_108_672_345_678_901), model: "m@1", settings: "s")
    (point.offset, point.line, point.labelsLength, point.rejectsLength) = (50, 5, 40, 10)
    return JobRecord(id: id, name: name, claimed: "2026-10-04T10:11:12.345Z", checkpoint: point)
  }
}

/// Counts of the given number of positive tweets.
func positive(_ count: Int) -> Counts {
  var counts = Counts(labels: ["negative", "positive"])
  counts.labelled[1] = count
  return counts
}

/// Counts of the given number of blank lines.
private func blank(_ count: Int) -> Counts {
  var counts = Counts()
  counts.blank = count
  return counts
}
