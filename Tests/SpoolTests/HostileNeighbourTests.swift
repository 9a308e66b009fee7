import Daemon
import Foundation
import Glibc
import Ledger
import Statistics
import Synchronization
import SystemCalls
import SystemPackage
import Testing
import Tweets

@testable import Spool

/// What a member of the group that may drop files can do to others, and must not.
@Suite("A hostile neighbour") struct HostileNeighbourTests {
  @Test("Thousands of exchanges of a file for something else get nothing else into the folders")
  func exchanges() throws {
    let spool = try TestSpool()
    spool.options.endsWhenEmpty = false
    spool.options.settleTime = .zero
    let attack = Attack(on: spool.root.appending("inbox"))
    do {
      let opened = try spool.open()
      let stop = try WakeUp()
      var (source, sink) = (opened.makeSource(stop: stop), opened.makeSink(stop: stop))
      let end = SuspendingClock.now + .seconds(20)
      let attacker = Thread { attack.run(files: 60, exchanges: 3000) }
      attacker.start()
      while !attacker.isFinished, SuspendingClock.now < end { _ = try spool.step(&source, &sink) }
      attack.end()
      while !attacker.isFinished { usleep(1000) }
      stop.ring()
      while try spool.step(&source, &sink) == .open {}
    }
    #expect(attack.exchanges >= 3000)
    for folder in ["out", "rejected", "done"] { try expectPlainFiles(in: folder, of: spool) }
    // What was put aside stands in the way of no start.
    spool.options.endsWhenEmpty = true
    try spool.rename("inbox", "old")
    try spool.run()
    #expect(try spool.ledger().jobs(in: .claimed) == [])
    #expect(try SpoolCheck(SpoolView(root: spool.root)).findings().allSatisfy { $0.problem == .stranger })
  }

  @Test("A folder that was claimed by an earlier run and cannot be moved ends no start, and fsck names it")
  func claimedFolder() throws {
    let spool = try TestSpool()
    try spool.write("uno\n", to: "inbox/a.txt")
    try spool.run()
    let record = try #require(try spool.ledger().allJobs().first)
    try {
      var refused = record
      (refused.state, refused.refusal) = (.committed, "not_a_file")
      refused.finalNames = .init(kept: "a.txt", why: "a.txt.why.json")
      try Ledger(in: spool.root.appending("state")).record(LedgerChanges(jobs: [refused]))
    }()
    let name = record.job.claimedName
    #expect(unsafe mkdir(spool.root.appending("work/\(name)").string, 0o500) == 0)
    try spool.write("dos\n", to: "inbox/b.txt")
    try spool.run()
    #expect(spool.text(of: "out/b.txt.jsonl") == "label dos\n")
    #expect(try spool.names(in: "rejected") == [])
    let findings = try SpoolCheck(SpoolView(root: spool.root)).findings()
    #expect(findings.contains { $0.problem == .stranger && $0.place == "work/\(name)" })
  }

  @Test("A finished file that cannot be published keeps no other waiting, and run once fails in the end")
  func unpublished() throws {
    let spool = try TestSpool()
    try spool.write("uno\n", to: "inbox/a.txt")
    try spool.run()
    try spool.setJobs(to: .committed)
    let record = try #require(try spool.ledger().allJobs().first)
    try spool.rename("out/a.txt.jsonl", "work/\(record.job.partName(.labels))")
    // Too long a name is an error of this file alone.
    try {
      var other = record
      other.finalNames.output = FileName("a.jsonl").prefixed(by: String(repeating: "n", count: 300))
      try Ledger(in: spool.root.appending("state")).record(LedgerChanges(jobs: [other]))
    }()
    try spool.write("dos\n", to: "inbox/b.txt")
    let error = #expect(throws: SpoolError.self) { try spool.run() }
    #expect(spool.text(of: "out/b.txt.jsonl") == "label dos\n")
    #expect(error?.description.contains("publishing a.txt (job \(record.id))") == true)
    #expect(error?.description.hasSuffix("1 labelled file waits for the next start") == true)
    #expect(try spool.ledger().jobs(in: .committed).map(\.id) == [record.id])
    #expect(try spool.names(in: "work") == ["JOB.labels"])
  }

