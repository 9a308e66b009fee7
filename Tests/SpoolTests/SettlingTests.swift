import Foundation
import Glibc
import Logging
import SystemCalls
import SystemPackage
import Testing

@testable import Spool

/// Time is counted here, not waited for: the inbox is asked what it would do at later moments.
@Suite("When a file counts as complete") struct SettlingTests {
  private let now = SuspendingClock.now

  @Test("A file written in place is taken after two equal looks a settle time apart, not before")
  func writtenInPlace() throws {
    let spool = try TestSpool()
    var inbox = try makeInbox(of: spool)
    try spool.write("uno\n", to: "inbox/a.txt")
    #expect(try inbox.claim(at: now) == nil)
    #expect(try inbox.claim(at: now + .milliseconds(499)) == nil)
    #expect(inbox.idleTime(at: now + .milliseconds(499)) == .milliseconds(1))
    #expect(try inbox.claim(at: now + .milliseconds(500))?.name == "a.txt")
  }

  @Test("A file that has grown between the looks has to settle again")
  func grown() throws {
    let spool = try TestSpool()
    var inbox = try makeInbox(of: spool)
    try spool.write("uno\n", to: "inbox/a.txt")
    #expect(try inbox.claim(at: now) == nil)
    try spool.append("dos\n", to: "inbox/a.txt")
    #expect(try inbox.claim(at: now + .milliseconds(500)) == nil)
    #expect(try inbox.claim(at: now + .milliseconds(900)) == nil)
    #expect(try inbox.claim(at: now + .milliseconds(1000))?.name == "a.txt")
  }

  @Test("A file renamed into the inbox before our eyes is taken at once")
  func movedIn() throws {
    let spool = try TestSpool()
    var inbox = try makeInbox(of: spool)
    #expect(try inbox.claim(at: now) == nil)
    try spool.write("uno\n", to: "inbox/.a.tmp")
    try spool.rename("inbox/.a.tmp", "inbox/a.txt")
    #expect(try inbox.claim(at: now + .milliseconds(1))?.name == "a.txt")
  }

  @Test("A file that is written to after it was renamed into the inbox has to settle")
  func writtenAfterMove() throws {
    let spool = try TestSpool()
    var inbox = try makeInbox(of: spool)
    #expect(try inbox.claim(at: now) == nil)
    try spool.write("uno\n", to: "inbox/.a.tmp")
    try spool.rename("inbox/.a.tmp", "inbox/a.txt")
    try spool.append("dos\n", to: "inbox/a.txt")
    #expect(try inbox.claim(at: now + .milliseconds(1)) == nil)
  }

  @Test("A file that somebody holds open for writing is not taken")
  func openForWriting() throws {
    let spool = try TestSpool()
    var inbox = try makeInbox(of: spool)
    try spool.write("uno\n", to: "inbox/a.txt")
    let path = spool.root.appending("inbox/a.txt")
    try spool.requireTellingOfWriters(to: "inbox/a.txt")
    let writer = try FileDescriptor.open(path, .writeOnly)
    #expect(try inbox.claim(at: now) == nil)
    #expect(try inbox.claim(at: now + .milliseconds(500)) == nil)
    try writer.close()
    #expect(try inbox.claim(at: now + .milliseconds(1000))?.name == "a.txt")
  }

  @Test("One file that does not settle keeps no other waiting")
  func noWaitingForOthers() throws {
    let spool = try TestSpool()
    var inbox = try makeInbox(of: spool)
    try spool.write("uno\n", to: "inbox/a.txt")
    try spool.write("uno\n", to: "inbox/b.txt")
    #expect(try inbox.claim(at: now) == nil)
    try spool.append("dos\n", to: "inbox/a.txt")
    #expect(try inbox.claim(at: now + .milliseconds(500))?.name == "b.txt")
  }

  @Test("A half-written file that is finished later is labelled once, whole")
  func finishedLater() throws {
    let spool = try TestSpool()
    spool.options.endsWhenEmpty = false
    let opened = try spool.open()
    let stop = try WakeUp()
    var (source, sink) = (opened.makeSource(stop: stop), opened.makeSink(stop: stop))
    let path = spool.root.appending("inbox/a.txt")
    let writer = try FileDescriptor.open(path, .writeOnly, options: [.create], permissions: .ownerReadWrite)
    _ = try writer.writeAll("uno\nd".utf8)
    try spool.requireTellingOfWriters(to: "inbox/a.txt")
    for _ in 0..<10 { _ = try spool.step(&source, &sink) }
    #expect(try spool.names(in: "out") == [])
    _ = try writer.writeAll("os\ntres\n".utf8)
    try writer.close()
    while try spool.names(in: "out").isEmpty { _ = try spool.step(&source, &sink) }
    #expect(try spool.names(in: "out") == ["a.txt.jsonl"])
    #expect(spool.text(of: "out/a.txt.jsonl") == "label uno\nlabel dos\nlabel tres\n")
  }

  private func makeInbox(of spool: TestSpool) throws -> Inbox {
    spool.options.settleTime = .milliseconds(500)
    spool.options.rescanInterval = .seconds(5)
    return Inbox(try SpoolDirectories(at: spool.root), options: spool.options, log: spool.log.logger)
  }
}
