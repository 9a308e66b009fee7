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
