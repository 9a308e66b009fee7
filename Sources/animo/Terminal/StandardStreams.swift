import Glibc
import SystemCalls
import SystemPackage

/// What people read: messages, progress, summaries.
enum StandardError {
  /// Whether somebody is looking.
  static var isTerminal: Bool { isatty(STDERR_FILENO) == 1 }

  /// Writes at once; there is nowhere to report a failure to.
  static func write(_ text: String) {
    try? FileDescriptor.standardError.write(all: Array(text.utf8).span, to: "standard error")
  }
}

/// What programs read: answers.
enum StandardOutput {
  /// Whether somebody is looking.
  static var isTerminal: Bool { isatty(STDOUT_FILENO) == 1 }

  /// Writes at once.
  ///
  /// - Throws: `SystemCallError`, for example when the disk is full; `print` would not tell.
  static func write(_ text: String) throws {
    try FileDescriptor.standardOutput.write(all: Array(text.utf8).span, to: "standard output")
  }
}

/// Where tweets may come from.
enum StandardInput {
  /// Whether it is a keyboard.
  static var isTerminal: Bool { isatty(STDIN_FILENO) == 1 }
}
