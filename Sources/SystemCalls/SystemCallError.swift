package import SystemPackage

/// A failed system call: its name, its subject and the reason.
///
/// The description is safe to log: it contains paths and names of errors, never the content of a file.
package struct SystemCallError: Error, Equatable, CustomStringConvertible {
  /// The call's name as in section 2 of the manual, for example `renameat2`.
  package let call: String
  /// The subject of the call: a path, or a name such as `standard output`.
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

/// Runs a swift-system operation, and adds the subject to its error.
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
