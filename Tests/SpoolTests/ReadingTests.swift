import Foundation
import Glibc
import SystemCalls
import SystemPackage
import Testing
import Tweets

@testable import Spool

@Suite("A claimed file that changes, and stops") struct ReadingTests {
  @Test("A file that has grown while it was read is labelled from its beginning, once")
  func grown() throws {
    let spool = try TestSpool()
    try spool.write("uno\ndos\ntres", to: "inbox/a.txt")
    try change(spool, whileReading: "a.txt") { try spool.append(" y medio\ncuatro\n", to: $0) }
    #expect(spool.text(of: "out/a.txt.jsonl") == "label uno\nlabel dos\nlabel tres y medio\nlabel cuatro\n")
    #expect(spool.log.count(of: "the file changed while it was being read") == 1)
    #expect(spool.log.count(of: "published") == 1)
    #expect(try spool.names(in: "work") == [])
  }

  @Test("A file that was cut short while it was read is labelled from its beginning, once")
  func shrunk() throws {
    let spool = try TestSpool()
    try spool.write("uno\ndos\ntres\n", to: "inbox/a.txt")
    try change(spool, whileReading: "a.txt") { try spool.write("otro\n", to: $0) }
    #expect(spool.text(of: "out/a.txt.jsonl") == "label otro\n")
    #expect(spool.log.count(of: "the file changed while it was being read") == 1)
  }

  @Test("A file that never comes to rest is refused")
  func neverAtRest() throws {
    let spool = try TestSpool()
    try spool.write("uno\ndos\n", to: "inbox/a.txt")
    let opened = try spool.open()
    let stop = try WakeUp()
    var (source, sink) = (opened.makeSource(stop: stop), opened.makeSink(stop: stop))
    while try spool.names(in: "rejected").isEmpty {
      // Claimed with the first line, and from then on longer at each look.
      let claimed = try claimedPath(spool)
      if let claimed { try spool.append("más\n", to: claimed) }
      _ = try spool.step(&source, &sink, limit: ChunkLimit(lines: claimed == nil ? 1 : 1000))
    }
    #expect(try spool.names(in: "rejected") == ["a.txt", "a.txt.why.json"])
    #expect(spool.text(of: "rejected/a.txt.why.json")?.contains(#""reason":"still_written""#) == true)
    #expect(try spool.names(in: "out") == [])
  }

  @Test("Stopping leaves the current file claimed, and the next run labels it whole")
  func stopAndRecover() throws {
    let spool = try TestSpool()
    try spool.write("uno\ndos\ntres\n", to: "inbox/a.txt")
    do {
      let opened = try spool.open()
      let stop = try WakeUp()
      var (source, sink) = (opened.makeSource(stop: stop), opened.makeSink(stop: stop))
      while try spool.names(in: "work").count < 2 {
        _ = try spool.step(&source, &sink, limit: ChunkLimit(lines: 1))
      }
      stop.ring()
      #expect(try spool.step(&source, &sink) == .abandoned)
      #expect(try spool.step(&source, &sink) == .abandoned)
    }
    #expect(try spool.names(in: "work") == ["JOB.in.a.txt", "JOB.labels"])
    #expect(spool.log.count(of: "stopped in the middle of a file") == 1)
    try spool.run()
    #expect(spool.text(of: "out/a.txt.jsonl") == "label uno\nlabel dos\nlabel tres\n")
    #expect(spool.log.count(of: "an earlier run was interrupted") == 1)
    #expect(try spool.names(in: "work") == [])
  }

  @Test("Recovery removes parts that nobody knows, takes claimed files, and leaves strangers alone")
  func recovery() throws {
    let spool = try TestSpool()
    _ = try spool.open()
    try spool.write("dos\n", to: "work/20261004-101112-000002.in.b.txt")
    try spool.write("uno\n", to: "work/20261004-101112-000001.in.a.txt")
    try spool.write("half", to: "work/20261004-101112-000001.labels")
    try spool.write("{}", to: "work/20261004-101112-000009.why")
    try spool.write("x", to: "work/notes.txt")
    try spool.run()
    #expect(try spool.names(in: "out") == ["a.txt.jsonl", "b.txt.jsonl"])
    #expect(spool.text(of: "out/a.txt.jsonl") == "label uno\n")
    #expect(try spool.names(in: "work") == ["notes.txt"])
  }

  @Test("A claimed FIFO is never waited for, and stays in work/")
  func claimedFIFO() throws {
    let spool = try TestSpool()
    _ = try spool.open()
    #expect(unsafe mkfifo(spool.root.appending("work/20261004-101112-000001.in.a.txt").string, 0o600) == 0)
    try spool.run()
    #expect(try spool.names(in: "rejected") == [])
    #expect(try spool.names(in: "work") == ["JOB.in.a.txt"])
    #expect(spool.log.count(of: "unknown file in work/") == 1)
  }

  /// Runs the spool, and once, when the file has been claimed but not read to its end, calls `body` with its path.
  private func change(
    _ spool: TestSpool, whileReading name: String, _ body: (String) throws -> Void
  ) throws {
    let opened = try spool.open()
    let stop = try WakeUp()
    var (source, sink) = (opened.makeSource(stop: stop), opened.makeSink(stop: stop))
    var isChanged = false
    while try spool.step(&source, &sink, limit: ChunkLimit(lines: 1)) == .open {
      if !isChanged, let claimed = try claimedPath(spool) {
        try body(claimed)
        isChanged = true
      }
    }
  }

  private func claimedPath(_ spool: TestSpool) throws -> String? {
    var entries = try Directory(spool.root.appending("work")).entries()
    while let entry = try entries.next() {
      if Job(claimed: entry.name) != nil { return "work/\(entry.name)" }
    }
    return nil
  }
}
