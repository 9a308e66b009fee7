import Foundation
import Glibc
import SystemCalls
import SystemPackage
import Testing

@testable import Spool

/// Time is counted here, not waited for: the inbox is asked what it would do at later moments.
@Suite("Files that cannot be taken yet") struct ObstacleTests {
  private let now = SuspendingClock.now

  @Test("A file whose writer keeps it open after renaming it in keeps no other waiting")
  func keptOpen() throws {
    let spool = try TestSpool()
    var inbox = try makeInbox(of: spool)
    #expect(try inbox.claim(at: now) == nil)
    let writer = try openRenamed("a.txt", in: spool)
    try spool.requireTellingOfWriters(to: "inbox/a.txt")
    try spool.write("uno\n", to: "inbox/.b.tmp")
    try spool.rename("inbox/.b.tmp", "inbox/b.txt")
    #expect(try inbox.claim(at: now + .milliseconds(1))?.name == "b.txt")
    #expect(try inbox.claim(at: now + .seconds(30)) == nil)
    try writer.close()
    #expect(try inbox.claim(at: now + .seconds(31))?.name == "a.txt")
  }

  @Test("After our patience it is told, once, that a file is still open, and it stays")
  func toldOnce() throws {
    let spool = try TestSpool()
    var inbox = try makeInbox(of: spool)
    let writer = try openRenamed("a.txt", in: spool)
    try spool.requireTellingOfWriters(to: "inbox/a.txt")
    for second in 0..<59 { #expect(try inbox.claim(at: now + .seconds(second)) == nil) }
    #expect(spool.log.count(of: "left in the inbox") == 0)
    for second in 60..<300 { #expect(try inbox.claim(at: now + .seconds(second)) == nil) }
    #expect(spool.log.count(of: "left in the inbox: cannot be claimed yet") == 1)
    #expect(inbox.files == 1)
    try writer.close()
  }

  @Test("A run that ends when the inbox is empty ends though a file is held open, and leaves that")
  func endsBesideHeldFile() throws {
    let spool = try TestSpool()
    let writer = try openRenamed("a.txt", in: spool)
    try spool.requireTellingOfWriters(to: "inbox/a.txt")
    try spool.write("dos\n", to: "inbox/b.txt")
    try spool.run()
    #expect(try spool.names(in: "inbox") == ["a.txt"])
    #expect(try spool.names(in: "out") == ["b.txt.jsonl"])
    try writer.close()
  }

  @Test("A name that was moved in and out again, and is now being written in place, has to settle")
  func movedInAndOut() throws {
    let spool = try TestSpool()
    var inbox = try makeInbox(of: spool)
    #expect(try inbox.claim(at: now) == nil)
    try spool.write("uno\n", to: "inbox/.a.tmp")
    try spool.rename("inbox/.a.tmp", "inbox/a.txt")
    try spool.rename("inbox/a.txt", "a.txt")
    let writer = try FileDescriptor.open(
      spool.root.appending("inbox/a.txt"), .writeOnly, options: [.create], permissions: .ownerReadWrite)
    defer { try? writer.close() }
    _ = try writer.writeAll("do".utf8)
    #expect(try inbox.claim(at: now + .milliseconds(1)) == nil)
  }

  @Test("What happens in a folder that was the inbox is no news of the one that is")
  func otherInbox() throws {
    let spool = try TestSpool()
    var inbox = try makeInbox(of: spool)
    #expect(try inbox.claim(at: now) == nil)
    try spool.rename("inbox", "old")
    try spool.write("uno\n", to: "old/.a.tmp")
    try spool.rename("old/.a.tmp", "old/a.txt")
    try FileManager.default.createDirectory(
      atPath: spool.root.appending("inbox").string, withIntermediateDirectories: false)
    try spool.write("medi", to: "inbox/a.txt")
    #expect(try inbox.claim(at: now + .milliseconds(1)) == nil)
    #expect(try inbox.claim(at: now + .milliseconds(501))?.name == "a.txt")
    #expect(try spool.names(in: "old") == ["a.txt"])
    // And the new one is heard of.
    try spool.write("dos\n", to: "inbox/.b.tmp")
    try spool.rename("inbox/.b.tmp", "inbox/b.txt")
    #expect(try inbox.claim(at: now + .milliseconds(502))?.name == "b.txt")
  }

  @Test("A file that cannot be read is handed over after our patience, to be refused")
  func unreadable() throws {
    let spool = try TestSpool()
    try spool.write("uno\n", to: "inbox/a.txt")
    #expect(unsafe chmod(spool.root.appending("inbox/a.txt").string, 0) == 0)
    try asNobody(in: spool) {
      var inbox = try makeInbox(of: spool)
      #expect(try inbox.claim(at: now) == nil)
      for second in 1...60 { #expect(try inbox.claim(at: now + .seconds(second)) == nil) }
      #expect(try inbox.claim(at: now + .seconds(61))?.name == "a.txt")
    }
  }

  @Test("A file that cannot be read, and then can, is taken like any other")
  func readableAgain() throws {
    let spool = try TestSpool()
    let path = spool.root.appending("inbox/a.txt").string
    try spool.write("uno\n", to: "inbox/a.txt")
    #expect(unsafe chmod(path, 0) == 0)
    try asNobody(in: spool) {
      var inbox = try makeInbox(of: spool)
      for second in 0...30 { #expect(try inbox.claim(at: now + .seconds(second)) == nil) }
    }
    #expect(unsafe chmod(path, 0o644) == 0)
    spool.options.endsWhenEmpty = true
    try spool.run()
    #expect(spool.text(of: "out/a.txt.jsonl") == "label uno\n")
  }

  /// A file that was renamed into the inbox by somebody who goes on to have it open for writing.
  private func openRenamed(_ name: String, in spool: TestSpool) throws -> FileDescriptor {
    let writer = try FileDescriptor.open(
      spool.root.appending("inbox/.\(name).tmp"), .writeOnly, options: [.create],
      permissions: .ownerReadWrite)
    _ = try writer.writeAll("uno\n".utf8)
    try spool.rename("inbox/.\(name).tmp", "inbox/\(name)")
    return writer
  }

  /// Runs `body` on a spool whose files are ours, without root's power over others' files.
  private func asNobody(in spool: TestSpool, _ body: () throws -> Void) throws {
    guard geteuid() == 0 else { return try body() }
    for folder in ["", "inbox", "work", "out", "rejected", "done", "stats"] {
      #expect(unsafe chown(spool.root.appending(folder).string, 65534, 65534) == 0)
    }
    // For this thread alone: setfsuid(2), which the Glibc module lacks.
    typealias SetUser = @convention(c) (uid_t) -> Int32
    guard let symbol = unsafe dlsym(nil, "setfsuid") else {
      Issue.record("setfsuid is missing")
      return
    }
    // Sound: the symbol is glibc's, and has this type.
    let setUser = unsafe unsafeBitCast(symbol, to: SetUser.self)
    _ = setUser(65534)
    defer { _ = setUser(0) }
    try body()
  }

  private func makeInbox(of spool: TestSpool) throws -> Inbox {
    spool.options.endsWhenEmpty = false
    spool.options.settleTime = .milliseconds(500)
    spool.options.patience = .seconds(60)
    spool.options.rescanInterval = .seconds(5)
    return Inbox(try SpoolDirectories(at: spool.root), options: spool.options, log: spool.log.logger)
  }
}
