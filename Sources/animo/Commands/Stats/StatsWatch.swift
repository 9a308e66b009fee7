import Glibc
import SystemCalls
import SystemPackage

/// The live screen of `animo stats --watch`: redrawn every two seconds, when the terminal is resized, and on a key.
///
/// It is the terminal's second screen, so that the first is as it was when it ends: by q, Ctrl-C or a signal.
struct StatsWatch {
  /// What stands at the top.
  let title: String

  /// How often the statistics are read, in milliseconds.
  private static let interval: Int32 = 2000
  /// ECMA-48 and xterm: the second screen without a cursor, and back.
  private static let (enter, leave) = ("\u{1B}[?1049h\u{1B}[?25l", "\u{1B}[?25h\u{1B}[?1049l")

  /// Shows what `read` returns until it is ended.
  ///
  /// - Throws: `CommandFailure` without a terminal; the first error of `read`. A later one is shown in its place, as
  ///   it may pass.
  func run(_ read: () throws -> StatsReport) throws {
    guard StandardOutput.isTerminal else {
      throw CommandFailure(.usage, "--watch needs a terminal; leave it out to print the statistics once")
    }
    let signals = try SignalDescriptor([SIGINT, SIGTERM, SIGHUP, SIGWINCH])
    var report = try read()
    let mode = TerminalMode()
    try StandardOutput.write(Self.enter)
    defer {
      try? StandardOutput.write(Self.leave)
      mode.restore()
    }
    var trouble: String?
    while true {
      try draw(report, trouble)
      let input = mode.hasKeys ? FileDescriptor.standardInput : nil
      let ready = Readiness.wait(for: signals.descriptor, or: input, milliseconds: Self.interval)
      if ready.second, let key = mode.key(), key.isEnd { return }
      while let signal = signals.next() {
        guard signal == SIGWINCH else {
          guard signal != SIGINT else { return }
          try? StandardOutput.write(Self.leave)
          mode.restore()
          SignalDescriptor.end(by: signal)
        }
      }
      do {
        (report, trouble) = (try read(), nil)
      } catch {
        trouble = ErrorText.of(error)
      }
    }
  }

  /// The whole screen in one write, line by line, so that nothing flickers.
  private func draw(_ report: StatsReport, _ trouble: String?) throws {
    var style = TextStyle.standardOutput
    let size = StandardOutput.size ?? (columns: 80, rows: 24)
    style.width = size.columns
    let top = style.cut(trouble ?? "animo stats  \(title)  q: quit")
    let lines = [top, ""] + report.lines(style, height: max(0, size.rows - 2))
    try StandardOutput.write(
      "\u{1B}[H" + lines.prefix(size.rows).joined(separator: "\u{1B}[K\r\n") + "\u{1B}[K\u{1B}[J")
  }
}

/// The keyboard without echo and line editing, until it is restored.
private struct TerminalMode {
  private var saved = termios()
  /// Whether standard input is a terminal.
  let hasKeys: Bool

  /// A key, or a part of one.
  struct Key {
    let byte: UInt8?

    /// q, Q, Ctrl-D or the end of the input.
    var isEnd: Bool { [nil, UInt8(ascii: "q"), UInt8(ascii: "Q"), 4].contains(byte) }
  }

  init() {
    // Sound: the calls read and write the record while they run alone.
    hasKeys = unsafe tcgetattr(STDIN_FILENO, &saved) == 0
    guard hasKeys else { return }
    var raw = saved
    raw.c_lflag &= ~tcflag_t(ICANON | ECHO)
    // Ctrl-Z and Ctrl-\ would leave the second screen behind; Ctrl-C is a signal as ever.
    raw.c_cc.10 = 0
    raw.c_cc.1 = 0
    _ = unsafe tcsetattr(STDIN_FILENO, TCSANOW, &raw)
  }

  /// The next key; call it when there is one.
  func key() -> Key? {
    var bytes: [UInt8] = []
    guard
      (try? FileDescriptor.standardInput.read(atMost: 1, appendingTo: &bytes, of: "standard input")) != nil
    else { return Key(byte: nil) }
    return Key(byte: bytes.first)
  }

  func restore() {
    guard hasKeys else { return }
    var mode = saved
    _ = unsafe tcsetattr(STDIN_FILENO, TCSANOW, &mode)
  }
}
