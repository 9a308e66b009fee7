internal import CSQLite
package import SystemPackage

/// Why the ledger cannot be read or written: the file, SQLite's message, and the remedy if it is known.
package struct LedgerError: Error, Equatable, CustomStringConvertible {
  /// The causes that callers distinguish.
  package enum Cause: Sendable {
    /// The file system is full, or the quota is exceeded.
    case noSpace
    /// The file system is mounted read-only.
    case readOnly
    /// The process has run out of descriptors or memory.
    case exhausted
    /// Syncing failed. The state of the disk is unknown; never retry.
    case notSynchronized
    /// Another process is writing to it.
    case busy
    /// A permission is missing.
    case permission
    /// The file is not a ledger, is damaged, or was created by a later version of the program.
    case unusable
    /// There is no such file.
    case missing
    /// Anything else.
    case failed
  }

  /// What is wrong.
  package let cause: Cause
  /// The file, the problem and the remedy.
  package let description: String
  /// The kernel's error, if a call failed and SQLite reports it.
  package let reason: Errno?

  /// A failure that SQLite did not report.
  init(_ cause: Cause, _ path: FilePath, _ what: String) {
    (self.cause, reason) = (cause, nil)
    description = "\(path): \(what)"
  }

  /// A file that could not be created.
  ///
  /// SQLite then tries to open the file read-only, and reports only that it does not exist.
  init(unmade path: FilePath) {
    self.init(
      .failed, path,
      "this file or a companion (-wal, -shm, -journal) could not be created: disk full, quota "
        + "exceeded, or out of file descriptors?")
  }

  /// A failed call of SQLite.
  ///
  /// - Parameters:
  ///   - code: SQLite's extended result code.
  ///   - reason: the kernel's error, if there was one.
  init(_ path: FilePath, code: Int32, reason: Errno?, message: String) {
    cause = Self.cause(of: code, reason: reason)
    self.reason = reason
    let system = reason.map { ", \($0.description)" } ?? ""
    description = "\(path): \(message)\(system) (SQLite \(code))\(Self.remedy(for: cause))"
  }

  private static func cause(of code: Int32, reason: Errno?) -> Cause {
    if [SQLITE_IOERR | 4 << 8, SQLITE_IOERR | 5 << 8].contains(code) { return .notSynchronized }
    switch reason {
    case .noSpace, .diskQuotaExceeded, .fileTooLarge: return .noSpace
    case .readOnlyFileSystem: return .readOnly
    case .tooManyOpenFiles, .tooManyOpenFilesInSystem, .noMemory: return .exhausted
    case .permissionDenied, .notPermitted: return .permission
    case .noSuchFileOrDirectory where code & 0xFF == SQLITE_CANTOPEN: return .missing
    default: return cause(of: code)
    }
  }

  private static func cause(of code: Int32) -> Cause {
    switch code & 0xFF {
    case SQLITE_FULL: .noSpace
    case SQLITE_READONLY: .readOnly
    case SQLITE_NOMEM: .exhausted
    case SQLITE_BUSY, SQLITE_LOCKED: .busy
    case SQLITE_PERM, SQLITE_AUTH: .permission
    case SQLITE_CORRUPT, SQLITE_NOTADB: .unusable
    default: .failed
    }
  }

  private static func remedy(for cause: Cause) -> String {
    switch cause {
    case .unusable:
      "; back it up and move it away: files in work/ will be labelled from their beginning"
    case .permission: "; it must belong to the user that animo runs as"
    case .busy: "; stop the program that writes to it"
    default: ""
    }
  }
}
