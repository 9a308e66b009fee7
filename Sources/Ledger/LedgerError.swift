internal import CSQLite
package import SystemPackage

/// Why the ledger cannot be read or written: which file, what SQLite says, and what to do where that is known.
package struct LedgerError: Error, Equatable, CustomStringConvertible {
  /// What is wrong, as far as a caller does something about it.
  package enum Cause: Sendable {
    /// The file system is full, or the quota is.
    case noSpace
    /// It cannot be written to any more: mounted read-only.
    case readOnly
    /// The process has no descriptors or memory left.
    case exhausted
    /// It could not be made to survive a power cut. What the disk holds now is unknown; never to be tried again.
    case notSynchronized
    /// Another process is writing to it.
    case busy
    /// Missing rights.
    case permission
    /// The file is no ledger, is damaged, or was made by a later version of the program.
    case unusable
    /// There is no such file.
    case missing
    /// Anything else.
    case failed
  }

  /// What is wrong.
  package let cause: Cause
  /// What is wrong, with which file, and what to do.
  package let description: String
  /// The kernel's reason, where a call failed and SQLite tells which.
  package let reason: Errno?

  /// Trouble that SQLite did not tell.
  init(_ cause: Cause, _ path: FilePath, _ what: String) {
    (self.cause, reason) = (cause, nil)
    description = "\(path): \(what)"
  }

  /// A file that a writer could not make.
  ///
  /// SQLite opens such a file once more, read-only, and tells of that attempt alone: that there is none.
  init(unmade path: FilePath) {
    self.init(
      .failed, path,
      "it, or one of its companions (-wal, -shm, -journal), could not be made: is the disk full, or the quota "
        + "used up, or no descriptor left?")
  }

  /// What a call of SQLite has answered.
  ///
  /// - Parameters:
  ///   - code: SQLite's extended result code.
  ///   - reason: what the kernel has answered, if it was asked.
  init(_ path: FilePath, code: Int32, reason: Errno?, message: String) {
    cause = Self.cause(of: code, reason: reason)
    self.reason = reason
    let system = reason.map { ", \($0.description)" } ?? ""
    description = "\(path): \(message)\(system) (SQLite \(code))\(Self.remedy(for: cause))"
  }

  private static func cause(of code: Int32, reason: Errno?) -> Cause {
    if [SQLITE_IOERR | 4 << 8, SQLITE_IOERR | 5 << 8].contains(code) { return .notSynchronized }
    switch reason {
    case .noSpace, .diskQuotaExceeded: return .noSpace
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
      "; keep a copy, then move it away: files in work/ are then labelled from their beginning"
    case .permission: "; it must belong to the user that animo runs as"
    case .busy: "; end the program that writes to it"
    default: ""
    }
  }
}
