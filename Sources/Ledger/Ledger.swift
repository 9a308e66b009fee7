internal import Glibc
package import Statistics
internal import Synchronization
package import SystemCalls
package import SystemPackage

/// The record of a spool's files: jobs, checkpoints and statistics, in an SQLite database that survives power cuts.
///
///     state/ledger.sqlite     WAL, synchronous=FULL: when `record` returns, its changes are on disk
///
/// One process writes, and others may read concurrently without blocking it. The ledger stores only names of files;
/// their locations are up to its owner.
package final class Ledger: Sendable {
  /// Its path.
  package let path: FilePath

  private let connection: Mutex<Connection>

  /// The name of the database in its folder.
  package static let fileName = "ledger.sqlite"

  /// The database and its companions, which exist as long as it is open for writing.
  package var files: [FilePath] { ["", "-wal", "-shm"].map { FilePath(path.string + $0) } }

  /// Whether `folder` has a ledger that is not empty: SQLite takes an empty file for a new database.
  ///
  /// - Throws: `SystemCallError` if that is unknown.
  package static func exists(in folder: FilePath) throws(SystemCallError) -> Bool {
    try (FileStatus(of: folder.appending(fileName))?.size ?? 0) > 0
  }

  /// Opens the ledger in `folder`, creating it if necessary.
  ///
  /// - Throws: `LedgerError` with the file's path and the remedy.
  package convenience init(in folder: FilePath) throws(LedgerError) {
    let path = folder.appending(Self.fileName)
    let connection = try Connection(path, isReadOnly: false)
    Self.give(path, toOwnerOf: folder)
    try connection.run("PRAGMA journal_mode = WAL")
    try connection.run("PRAGMA synchronous = FULL")
    try Schema.migrate(connection)
    connection.leaveLog(false)
    self.init(path, connection)
  }

  /// Gives a new ledger that root makes to the owner of its folder, the user that the daemon runs as; SQLite gives its
  /// companions to the same user. Only an empty file is given, and no link is followed.
  private static func give(_ path: FilePath, toOwnerOf folder: FilePath) {
    guard geteuid() == 0, (try? FileStatus(of: path))?.size == 0,
      let owner = (try? FileStatus(of: folder))?.owner
    else { return }
    _ = unsafe lchown(path.string, owner, .max)
  }

  /// Opens the ledger in `folder` for reading, while another process may write to it.
  ///
  /// - Throws: `LedgerError` with `.missing` if there is none or it is empty.
  package convenience init(reading folder: FilePath) throws(LedgerError) {
    let path = folder.appending(Self.fileName)
    if (try? FileStatus(of: path))?.size == 0 { throw LedgerError(.missing, path, "the ledger is empty") }
    let connection = try Self.openForReading(path)
    try Schema.check(connection, isReader: true)
    self.init(path, connection)
  }

  /// SQLite creates companions of the database even to read it, unless it is told that nothing writes to it: a reader
  /// who may not write to the folder can read a ledger in use, which has them, and one that was closed.
  private static func openForReading(_ path: FilePath) throws(LedgerError) -> Connection {
    do {
      let connection = try Connection(path, isReadOnly: true)
      _ = try connection.integer("PRAGMA user_version")
      return connection
    } catch {
      let folder = path.removingLastComponent()
      guard [.failed, .permission, .readOnly, .missing].contains(error.cause),
        (try? FileStatus(of: path)) != nil, unsafe access(folder.string, W_OK) != 0
      else { throw error }
      guard (try? FileStatus(of: FilePath(path.string + "-wal"))) == nil else {
        throw LedgerError(
          .permission, path,
          "it has changes that cannot be read without write permission for \(folder); run this as the daemon's user"
        )
      }
      return try Connection(path, isReadOnly: true, isImmutable: true)
    }
  }

  private init(_ path: FilePath, _ connection: Connection) {
    self.path = path
    self.connection = Mutex(connection)
  }

  /// Writes `changes` atomically and durably.
  ///
  /// - Throws: `LedgerError`; with `.notSynchronized` it is unknown whether they were written.
  package func record(_ changes: LedgerChanges) throws(LedgerError) {
    guard !changes.isEmpty else { return }
    try write { (connection) throws(LedgerError) in
      let newest = try connection.newestEvent()
      for id in changes.restarted { try connection.forget(id) }
      for job in changes.jobs { try connection.store(job) }
      for order in changes.orders { try connection.store(order) }
      for id in changes.settledOrders { try connection.removeOrder(of: id) }
      for id in changes.published { try connection.publish(id, at: changes.publishedAt) }
      for id in changes.removed { try connection.remove(id) }
      if let limit = changes.removedBefore { try connection.remove(before: limit) }
      try connection.add(changes.total)
      try connection.add(changes.buckets)
      for (id, buckets) in changes.progress { try connection.add(buckets, of: id) }
      if let first = changes.firstBucket { try connection.removeBuckets(before: first) }
      try connection.add(committed: changes.events, after: newest)
      for (id, events) in changes.eventProgress { try connection.add(events, of: id, after: newest) }
      try connection.add(changes.words)
      for (id, words) in changes.wordProgress { try connection.add(words, of: id) }
      if let estimator = changes.estimator { try connection.setEstimator(estimator) }
      // Only a commit moves what is kept.
      if !changes.events.isEmpty || changes.jobs.contains(where: { $0.state == .committed }) {
        try connection.removeOldWindows()
        try connection.removeOldWords()
      }
    }
  }

  /// A property of the ledger as a whole, such as the start of the statistics; set to `value` only if it is missing.
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

  func write(_ body: (Connection) throws(LedgerError) -> Void) throws(LedgerError) {
    try read { (connection) throws(LedgerError) in
      try connection.transaction { () throws(LedgerError) in try body(connection) }
    }
  }

  func read<Result>(_ body: (Connection) throws(LedgerError) -> Result) throws(LedgerError) -> Result {
    try connection.withLock { (connection) throws(LedgerError) in try body(connection) }
  }
}

