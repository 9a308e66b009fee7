import Foundation
import Statistics
import SystemCalls
import SystemPackage
import TestSupport
import Testing

@testable import Ledger

@Suite("A ledger that cannot be used") struct LedgerErrorTests {
  private let scratch: TemporaryDirectory
  private let folder: FilePath

  init() throws {
    scratch = try TemporaryDirectory()
    folder = FilePath(scratch.path)
  }

  @Test("One of a later version, or of one that never was, is left alone, and said", arguments: [99, -1])
  func otherVersion(version: Int) throws {
    let connection = try Connection(folder.appending(Ledger.fileName), isReadOnly: false)
    try connection.run("PRAGMA user_version = \(version)")
    let error = #expect(throws: LedgerError.self) { try Ledger(in: folder) }
    #expect(error?.cause == .unusable)
    #expect(error?.description.contains("version \(version)") == true)
    #expect(error?.description.contains("use the program that made it") == true)
  }

  @Test("Tables of no version yet are made; to a reader such a ledger is missing")
  func migration() throws {
    let connection = try Connection(folder.appending(Ledger.fileName), isReadOnly: false)
    try connection.run("PRAGMA user_version = 0")
    let error = #expect(throws: LedgerError.self) { try Ledger(reading: folder) }
    #expect(error?.cause == .missing)
    _ = try Ledger(in: folder)
    #expect(try connection.integer("PRAGMA user_version") == Schema.version)
  }

  @Test("Tables of earlier versions are brought up to date, and keep what they hold", arguments: [1, 2])
  func earlierVersions(version: Int) throws {
    let connection = try Connection(folder.appending(Ledger.fileName), isReadOnly: false)
    try Schema.migrate(connection, to: version)
    try connection.run(
      """
      INSERT INTO jobs VALUES
        ('1', 'a.jsonl', 'published', '1', '2', '3', 7, 100, 8, 100, 6, 40, 10, 3, 2, 1, 'm@1', 's', 'a.jsonl', NULL, NULL, NULL, NULL),
        ('2', 'b.jsonl', 'claimed', '2', NULL, NULL, 9, 200, 8, 50, 3, 20, 0, 3, 0, 0, 'm@1', 's', NULL, NULL, NULL, NULL, NULL)
      """)
    let rows = [
      ("labelled", "positive", 3), ("probability", "positive", 2_700_000), ("rejected", "bad_json", 2),
    ]
    for (kind, name, count) in rows + [("blank", "", 1), ("files", "", 1)] {
      let row: [SQLValue] = [.text(kind), .text(name), .integer(count)]
      try connection.run("INSERT INTO job_counts VALUES ('1', ?, ?, ?)", row)
      try connection.run("INSERT INTO totals (kind, name, count) VALUES (?, ?, ?)", row)
      try connection.run("INSERT INTO buckets VALUES (10, ?, ?, ?)", row)
    }
    try connection.run("INSERT INTO job_counts VALUES ('2', 'labelled', 'positive', 3)")

    let ledger = try Ledger(in: folder)
    #expect(try connection.integer("PRAGMA user_version") == Schema.version)
    let totals = try ledger.totals()
    #expect((totals.labelled, totals.probability, totals.rejected) == ([3], [2_700_000], [2]))
    #expect((totals.blank, totals.files, totals.unjudged, totals.leftOut, totals.lines) == (1, 1, 0, 0, 6))
    #expect(try ledger.wrongTotals().isEmpty)
    #expect(try ledger.buckets()[10] == totals)
    #expect(try ledger.buckets(of: "1").isEmpty)
    #expect(try ledger.jobs(in: .claimed).map(\.checkpoint.counts) == [positive(3)])

    // What a later file adds stands beside it.
    var changes = LedgerChanges(jobs: try ledger.jobs(in: .claimed))
    changes.jobs[0].state = .committed
    (changes.jobs[0].checkpoint.counts.unjudged, changes.jobs[0].checkpoint.counts.leftOut) = (4, 5)
    changes.total = changes.jobs[0].checkpoint.counts
    try ledger.record(changes)
    #expect(try ledger.totals().lines == 6 + 3 + 4 + 5)
    #expect(try ledger.wrongTotals().isEmpty)
    #expect(try connection.integer("SELECT unjudged * 10 + left_out FROM jobs WHERE id = '2'") == 45)
    #expect(try connection.integer("SELECT unjudged + left_out FROM jobs WHERE id = '1'") == 0)
  }

  @Test("Tables of an earlier version are not brought up to date by half")
  func failedMigration() throws {
    let connection = try Connection(folder.appending(Ledger.fileName), isReadOnly: false)
    try Schema.migrate(connection, to: 1)
    // In the way of a later step.
    try connection.run("CREATE INDEX jobs_by_commit ON jobs (committed)")
    #expect(throws: LedgerError.self) { try Ledger(in: folder) }
    #expect(try connection.integer("PRAGMA user_version") == 1)
    #expect(try connection.integer("SELECT count(*) FROM sqlite_schema WHERE name = 'orders'") == 0)
    let error = #expect(throws: LedgerError.self) { try Ledger(reading: folder) }
    #expect(error?.description.contains("let animo serve bring it up to date") == true)
  }

  @Test("A file that is no database is told, with its path and the remedy")
  func noDatabase() throws {
    try scratch.write(String(repeating: "no database ", count: 1000), to: "ledger.sqlite")
    let error = #expect(throws: LedgerError.self) { try Ledger(in: folder) }
    #expect(error?.cause == .unusable)
    #expect(error?.description.contains("ledger.sqlite") == true)
    #expect(error?.description.contains("move it away") == true)
  }

  @Test("A folder in its place is told with the kernel's reason")
  func folderInPlace() throws {
    try FileManager.default.createDirectory(
      atPath: scratch.path("ledger.sqlite"), withIntermediateDirectories: false)
    let error = #expect(throws: LedgerError.self) { try Ledger(in: folder) }
    #expect(error?.reason == .isDirectory)
  }

  @Test("A full disk has the kernel's reason though SQLite forgets it; what SQLite finds by itself has none")
  func reasons() throws {
    let connection = try Connection(folder.appending("x"), isReadOnly: false)
    try connection.run("PRAGMA max_page_count = 2")
    try connection.run("CREATE TABLE t (a)")
    let full = #expect(throws: LedgerError.self) { try connection.run("CREATE TABLE u (a)") }
    #expect(full?.cause == .noSpace)
    #expect(full?.reason == .noSpace)
    let wrong = #expect(throws: LedgerError.self) { try connection.run("no SQL") }
    #expect(wrong?.reason == nil)
  }

  @Test("A missing one is missing to a reader")
  func missing() throws {
    let error = #expect(throws: LedgerError.self) { try Ledger(reading: folder) }
    #expect(error?.cause == .missing)
  }

  @Test("One that cannot be made is a failure that may pass, not a matter of configuration")
  func unmade() throws {
    let error = #expect(throws: LedgerError.self) { try Ledger(in: folder.appending("nowhere")) }
    #expect(error?.cause == .failed)
    #expect(error?.description.contains("could not be created") == true)
  }

  @Test("A transaction that fails changes nothing")
  func rollback() throws {
    let connection = try Connection(folder.appending("x"), isReadOnly: false)
    try connection.run("CREATE TABLE t (a INTEGER NOT NULL)")
    #expect(throws: LedgerError.self) {
      try connection.transaction { () throws(LedgerError) in
        try connection.run("INSERT INTO t VALUES (1)")
        try connection.run("INSERT INTO t VALUES (NULL)")
      }
    }
    #expect(try connection.integer("SELECT count(*) FROM t") == 0)
  }
}
