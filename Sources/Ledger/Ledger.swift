package import Statistics
internal import Synchronization
internal import SystemCalls
package import SystemPackage

/// What has happened to a spool's files: jobs, checkpoints and statistics, in an SQLite database that survives
/// power cuts.
///
///     state/ledger.sqlite     WAL, synchronous=FULL: what `record` was asked to write is on disk when it returns
///
/// One process writes; others may read at the same time, and neither waits for the other. The ledger knows files by
/// name alone: what lies where is its owner's business.
package final class Ledger: Sendable {
  /// Where it is.
  package let path: FilePath

  private let connection: Mutex<Connection>

  /// What the database is called in its folder.
  package static let fileName = "ledger.sqlite"

  /// Opens the ledger in `folder`, and makes it if there is none.
  ///
  /// - Throws: `LedgerError` with the file's path and the remedy.
  package convenience init(in folder: FilePath) throws(LedgerError) {
    let path = folder.appending(Self.fileName)
    let connection = try Connection(path, isReadOnly: false)
    try connection.run("PRAGMA journal_mode = WAL")
    try connection.run("PRAGMA synchronous = FULL")
    try Schema.migrate(connection)
    self.init(path, connection)
  }

  /// Opens the ledger in `folder` to look at it, whoever else is writing to it.
  ///
  /// - Throws: `LedgerError` with `.missing` when there is none.
  package convenience init(reading folder: FilePath) throws(LedgerError) {
    let path = folder.appending(Self.fileName)
    let connection = try Connection(path, isReadOnly: true)
    try Schema.check(connection, isReader: true)
    self.init(path, connection)
  }

  private init(_ path: FilePath, _ connection: Connection) {
    self.path = path
    self.connection = Mutex(connection)
  }

  /// Writes all of `changes` or nothing; they survive a power cut from then on.
  ///
  /// - Throws: `LedgerError`; with `.notSynchronized` it is unknown which of the two it was.
  package func record(_ changes: LedgerChanges) throws(LedgerError) {
    guard !changes.isEmpty else { return }
    try write { (connection) throws(LedgerError) in
      for id in changes.restarted { try connection.forget(id) }
      for job in changes.jobs { try connection.store(job) }
      for id in changes.published { try connection.publish(id, at: changes.publishedAt) }
      for id in changes.removed { try connection.remove(id) }
      if let limit = changes.removedBefore { try connection.remove(before: limit) }
      try connection.add(changes.total)
      try connection.add(changes.buckets)
      for (id, buckets) in changes.progress { try connection.add(buckets, of: id) }
      if let first = changes.firstBucket { try connection.removeBuckets(before: first) }
    }
  }

  /// A remark on the ledger as a whole, such as when the statistics began; kept once it is there.
  package func meta(_ key: String, orSet value: String) throws(LedgerError) -> String {
    try write { (connection) throws(LedgerError) in
      try connection.run("INSERT OR IGNORE INTO meta VALUES (?, ?)", [.text(key), .text(value)])
    }
    return try read { (connection) throws(LedgerError) in
      var found = value
      try connection.run("SELECT value FROM meta WHERE key = ?", [.text(key)]) { found = $0.text(0) }
      return found
    }
  }

  private func write(_ body: (Connection) throws(LedgerError) -> Void) throws(LedgerError) {
    try read { (connection) throws(LedgerError) in
      try connection.transaction { () throws(LedgerError) in try body(connection) }
    }
  }

  func read<Result>(_ body: (Connection) throws(LedgerError) -> Result) throws(LedgerError) -> Result {
    try connection.withLock { (connection) throws(LedgerError) in try body(connection) }
  }
}

/// What is written into the ledger at once: all of it or nothing.
package struct LedgerChanges: Sendable {
  /// Jobs as they are now, in place of what was known of them.
  package var jobs: [JobRecord] = []
  /// What the jobs among them that are committed now add to the totals.
  package var total = Counts()
  /// What committed jobs add to the buckets of the windows, by the buckets' numbers; what they added while they were
  /// claimed is not in it.
  package var buckets: [Int: Counts] = [:]
  /// What claimed jobs add to them, by the jobs' identities; taken back when one begins again or is refused.
  package var progress: [String: [Int: Counts]] = [:]
  /// Buckets before this one are of no use any more.
  package var firstBucket: Int?
  /// Jobs all of whose files are in their places, by their identities.
  package var published: [String] = []
  /// When that was, as in RFC 3339.
  package var publishedAt = ""
  /// Jobs that begin again from nothing.
  package var restarted: [String] = []
  /// Published jobs whose inputs are no longer kept.
  package var removed: [String] = []
  /// Published jobs with earlier identities than this one are no longer kept either.
  package var removedBefore: String?

  /// Nothing but `jobs` yet.
  package init(jobs: [JobRecord] = []) { self.jobs = jobs }

  /// Whether nothing would be written.
  package var isEmpty: Bool {
    jobs.isEmpty && total.isEmpty && buckets.isEmpty && progress.isEmpty && published.isEmpty
      && restarted.isEmpty && removed.isEmpty && removedBefore == nil
  }
}
