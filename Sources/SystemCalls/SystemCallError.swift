package import SystemPackage

/// A system call that failed: which, on what, and why.
///
/// The description is safe to log: it holds paths and error names, never what a file contains.
package struct SystemCallError: Error, Equatable, CustomStringConvertible {
  /// The call's name as in section 2 of the manual, for example `renameat2`.
  package let call: String
  /// What it was called on: a path, or a name such as `standard output`.
  package let subject: String
  /// The kernel's reason.
  package let reason: Errno

  /// An error of `call` on `subject`.
  package init(_ call: String, on subject: String, _ reason: Errno) {
    self.call = call
    self.subject = subject
    self.reason = reason
  }

  package var description: String { "\(subject): \(reason.description) (\(call))" }
}

/// Runs a swift-system operation and says on what it failed.
///
/// - Throws: `SystemCallError` in place of a bare `Errno`.
package func systemCall<Result>(
  _ call: String, on subject: @autoclosure () -> String, _ operation: () throws -> Result
) throws(SystemCallError) -> Result {
  do {
    return try operation()
  } catch let reason as Errno {
    throw SystemCallError(call, on: subject(), reason)
  } catch {
    throw SystemCallError(call, on: subject(), .ioError)
  }
}
