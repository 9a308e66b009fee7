import Daemon
import Foundation
import Statistics
import SystemCalls
import Testing
import Tweets

@testable import Spool

@Suite("A file whose first thousand lines are all bad") struct HopelessFileTests {
  private static let limits = [7, 512, 100_000]

  @Test("It is refused, and nothing of it is published", arguments: limits)
  func refused(limit: Int) throws {
    let spool = try TestSpool()
    try spool.write(String(repeating: "!\n", count: 1000) + "bueno\n", to: "inbox/a.txt")
    try spool.write("uno\n", to: "inbox/b.txt")
    let statistics = try spool.run(limit: ChunkLimit(lines: limit)).statistics.current().snapshot
    #expect(statistics.windows.allSatisfy { $0.sum.counts == statistics.total })
    #expect(statistics.total.lines == 1)
    #expect(try spool.names(in: "out") == ["b.txt.jsonl"])
    #expect(try spool.names(in: "rejected") == ["a.txt", "a.txt.why.json"])
    let why = try #require(spool.text(of: "rejected/a.txt.why.json"))
    #expect(
      why.contains(#""reason":"all_bad","detail":"none of the first 1000 lines can be labelled: bad_json; "#))
    #expect(try spool.names(in: "work") == [])
  }

  @Test("With a good line among them, or fewer lines, it is not", arguments: limits)
  func kept(limit: Int) throws {
    let spool = try TestSpool()
    try spool.write(
      String(repeating: "!\n", count: 999) + "bueno\n" + String(repeating: "!\n", count: 2000),
      to: "inbox/a.txt")
    try spool.write(String(repeating: "!\n\n", count: 999), to: "inbox/b.txt")
    try spool.run(limit: ChunkLimit(lines: limit))
    #expect(try spool.names(in: "out") == ["a.txt.jsonl", "b.txt.jsonl"])
    #expect(try spool.names(in: "rejected") == ["a.txt.rejects.jsonl", "b.txt.rejects.jsonl"])
  }

  @Test("The rest of it is not even read")
  func notReadOn() throws {
    let spool = try TestSpool()
    try spool.write(String(repeating: "!\n", count: 200_000), to: "inbox/a.txt")
    let opened = try spool.open()
    let stop = try WakeUp()
    var (source, sink) = (opened.makeSource(stop: stop), opened.makeSink(stop: stop))
    var steps = 0
    while try spool.step(&source, &sink) == .open { steps += 1 }
    try sink.finish()
    #expect(steps < 100)
    #expect(try spool.names(in: "rejected") == ["a.txt", "a.txt.why.json"])
  }
}
