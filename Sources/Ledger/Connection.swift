internal import CSQLite
internal import Glibc
internal import SystemPackage

/// An open SQLite database, for use by one thread at a time.
@safe final class Connection {
  /// Its path.
  let path: FilePath
  /// Owned from `init` to `deinit`.
  private let database: OpaquePointer
  private let isReadOnly: Bool
  private var statements: [String: Statement] = [:]

  /// How long to wait for another writer, which can only be a manual `sqlite3` session.
  private static let patience: Int32 = 5000

  /// Opens the database at `path`.
  ///
  /// - Parameters:
  ///   - isReadOnly: whether the database is neither created nor changed.
  ///   - isImmutable: whether no process writes to it meanwhile, so that it is read without locks and companions.
  init(_ path: FilePath, isReadOnly: Bool, isImmutable: Bool = false) throws(LedgerError) {
    (self.path, self.isReadOnly) = (path, isReadOnly)
    let access = isReadOnly ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
    var opened: OpaquePointer?
    let name = isImmutable ? Self.immutable(path) : path.string
    let options = access | SQLITE_OPEN_NOMUTEX | (isImmutable ? SQLITE_OPEN_URI : 0)
    // Sound: the name ends in NUL; the pointer is only written, during the call.
    let code = unsafe sqlite3_open_v2(name, &opened, options, nil)
    guard let opened = unsafe opened else {
      throw LedgerError(.exhausted, path, "out of memory")
    }
    unsafe database = unsafe opened
    unsafe sqlite3_extended_result_codes(opened, 1)
    guard code == SQLITE_OK else { throw failure(code, kept) }
    unsafe sqlite3_busy_timeout(opened, Self.patience)
    leaveLog(true)
  }

  /// Sets whether the write-ahead log stays when the database is closed. It does by default; whoever has read the database
  /// may turn that off.
  ///
  /// SQLite 3.40 can remove the log of a database that it failed to open. When it closes the database it opens the shared
  /// memory again, to copy the log into the database; if that fails too, it opens it for reading, takes what a killed
  /// process has left there as valid, and deletes the log without copying it.
  func leaveLog(_ stays: Bool) {
    var stays: CInt = stays ? 1 : 0
    // Sound: the number is read and written during the call.
    unsafe sqlite3_file_control(database, "main", SQLITE_FCNTL_PERSIST_WAL, &stays)
  }

  /// The URI of an immutable database: https://www.sqlite.org/uri.html.
  private static func immutable(_ path: FilePath) -> String {
    let escaped = path.string.utf8.map { byte -> String in
      let character = Unicode.Scalar(byte)
      let isPlain = byte < 0x80 && !"?#% ".unicodeScalars.contains(character)
      let digits = String(byte, radix: 16)
      return isPlain ? String(character) : "%" + (digits.count == 1 ? "0" : "") + digits
    }
    return "file:\(escaped.joined())?immutable=1"
  }

  deinit {
    statements.removeAll()
    unsafe sqlite3_close_v2(database)
  }

  /// Runs one statement with `values`, and calls `body` with each row of the result.
  func run(
    _ sql: String, _ values: [SQLValue] = [], _ body: (Statement.Row) throws -> Void = { _ in }
  ) throws(LedgerError) {
    do {
      try statement(sql).run(values, body)
    } catch let error as LedgerError {
      throw error
    } catch {
      throw LedgerError(.failed, path, "\(error)")
    }
  }

  /// The first column of the first row as a number; nil if there is no row or it is NULL.
  func integer(_ sql: String, _ values: [SQLValue] = []) throws(LedgerError) -> Int? {
    var answer: Int?
    try run(sql, values) { row in
      if answer == nil, !row.isNull(0) { answer = row.integer(0) }
    }
    return answer
  }

  /// Runs `body` in a transaction.
  func transaction(_ body: () throws(LedgerError) -> Void) throws(LedgerError) {
    try run("BEGIN IMMEDIATE")
    do throws(LedgerError) {
      try body()
      try run("COMMIT")
    } catch {
      // After some errors SQLite has already rolled back, and this fails, which does not matter.
      try? run("ROLLBACK")
      throw error
    }
  }

  private func statement(_ sql: String) throws(LedgerError) -> Statement {
    if let known = statements[sql] { return known }
    var prepared: OpaquePointer?
    // Sound: the text is only read and the pointer only written, both during the call.
    let code = unsafe sqlite3_prepare_v3(
      database, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &prepared, nil)
    guard code == SQLITE_OK, let prepared = unsafe prepared else { throw failure(code, kept) }
    let statement = unsafe Statement(prepared) { [unowned self] in failure($0, $1) }
    statements[sql] = statement
    return statement
  }

  /// - Parameter reason: the kernel's error, if the call had one.
  private func failure(_ code: Int32, _ reason: Errno?) -> LedgerError {
    let message = unsafe String(cString: sqlite3_errmsg(database))
    let reason: Errno? =
      switch code & 0xFF {
      case SQLITE_IOERR, SQLITE_CANTOPEN: reason
      // A full disk has its own code, for which SQLite does not keep the kernel's error.
      case SQLITE_FULL: .noSpace
      case SQLITE_READONLY where code == SQLITE_READONLY && !isReadOnly: refusal
      default: nil
      }
    if code & 0xFF == SQLITE_CANTOPEN, reason == .noSuchFileOrDirectory, !isReadOnly {
      return LedgerError(unmade: path)
    }
    return LedgerError(path, code: code, reason: reason, message: message)
  }

  /// Why the kernel does not let the process write to the database; nil if it does. SQLite opens one that it may not write
  /// for reading, and keeps no error of that.
  private var refusal: Errno? {
    guard unsafe access(path.string, W_OK) != 0 else { return nil }
    return Errno(rawValue: errno)
  }

  /// The kernel's error of the last failed open or prepare: sqlite3_system_errno.
  private var kept: Errno? {
    let number = unsafe sqlite3_system_errno(database)
    return number == 0 ? nil : Errno(rawValue: number)
  }
}

// Sound: its only owner, the ledger, holds a lock while it uses it.
extension Connection: @unchecked Sendable {}