  @Test(
    "Sparse files of eight EiB each, more than an integer can add up, end nothing and are held",
    .enabled(if: FileManager.default.isWritableFile(atPath: "/dev/shm"), "no other file system has such"))
  func sparse() throws {
    let spool = try TestSpool(root: FilePath("/dev/shm/animo-sparse-\(getpid())"))
    let inbox = try Directory(spool.root.appending("inbox"))
    for number in 0..<3 {
      let file = try inbox.create(FileName("\(number).txt"), mode: .ownerReadWrite)
      try file.closeAfter { try file.truncate(to: .max, "\(number).txt") }
    }
    try spool.write("uno\n", to: "inbox/a.txt")
    let opened = try spool.run()
    #expect(opened.queue.held == 3)
    #expect(spool.text(of: "out/a.txt.jsonl") == "label uno\n")
    opened.keepHouse()
    #expect(opened.measurements?.folders.first { $0.name == "work" }?.bytes == Int.max)
  }

  @Test("Set-ID bits are taken from what is claimed")
  func setID() throws {
    let spool = try TestSpool()
    // A program is refused as a whole.
    try spool.write("\u{7F}ELF", to: "inbox/a.txt")
    #expect(unsafe chmod(spool.root.appending("inbox/a.txt").string, 0o6755) == 0)
    try spool.run()
    let status = try #require(try Directory(spool.root.appending("rejected")).status(of: "a.txt"))
    #expect(status.mode == [.ownerReadWriteExecute, .groupReadExecute, .otherReadExecute])
  }

  @Test("A file that changes after it was claimed keeps no other waiting, and is labelled whole in the end")
  func changing() throws {
    let spool = try TestSpool()
    (spool.options.patience, spool.options.settleTime) = (.seconds(60), .milliseconds(100))
    try spool.write(String(repeating: "uno\n", count: 150), to: "inbox/a.txt")
    let opened = try spool.open()
    let stop = try WakeUp()
    var (source, sink) = (opened.makeSource(stop: stop), opened.makeSink(stop: stop))
    while try spool.names(in: "work").isEmpty { _ = try spool.step(&source, &sink) }
    let claimed = try #require(
      try WorkListing(of: Directory(spool.root.appending("work"))).inputs.values.first)
    try spool.write("dos\n", to: "inbox/b.txt")
    var added = 0
    while try spool.names(in: "out").isEmpty {
      try spool.append("más\n", to: "work/\(claimed.claimedName)")
      added += 1
      _ = try spool.step(&source, &sink)
    }
    #expect(try spool.names(in: "out") == ["b.txt.jsonl"])
    while try spool.step(&source, &sink) == .open {}
    let whole = String(repeating: "label uno\n", count: 150) + String(repeating: "label más\n", count: added)
    #expect(spool.text(of: "out/a.txt.jsonl") == whole)
    #expect(try spool.ledger().fold() == spool.ledger().totals())
    #expect(try spool.ledger().totals().positive == 151 + added)
  }

  @Test("A long file lets a short one behind it overtake, and each has its own lines")
  func overtaking() throws {
    let spool = try TestSpool()
    spool.options.settleTime = .zero
    let lines = (0..<100_000).map { $0 % 7 == 3 ? "!mal \($0)" : "tuit \($0)" }
    try spool.write(lines.joined(separator: "\n"), to: "inbox/a.txt")
    let opened = try spool.open()
    let stop = try WakeUp()
    var (source, sink) = (opened.makeSource(stop: stop), opened.makeSink(stop: stop))
    source.turn = .microseconds(1)
    while try spool.names(in: "work").isEmpty {
      _ = try spool.step(&source, &sink, limit: ChunkLimit(lines: 10))
    }
    try spool.write("dos\n", to: "inbox/b.txt")
    while try spool.names(in: "out").isEmpty {
      _ = try spool.step(&source, &sink, limit: ChunkLimit(lines: 10))
    }
    #expect(try spool.names(in: "out") == ["b.txt.jsonl"])
    while try spool.step(&source, &sink) == .open {}
    let labelled = lines.filter { !$0.hasPrefix("!") }.map { "label \($0)\n" }.joined()
    #expect(spool.text(of: "out/a.txt.jsonl") == labelled)
    #expect(spool.text(of: "out/b.txt.jsonl") == "label dos\n")
  }

  @Test("The files of an owner who has enough unfinished ones stay, and hide no others")
  func busyOwner() throws {
    let spool = try TestSpool()
    spool.options.settleTime = .zero
    var inbox = Inbox(
      try SpoolDirectories(at: spool.root), options: spool.options, log: spool.log.logger)
    try spool.write("uno\n", to: "inbox/a.txt")
    let now = SuspendingClock.now
    _ = try inbox.claim(at: now, except: [geteuid()])
    #expect(try inbox.claim(at: now + .seconds(1), except: [geteuid()]) == nil)
    guard geteuid() == 0 else { return }
    try spool.write("dos\n", to: "inbox/b.txt")
    #expect(unsafe chown(spool.root.appending("inbox/b.txt").string, 65534, 65534) == 0)
    // Where it is certain that nobody writes to a file, the first look suffices.
    let others = try [2, 3].compactMap { try inbox.claim(at: now + .seconds($0), except: [0])?.name }
    #expect(others == ["b.txt"])
    let own = try [4, 5].compactMap { try inbox.claim(at: now + .seconds($0))?.name }
    #expect(own == ["a.txt"])
  }

  private func expectPlainFiles(in folder: String, of spool: TestSpool) throws {
    let folder = try Directory(spool.root.appending(folder))
    var entries = try folder.entries()
    while let entry = try entries.next() {
      let status = try #require(try folder.status(of: entry.name))
      #expect(status.type == .regular, "\(folder.path)/\(entry.name)")
      #expect(status.mode.isDisjoint(with: [.setUserID, .setGroupID]))
    }
  }
}

