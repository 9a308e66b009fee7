internal import Ledger
internal import SystemCalls
package import SystemPackage

/// Why a spool cannot be used; detected before anything is changed.
package struct SpoolError: Error, CustomStringConvertible {
  /// What is wrong: each cause has an exit status of its own.
  package enum Cause: Sendable {
    /// The folders are unsuitable.
    case configuration
    /// A permission is missing.
    case permission
    /// Another process is using it.
    case inUse
    /// Reading or writing failed.
    case failed
  }

  /// Which other folder may have been meant.
  package enum Remedy: Sendable {
    /// Another root, with a spool that a daemon has created.
    case otherRoot
    /// Another folder of the ledger.
    case otherState
    /// Another root and another folder of the ledger, for a second daemon.
    case otherRootAndState
  }

  /// What is wrong.
  package let cause: Cause
  /// What is wrong and where.
  package let description: String
  /// What the user can do about it.
  package let remedy: Remedy?
  /// The kernel's reason, where a call failed.
  package let reason: Errno?

  init(_ cause: Cause, _ description: String, _ reason: Errno? = nil, remedy: Remedy? = nil) {
    self.cause = cause
    self.description = description
    self.reason = reason
    self.remedy = remedy
  }

  /// A failed call while opening the spool.
  init(_ error: SystemCallError) {
    switch error.reason {
    case .permissionDenied:
      self.init(.permission, "\(error); the spool must belong to the user that animo runs as", error.reason)
    case .notPermitted:
      // Under the units, also where a folder is to get set-ID bits.
      self.init(
        .permission,
        "\(error); the spool must belong to the user that animo runs as, and under its units "
          + "systemd-tmpfiles must have created the folders", error.reason)
    case _ where error.hasPassingReason, .ioError:
      self.init(.failed, error.description, error.reason)
    default:
      self.init(.configuration, error.description, error.reason)
    }
  }

  /// There is nothing at `root`, or something that is not a spool.
  init(missing root: FilePath) {
    self.init(
      .configuration, "\(root): not a spool", .noSuchFileOrDirectory, remedy: .otherRoot)
  }

  /// A spool that has been worked, without its ledger.
  init(missingLedgerIn state: FilePath, beside history: FilePath) {
    self.init(
      .configuration,
      "\(state): the ledger is missing or empty, but \(history) shows that there was one; restore it, or start "
        + "a new one with animo fsck --repair (totals then begin at zero, and what is in work/ is labelled from "
        + "its beginning)",
      remedy: .otherState)
  }

  /// A failure of the ledger.
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

  /// Any failure while opening a spool.
  init(opening error: any Error) {
    switch error {
    case let error as SpoolError: self = error
    case let error as LedgerError: self.init(error)
    case let error as SystemCallError: self.init(error)
    default: self.init(.failed, "\(error)")
    }
  }
}
