internal import SystemCalls
internal import SystemPackage

/// Why a spool cannot be worked at all, found out before anything was touched.
package struct SpoolError: Error, CustomStringConvertible {
  /// What kind of trouble it is: each has an exit status of its own.
  package enum Kind: Sendable {
    /// The folders are not as they must be.
    case configuration
    /// The process may not do what it has to.
    case permission
    /// Another process works on it.
    case inUse
  }

  /// What kind of trouble it is.
  package let kind: Kind
  /// What is wrong, where, and what to do.
  package let description: String

  init(_ kind: Kind, _ description: String) {
    self.kind = kind
    self.description = description
  }

  /// A failed call while the spool was made ready.
  init(_ error: SystemCallError) {
    switch error.reason {
    case .permissionDenied, .notPermitted:
      self.init(.permission, "\(error); the spool must belong to the user that animo runs as")
    default:
      self.init(.configuration, error.description)
    }
  }
}