/// A producer who exchanges a file for a folder, a FIFO, a link or a set-ID file while it is being claimed.
private final class Attack: Sendable {
  private typealias Rename =
    @convention(c) (Int32, UnsafePointer<CChar>, Int32, UnsafePointer<CChar>, UInt32) -> Int32

  private let inbox: FilePath
  private let isOver = Atomic(false)
  private let count = Atomic(0)

  var exchanges: Int { count.load(ordering: .relaxed) }

  init(on inbox: FilePath) { self.inbox = inbox }

  func end() { isOver.store(true, ordering: .relaxed) }

  /// Drops `files` files or more, until `exchanges` exchanges have succeeded; most files are soon claimed.
  func run(files: Int, exchanges: Int) {
    // renameat2(2) is missing in the Glibc module.
    guard let symbol = unsafe dlsym(nil, "renameat2") else { return }
    // Sound: the symbol is glibc's, and has this type.
    let rename = unsafe unsafeBitCast(symbol, to: Rename.self)
    for number in 0... {
      guard !isOver.load(ordering: .relaxed), number < files || self.exchanges < exchanges else { break }
      let (file, other) = (path("a\(number).txt"), path(".x\(number)"))
      _ = FileManager.default.createFile(atPath: path(".t\(number)"), contents: Data("!uno\n".utf8))
      make(number, other)
      unsafe Glibc.rename(path(".t\(number)"), file)
      for _ in 0..<20_000 {
        guard unsafe rename(AT_FDCWD, file, AT_FDCWD, other, 2) == 0 else { break }
        count.add(1, ordering: .relaxed)
      }
    }
  }

  private func make(_ number: Int, _ path: String) {
    switch number % 4 {
    case 0:
      unsafe mkdir(path, 0o700)
      _ = FileManager.default.createFile(atPath: path + "/f", contents: Data())
      unsafe chmod(path, 0o500)
    case 1: unsafe mkfifo(path, 0o666)
    case 2: unsafe symlink("/etc/passwd", path)
    default:
      _ = FileManager.default.createFile(atPath: path, contents: Data("!dos\n".utf8))
      unsafe chmod(path, 0o6755)
    }
  }

  private func path(_ name: String) -> String { inbox.appending(name).string }
}
