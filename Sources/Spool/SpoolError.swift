internal import Ledger
internal import SystemCalls
package import SystemPackage

/// Why a spool cannot be worked at all, found out before anything was touched.
package struct SpoolError: Error, CustomStringConvertible {
  /// What is wrong: each cause has an exit status of its own.
  package enum Cause: Sendable {
    /// The folders are not as they must be.
    case configuration
    /// The process may not do what it has to.
    case permission
    /// Another process works on it.
    case inUse
    /// Reading or writing failed.
    case failed
  }

  /// Which other folder would help, where one may have been meant.
  package enum Remedy: Sendable {
    /// Another root: one with a spool, or one that a daemon has made.
    case otherRoot
    /// Another folder of the ledger.
    case otherState
    /// Other ones of both, for a second daemon.
    case otherRootAndState
  }

  /// What is wrong.
  package let cause: Cause
  /// What is wrong and where.
  package let description: String
  /// What whoever has named the folders may do about it.
  package let remedy: Remedy?
  /// The kernel's reason, where a call failed.
  package let reason: Errno?

  init(_ cause: Cause, _ description: String, _ reason: Errno? = nil, remedy: Remedy? = nil) {
    self.cause = cause
    self.description = description
    self.reason = reason
    self.remedy = remedy
  }

  /// A failed call while the spool was made ready.
  init(_ error: SystemCallError) {
    switch error.reason {
    case .permissionDenied, .notPermitted:
      self.init(.permission, "\(error); the spool must belong to the user that animo runs as", error.reason)
    case _ where error.hasPassingReason, .ioError:
      self.init(.failed, error.description, error.reason)
    default:
      self.init(.configuration, error.description, error.reason)
    }
  }

  /// There is nothing at `root`, or what is there is no spool.
  init(missing root: FilePath) {
    self.init(
      .configuration, "\(root): there is no spool here", .noSuchFileOrDirectory, remedy: .otherRoot)
  }

  /// Trouble with the ledger.
  init(_ error: LedgerError) {
    let cause: Cause =
      switch error.cause {
      case .permission: .permission
      case .busy: .inUse
      case .unusable, .missing: .configuration
      case .noSpace, .readOnly, .exhausted, .notSynchronized, .failed: .failed
      }
    self.init(cause, error.description, error.reason)
  }

  /// Trouble with either, on the way to a spool that can be worked.
  init(opening error: any Error) {
    switch error {
    case let error as SpoolError: self = error
    case let error as LedgerError: self.init(error)
    case let error as SystemCallError: self.init(error)
    default: self.init(.failed, "\(error)")
    }
  }
}
