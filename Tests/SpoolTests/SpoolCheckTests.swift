import Daemon
import Foundation
import Glibc
import Ledger
import Statistics
import SystemCalls
import SystemPackage
import Testing
import Tweets

@testable import Spool

@Suite("Checking a spool against its ledger") struct SpoolCheckTests {
  private let spool: TestSpool

  init() throws { spool = try TestSpool() }

  @Test("A spool that was worked in good order is clean, also when readers have taken outputs away")
  func clean() throws {
    try work("a.txt", "uno\n!dos\n")
    #expect(try findings() == [])
    try FileManager.default.removeItem(atPath: spool.root.appending("out/a.txt.jsonl").string)
    #expect(try findings() == [])
  }

  @Test("An output that a reader took before the ledger knew that it was published is not missing")
  func takenEarly() throws {
    try work("a.txt", "uno\n!dos\n")
    try spool.setJobs(to: .committed)
    try FileManager.default.removeItem(atPath: spool.root.appending("out/a.txt.jsonl").string)
    #expect(try findings() == [])
  }

  @Test("An output that a later job has the name of is not taken for a changed one")
  func nameUsedAgain() throws {
    try work("a.txt", "uno\n")
    try FileManager.default.removeItem(atPath: spool.root.appending("out/a.txt.jsonl").string)
    try work("a.txt", "uno\ndos\n")
    #expect(try findings() == [])
    try spool.append("más", to: "out/a.txt.jsonl")
    #expect(try findings().map(\.problem) == [.outputChanged])
  }

  @Test("An output that was changed counts no more when a later job has its name, also one of another page")
  func nameUsedAgainLater() throws {
    try work("a.txt", "uno\n")
    try spool.write("más", to: "out/a.txt.jsonl")
    #expect(try findings().map(\.problem) == [.outputChanged])
    try FileManager.default.removeItem(atPath: spool.root.appending("out/a.txt.jsonl").string)
    try work("a.txt", "uno\ndos\n")
    for length in 1...3 {
      #expect(try SpoolCheck(SpoolView(root: spool.root), pageLength: length).findings() == [])
    }
  }

  @Test("A spool without a ledger cannot be checked")
  func noLedger() throws {
    let error = #expect(throws: SpoolError.self) { try findings() }
    #expect(error?.cause == .configuration)
  }

  @Test("A part without a job is found and removed")
  func orphan() throws {
    try work("a.txt", "uno\n")
    try spool.write("x", to: "work/20261004-101112-000001.labels")
    #expect(try findings().map(\.problem) == [.partWithoutJob])
    try repairAll()
    #expect(try spool.names(in: "work") == [])
  }

  @Test("A checkpoint whose input has gone is found and forgotten")
  func jobWithoutInput() throws {
    try work("a.txt", "uno\n")
    try spool.setJobs(to: .claimed)
    #expect(Set(try findings().map(\.problem)) == [.jobWithoutInput, .totalsWrong])
    try repairAll()
  }

  @Test("A part that is too short is found, and its job begins anew")
  func shortPart() throws {
    try work("a.txt", "uno\n!dos\n")
    try spool.setJobs(to: .claimed)
    let id = try restore("a.txt")
    try spool.write("", to: "work/\(id).labels")
    let problems = try findings().map(\.problem)
    #expect(Set(problems) == [.partTooShort, .totalsWrong])
    #expect(problems.filter { $0 == .partTooShort }.count == 2)
    try repairAll()
    for name in ["out/a.txt.jsonl", "rejected/a.txt.rejects.jsonl"] {
      try FileManager.default.removeItem(atPath: spool.root.appending(name).string)
    }
    try spool.run()
    #expect(spool.text(of: "out/a.txt.jsonl") == "label uno\n")
  }

  @Test("A published input that is still in work is found and moved away")
  func publishedAndHere() throws {
    try work("a.txt", "uno\n")
    _ = try restore("a.txt")
    #expect(try findings().map(\.problem) == [.publishedAndHere])
    try repairAll()
    #expect(try spool.names(in: "done") == ["JOB.a.txt"])
  }