/// Changes to the ledger, written in one transaction.
package struct LedgerChanges: Sendable {
  /// Jobs in their new state, which replaces the old one.
  package var jobs: [JobRecord] = []
  /// The contribution of newly committed jobs to the totals.
  package var total = Counts()
  /// The contribution of committed jobs to the buckets of the windows, by number of the bucket, without what they
  /// added while they were claimed.
  package var buckets: [Int: Counts] = [:]
  /// The contribution of claimed jobs to the buckets, by identity of the job; withdrawn if a job starts over or is
  /// refused.
  package var progress: [String: [Int: Counts]] = [:]
  /// What was said of the tweets of committed jobs by event time, without what they added while they were claimed.
  package var events = EventCounts()
  /// The same of claimed jobs, by identity of the job; withdrawn if a job starts over or is refused.
  package var eventProgress: [String: EventCounts] = [:]
  /// The words of the tweets of committed jobs, without those of the time when they were claimed.
  package var words = EventWords()
  /// The same of claimed jobs, by identity of the job; forgotten if a job starts over or is refused.
  package var wordProgress: [String: EventWords] = [:]
  /// What estimates true shares from now on, or that nothing does; nil for no change.
  package var estimator: ShareEstimator??
  /// Buckets before this one are no longer needed.
  package var firstBucket: Int?
  /// The identities of published jobs.
  package var published: [String] = []
  /// The time of publication, as in RFC 3339.
  package var publishedAt = ""
  /// Jobs that start over.
  package var restarted: [String] = []
  /// Orders for claimed jobs; those of committed jobs are void.
  package var orders: [JobOrder] = []
  /// The identities of jobs whose orders are carried out or void.
  package var settledOrders: [String] = []
  /// Published jobs whose inputs have been removed.
  package var removed: [String] = []
  /// The inputs of published jobs before this one have been removed too. A few thousand of these jobs are removed,
  /// the oldest; the rest when it is said again.
  package var removedBefore: String?

  /// Changes of `jobs` and `orders` only.
  package init(jobs: [JobRecord] = [], orders: [JobOrder] = []) { (self.jobs, self.orders) = (jobs, orders) }

  /// Whether there are no changes.
  package var isEmpty: Bool {
    jobs.isEmpty && total.isEmpty && buckets.isEmpty && progress.isEmpty && events.isEmpty
      && eventProgress.isEmpty && published.isEmpty && restarted.isEmpty && orders.isEmpty
      && settledOrders.isEmpty && removed.isEmpty && removedBefore == nil
  }
}
