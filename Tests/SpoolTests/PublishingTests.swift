import Daemon
import Foundation
import Statistics
import SystemCalls
import SystemPackage
import Testing
import Tweets

@testable import Spool

@Suite("A spool's files on their way") struct PublishingTests {
  @Test("A file becomes a whole output, its bad lines go to rejected, itself to done")
  func oneFile() throws {
    let spool = try TestSpool()
    try spool.write("uno\n!dos\n\ntres", to: "inbox/tweets.jsonl.txt")
    try spool.run()
    #expect(spool.text(of: "out/tweets.jsonl.txt.jsonl") == "label uno\nlabel tres\n")
    #expect(spool.text(of: "rejected/tweets.jsonl.txt.rejects.jsonl") == "bad !dos\n")
    #expect(try spool.names(in: "done") == ["JOB.tweets.jsonl.txt"])
    #expect(try spool.names(in: "inbox") == [])
    #expect(try spool.names(in: "work") == [])
  }

  @Test("A file without bad lines leaves nothing in rejected")
  func noRejects() throws {
    let spool = try TestSpool()
    try spool.write("uno\n", to: "inbox/a.txt")
    try spool.run()
    #expect(try spool.names(in: "rejected") == [])
  }

  @Test("An empty file has an empty output, so that its producer sees that it is done")
  func emptyFile() throws {
    let spool = try TestSpool()
    try spool.write("", to: "inbox/a.txt")
    try spool.write("\n\n", to: "inbox/blank.txt")
    try spool.run()
    #expect(try spool.names(in: "out") == ["a.txt.jsonl", "blank.txt.jsonl"])
    #expect(spool.text(of: "out/a.txt.jsonl") == "")
  }

  @Test("The same name again gets a number, in out and rejected alike, and nothing is overwritten")
  func sameNameTwice() throws {
    let spool = try TestSpool()
    for text in ["uno\n!u\n", "dos\n!d\n", "tres\n!t\n"] {
      try spool.write(text, to: "inbox/a.txt")
      try spool.run()
    }
    #expect(try spool.names(in: "out") == ["a.txt.jsonl", "a.txt.~2.jsonl", "a.txt.~3.jsonl"])
    #expect(spool.text(of: "out/a.txt.~3.jsonl") == "label tres\n")
    #expect(spool.text(of: "rejected/a.txt.~2.rejects.jsonl") == "bad !d\n")
    #expect(try spool.names(in: "done").count == 3)
  }

  @Test("Two files whose outputs would have the same name stay apart within one commit")
  func clashWithinCommit() throws {
    let spool = try TestSpool()
    try spool.write("{\"text\":\"x\"}\n", to: "inbox/a.jsonl")
    try spool.write("{\"text\":\"y\"}\n", to: "inbox/a.JSONL")
    try spool.run()
    #expect(try spool.names(in: "out") == ["a.jsonl", "a.~2.jsonl"])
  }

  @Test("A refused file goes to rejected with why, under its own name")
  func refusedFile() throws {
    let spool = try TestSpool()
    try Data([0x61, 0x00, 0x62, 0x00, 0x0A, 0x00]).write(
      to: URL(filePath: spool.root.appending("inbox/utf16.txt").string))
    try spool.write("uno\n", to: "inbox/z.txt")
    try spool.run()
    #expect(try spool.names(in: "rejected") == ["utf16.txt", "utf16.txt.why.json"])
    let why = try #require(spool.text(of: "rejected/utf16.txt.why.json"))
    #expect(why.contains(#""src":"utf16.txt","job":""#))
    #expect(why.contains(#""reason":"refused","detail":""#))
    #expect(try spool.names(in: "out") == ["z.txt.jsonl"])
    #expect(try spool.names(in: "work") == [])
  }

  @Test("A file refused in its middle leaves no output")
  func refusedLate() throws {
    let spool = try TestSpool()
    // A gzip member that is cut off after its first bytes.
    let data = Data([0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3, 0x4B])
    try data.write(to: URL(filePath: spool.root.appending("inbox/cut.txt.gz").string))
    try spool.run()
    #expect(try spool.names(in: "rejected") == ["cut.txt.gz", "cut.txt.gz.why.json"])
    let why = try #require(spool.text(of: "rejected/cut.txt.gz.why.json"))
    #expect(why.contains(#""reason":"damaged","detail":"cut.txt.gz: the gzip data is damaged: "#))
    #expect(try spool.names(in: "out") == [])
  }

  @Test("A file that is longer than many chunks arrives whole and in order")
  func longFile() throws {
    let spool = try TestSpool()
    let lines = (0..<1000).map { "tuit \($0)" }
    try spool.write(lines.joined(separator: "\n"), to: "inbox/long.txt")
    try spool.run(limit: ChunkLimit(lines: 7))
    #expect(spool.text(of: "out/long.txt.jsonl") == lines.map { "label \($0)\n" }.joined())
  }

  @Test("Many small files share chunks and all come out", arguments: [(20, 3), (300, 1000)])
  func manyFiles(files: Int, limit: Int) throws {
    let spool = try TestSpool()
    for number in 0..<files { try spool.write("tuit \(number)\n", to: "inbox/\(number).txt") }
    let opened = try spool.run(limit: ChunkLimit(lines: limit))
    #expect(try spool.names(in: "out").count == files)
    for number in 0..<files { #expect(spool.text(of: "out/\(number).txt.jsonl") == "label tuit \(number)\n") }
    #expect(opened.statistics.current().snapshot.total.files == files)
    #expect(spool.log.count(of: "published") == files)
  }

  @Test("A chunk of nothing but empty files is full at some time")
  func manyEmptyFiles() throws {
    let spool = try TestSpool()
    for number in 0..<300 { try spool.write("", to: "inbox/\(number).txt") }
    try spool.run()
    #expect(try spool.names(in: "out").count == 300)
  }
}
