import Glibc
import SystemCalls
import SystemPackage

/// The stream for messages, progress and summaries.
enum StandardError {
  /// Whether the stream is a terminal.
  static var isTerminal: Bool { isatty(STDERR_FILENO) == 1 }

  /// The terminal's width in columns; nil if it does not tell.
  static var width: Int? {
    var size = winsize()
    // Sound: the call fills in the record, and uses it only while it runs.
    guard unsafe ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
    return Int(size.ws_col)
  }

  /// Writes without buffering; failures cannot be reported and are ignored.
  static func write(_ text: String) {
    try? FileDescriptor.standardError.write(all: Array(text.utf8).span, to: "standard error")
  }
}

/// The stream for answers.
enum StandardOutput {
  /// Whether the stream is a terminal.
  static var isTerminal: Bool { isatty(STDOUT_FILENO) == 1 }

  /// The terminal's size; nil if it does not tell.
  static var size: (columns: Int, rows: Int)? {
    var size = winsize()
    // Sound: the call fills in the record, and uses it only while it runs.
    guard unsafe ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0, size.ws_row > 0 else {
      return nil
    }
    return (Int(size.ws_col), Int(size.ws_row))
  }

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
