import Glibc
import Logging
import SystemPackage
import Testing

@testable import Systemd

@Suite("Logs") struct LogTests {
  @Test("A line holds the sentence and its facts in the order of their keys, quoted where need be")
  func line() {
    let text = LogText.line(
      "published",
      ["output": "b c.jsonl", "file": "a.txt", "rejected": "0", "why": "", LogText.identityKey: "5c04"])
    #expect(text == #"published file=a.txt output="b c.jsonl" rejected=0 why="""#)
  }

  @Test("No text from outside can begin a line of its own")
  func oneLine() {
    let text = LogText.line("x", ["file": "a\nb\"c\u{1B}"])
    #expect(text == #"x file="a\u{a}b\"c\u{1b}""#)
  }

  @Test("The text log writes one line a message, with its level from warnings on")
  func textLog() throws {
    let pipe = try FileDescriptor.pipe()
    var logger = Logger(label: "test") { _ in TextLogHandler(pipe.writeEnd) }
    logger[metadataKey: "job"] = "7"
    logger.info("published", metadata: ["file": "a.txt"])
    logger.debug("not told")
    logger.warning("refused")
    try pipe.writeEnd.close()
    #expect(try text(of: pipe.readEnd) == "published file=a.txt job=7\nwarning: refused job=7\n")
  }

  @Test("A stamped line begins with the time in universal time")
  func stamped() throws {
    let pipe = try FileDescriptor.pipe()
    Logger(label: "test") { _ in TextLogHandler(pipe.writeEnd, isStamped: true) }.info("published")
    try pipe.writeEnd.close()
    let line = try text(of: pipe.readEnd)
    #expect(line.hasSuffix("Z published\n"))
    #expect(line.count == "2026-10-04T10:11:12.345Z published\n".count)
  }

  @Test("The journal gets the line, its priority, and each fact as a field")
  func journal() {
    let entry = JournalLogHandler(identifier: "animo").entry(
      "published", .warning,
      [
        "file": "a.txt", "job": "7", "reason": "why", "tweets-per-second": "8",
        LogText.identityKey: "5c047e9122aa4baba1f3ed82e87cc0e4",
      ],
      code: ("CODE_FILE=x", "CODE_LINE=1", "CODE_FUNC=f"))
    #expect(
      entry == [
        "MESSAGE=published file=a.txt job=7 reason=why tweets-per-second=8", "PRIORITY=4",
        "MESSAGE_ID=5c047e9122aa4baba1f3ed82e87cc0e4", "SYSLOG_IDENTIFIER=animo", "CODE_FILE=x",
        "CODE_LINE=1",
        "CODE_FUNC=f", "SRC=a.txt", "JOB=7", "REASON=why", "ANIMO_TWEETS_PER_SECOND=8",
      ])
  }

  private func text(of descriptor: FileDescriptor) throws -> String {
    var bytes = [UInt8](repeating: 0, count: 4096)
    let count = try unsafe bytes.withUnsafeMutableBytes { try unsafe descriptor.read(into: $0) }
    try descriptor.close()
    return String(decoding: bytes.prefix(count), as: UTF8.self)
  }
}