  @Test("Totals that are wrong are found and set right")
  func totals() throws {
    try work("a.txt", "uno\n!dos\n")
    try {
      var changes = LedgerChanges()
      let positive = changes.total.place(ofLabel: "positive")
      changes.total.labelled[positive] = 5
      try Ledger(in: spool.root.appending("state")).record(changes)
    }()
    #expect(
      try findings().map(\.description) == ["totals wrong: labelled positive: total 6, sum of all jobs 1"])
    try repairAll()
    #expect(try spool.ledger().totals().positive == 1)
  }

  @Test("An output that has changed, one that is lost, and strangers are found and left")
  func notRepairable() throws {
    try work("a.txt", "uno\n")
    try work("b.txt", "uno\n")
    try spool.append("más", to: "out/a.txt.jsonl")
    try spool.write("", to: "work/notes")
    #expect(try findings().map(\.problem) == [.outputChanged, .stranger])
    try spool.setJobs(to: .committed)
    _ = try restore("b.txt")
    try FileManager.default.removeItem(atPath: spool.root.appending("out/b.txt.jsonl").string)
    #expect(Set(try findings().map(\.problem)) == [.outputChanged, .outputMissing, .stranger])
  }

  @Test("A job in the middle is no fault, and waits for its own model when the spool is repaired")
  func jobInTheMiddle() throws {
    try spool.write(String(repeating: "uno\n", count: 20), to: "inbox/a.txt")
    try {
      let opened = try spool.open()
      let stop = try WakeUp()
      var (source, sink) = (opened.makeSource(stop: stop), opened.makeSink(stop: stop))
      while try spool.names(in: "work").count < 2 {
        _ = try spool.step(&source, &sink, limit: ChunkLimit(lines: 3))
      }
      stop.ring()
      while try spool.step(&source, &sink) == .open {}
    }()
    #expect(try findings() == [])
    try repairAll()
    let job = try #require(try spool.ledger().jobs(in: .claimed).first)
    #expect(job.checkpoint.model == spool.provenance.model)
    #expect(job.checkpoint.line > 0)
  }

  @Test("Repairing needs the spool for itself, and says who has it")
  func inUse() throws {
    let opened = try spool.open()
    let error = #expect(throws: SpoolError.self) { try repairAll() }
    #expect(error?.cause == .inUse)
    #expect(error?.description.contains("process \(ProcessIdentity.current) ") == true)
    _ = opened.statusText
  }

  private func work(_ name: String, _ text: String) throws {
    try spool.write(text, to: "inbox/" + name)
    try spool.run()
  }

  private func findings() throws -> [Finding] {
    try SpoolCheck(SpoolView(root: spool.root)).findings()
  }

  /// Repairs the spool, after which nothing is left to be found.
  private func repairAll() throws {
    try SpoolCheck.repair(root: spool.root, state: nil, log: spool.log.logger)
    #expect(try findings() == [])
  }

  /// Puts the finished input `name` back into `work/`; returns its job.
  private func restore(_ name: String) throws -> String {
    let id = try #require(try spool.ledger().allJobs().first { $0.name == FileName(name) }).id
    try FileManager.default.moveItem(
      atPath: spool.root.appending("done/\(id).\(name)").string,
      toPath: spool.root.appending("work/\(id).in.\(name)").string)
    return id
  }
}

@Suite("Dropping files") struct DropTests {
  @Test("A dropped file is in the inbox, whole, and a name that is taken gets a number")
  func drops() throws {
    let spool = try TestSpool()
    try spool.write("uno\n", to: "stats/a.txt.gz")
    let drop = try Drop(root: spool.root)
    let names = try (0..<3).map { _ in
      try drop.drop(spool.root.appending("stats/a.txt.gz"), as: "a.txt.gz").name
    }
    #expect(names == ["a.txt.gz", "a.~2.txt.gz", "a.~3.txt.gz"])
    #expect(try spool.names(in: "inbox") == names.map(\.description).sorted())
    #expect(spool.text(of: "inbox/a.~3.txt.gz") == "uno\n")
  }

  @Test("What became of a dropped file is told of that file and no other of its name")
  func results() throws {
    let spool = try TestSpool()
    try spool.write("uno\n!dos\n", to: "stats/a.txt")
    let dropped = try Drop(root: spool.root).drop(spool.root.appending("stats/a.txt"), as: "a.txt")
    #expect(try SpoolView(root: spool.root).result(of: dropped) == nil)
    try spool.run()
    try spool.write("otro\n", to: "inbox/a.txt")
    try spool.run()
    let job = try #require(try SpoolView(root: spool.root).result(of: dropped))
    #expect(job.finalNames.output == "a.txt.jsonl")
    #expect(job.checkpoint.counts.rejectedTotal == 1)
  }

