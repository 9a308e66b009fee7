import Glibc
import SystemCalls
import SystemPackage

/// The stream for messages, progress and summaries.
enum StandardError {
  /// Whether the stream is a terminal.
  static var isTerminal: Bool { isatty(STDERR_FILENO) == 1 }

  /// Writes without buffering; failures cannot be reported and are ignored.
  static func write(_ text: String) {
    try? FileDescriptor.standardError.write(all: Array(text.utf8).span, to: "standard error")
  }
}

/// The stream for answers.
enum StandardOutput {
  /// Whether the stream is a terminal.
  static var isTerminal: Bool { isatty(STDOUT_FILENO) == 1 }

  /// Writes without buffering.
  ///
  /// - Throws: `SystemCallError`, for example when the disk is full; `print` would ignore it.
  static func write(_ text: String) throws {
    try FileDescriptor.standardOutput.write(all: Array(text.utf8).span, to: "standard output")
  }
}

/// Standard input, which provides tweets if no file is named.
enum TerminalInput {
  /// Whether it is a terminal.
  static var isTerminal: Bool { isatty(STDIN_FILENO) == 1 }
}