  @Test("An older job of a file that had the same inode is not taken for the dropped file's")
  func inodeUsedAgain() throws {
    let spool = try TestSpool()
    try spool.write("uno\n", to: "inbox/old.txt")
    try spool.run()
    try spool.write("dos\n", to: "stats/a.txt")
    let state = spool.root.appending("state")
    let drop = try Drop(root: spool.root) { try SpoolView.lastJob(in: state) }
    let dropped = try drop.drop(spool.root.appending("stats/a.txt"), as: "a.txt")
    try {
      var changes = LedgerChanges()
      changes.jobs = try spool.ledger().allJobs()
      changes.jobs[0].checkpoint.input.inode = dropped.inode
      try Ledger(in: spool.root.appending("state")).record(changes)
    }()
    #expect(try SpoolView(root: spool.root).result(of: dropped) == nil)
    try spool.run()
    #expect(try SpoolView(root: spool.root).result(of: dropped)?.name == "a.txt")
  }

  @Test("The longest names there are get numbers too, and keep their endings")
  func longNames() throws {
    let spool = try TestSpool()
    try spool.write("uno\n", to: "stats/a.txt")
    let drop = try Drop(root: spool.root)
    let name = FileName(String(repeating: "n", count: 249) + ".jsonl")
    let names = try (0..<2).map { _ in try drop.drop(spool.root.appending("stats/a.txt"), as: name).name }
    #expect(names[0].hasEnding("n.jsonl"))
    #expect(names[1].hasEnding("n.~2.jsonl"))
    #expect(try spool.names(in: "inbox") == names.map(\.description).sorted())
    try spool.run()
    #expect(try spool.names(in: "out").count == 2)
  }

  @Test("What the ledger's fault keeps from being dropped leaves nothing in the inbox")
  func brokenLedger() throws {
    let spool = try TestSpool()
    try spool.write("uno\n", to: "stats/a.txt")
    try spool.write(String(repeating: "no database ", count: 100), to: "stats/ledger.sqlite")
    let state = spool.root.appending("stats")
    let drop = try Drop(root: spool.root) { try SpoolView.lastJob(in: state) }
    #expect(throws: SpoolError.self) { try drop.drop(spool.root.appending("stats/a.txt"), as: "a.txt") }
    #expect(try spool.names(in: "inbox") == [])
  }

  @Test(
    "A copy of a file that others may not read can be read by the owner of the inbox, and by no other user")
  func keepsModes() throws {
    guard geteuid() == 0 else { try Test.cancel("only root may create files of several users") }
    let spool = try TestSpool()
    for (name, mode) in [("open.txt", 0o644), ("group.txt", 0o640), ("own.txt", 0o600)] {
      try spool.write("uno\n", to: "stats/" + name)
      #expect(unsafe chmod(spool.root.appending("stats/" + name).string, mode_t(mode)) == 0)
    }
    #expect(unsafe chmod(spool.root.string, 0o755) == 0)
    #expect(unsafe chmod(spool.root.appending("inbox").string, 0o711) == 0)
    #expect(unsafe chown(spool.root.appending("inbox").string, 65534, 0) == 0)
    let drop = try Drop(root: spool.root)
    for name in ["open.txt", "group.txt", "own.txt"] {
      _ = try drop.drop(spool.root.appending("stats/" + name), as: FileName(name))
    }
    // Both users are in the file's group.
    #expect(try readable(in: spool, by: 65534) == ["group.txt", "open.txt", "own.txt"])
    #expect(try readable(in: spool, by: 65533) == ["open.txt"])
  }

  /// The names of the files in the inbox that `user`, in root's group, can read.
  private func readable(in spool: TestSpool, by user: uid_t) throws -> [String] {
    // For this thread alone: setfsuid(2), which the Glibc module lacks.
    typealias SetUser = @convention(c) (uid_t) -> Int32
    guard let symbol = unsafe dlsym(nil, "setfsuid") else { throw Errno.noFunction }
    // Sound: the symbol is glibc's, and has this type.
    let setUser = unsafe unsafeBitCast(symbol, to: SetUser.self)
    let names = try spool.names(in: "inbox")
    _ = setUser(user)
    defer { _ = setUser(0) }
    return names.filter { name in
      let file = try? FileDescriptor.open(spool.root.appending("inbox/" + name), .readOnly)
      try? file?.close()
      return file != nil
    }
  }

  @Test("A file that cannot be read leaves nothing in the inbox")
  func unreadable() throws {
    let spool = try TestSpool()
    let drop = try Drop(root: spool.root)
    #expect(throws: SystemCallError.self) { try drop.drop(spool.root.appending("missing"), as: "a.txt") }
    #expect(try spool.names(in: "inbox") == [])
  }
}
