import Daemon
import Foundation
import Glibc
import Ledger
import Scoring
import Statistics
import SystemCalls
import SystemPackage
import Testing
import Tweets

@testable import Spool

/// Files that exceed a limit, and jobs that are held, released or cancelled by order.
@Suite("A held job") struct HeldJobTests {
  private let spool: TestSpool
  private static let lines = (0..<20_000).map { $0 % 9 == 4 ? "!mal \($0)" : "tuit \($0)" }

  init() throws { spool = try TestSpool() }

  @Test(
    "A file that exceeds a limit is held, and nothing of it is published or counted; others go on, restarts too",
    arguments: ["file_size", "content_size", "expansion", "output_size"])
  func exceeds(limit: String) throws {
    let name = limit == "expansion" ? "a.txt.gz" : "a.txt"
    switch limit {
    case "file_size": spool.options.limits.fileSize = 100_000
    case "content_size": spool.options.limits.contentSize = 100_000
    case "expansion": (spool.options.limits.expansion, spool.options.limits.unexamined) = (50, 1 << 16)
    default: spool.options.limits.outputSize = 100_000
    }
    try spool.write(Self.lines.joined(separator: "\n"), to: "inbox/a.txt")
    if limit == "expansion" { try writeBomb(to: "inbox/\(name)") }
    try spool.write("uno\n", to: "inbox/b.txt")
    for _ in 0..<2 {
      let opened = try spool.run()
      #expect(opened.queue.held == 1)
      #expect(opened.statusText.contains("1 held"))
      #expect(try spool.names(in: "out") == ["b.txt.jsonl"])
      #expect(try spool.names(in: "rejected") == [])
      #expect(try spool.names(in: "work") == ["JOB.in.\(name)"])
      #expect(try spool.ledger().orders().map(\.reason) == [limit])
      try expectCounts(of: 1, in: opened)
    }
    let findings = try SpoolCheck(SpoolView(root: spool.root)).findings()
    #expect(findings.map(\.problem) == [.jobHeld])
    let id = try #require(try spool.ledger().orders().first).job
    // It has a number for good, though the ledger has no job.
    #expect(try spool.ledger().lastID() ?? "" >= id)

    try act(.release, on: id)
    let whole = try spool.run(limit: ChunkLimit(lines: 5000))
    try expectCounts(of: limit == "expansion" ? 150_001 : Self.lines.count + 1, in: whole)
    #expect(try spool.names(in: "out") == ["a.txt.jsonl", "b.txt.jsonl"])
    #expect(try spool.ledger().orders() == [])
    #expect(try spool.names(in: "work") == [])
  }

  @Test("Of an owner who has as many held files as he may, further ones are refused; restarts count them too")
  func tooMany() throws {
    (spool.options.limits.fileSize, spool.options.limits.heldFiles) = (10, 2)
    for name in ["a", "b", "c"] { try spool.write("a line that is longer\n", to: "inbox/\(name).txt") }
    try spool.write("uno\n", to: "inbox/d.txt")
    try expectCounts(of: 1, in: try spool.run(), refused: 1)
    try spool.write("another that is longer\n", to: "inbox/e.txt")
    if geteuid() == 0 {
      try spool.write("another that is longer\n", to: "inbox/f.txt")
      #expect(unsafe chown(spool.root.appending("inbox/f.txt").string, 65534, 65534) == 0)
    }
    try expectCounts(of: 1, in: try spool.run(), refused: 2)
    #expect(try spool.ledger().orders().count == (geteuid() == 0 ? 3 : 2))
    #expect(try spool.names(in: "rejected") == ["c.txt", "c.txt.why.json", "e.txt", "e.txt.why.json"])
    let why = try #require(spool.text(of: "rejected/c.txt.why.json"))
    #expect(
      why.contains(#""reason":"too_many_held","detail":"the file has 22 bytes, more than the limit of 10, "#))
    #expect(why.contains("2 files of user \(geteuid()) are held already"))

    // One cancelled makes room for another.
    try act(.cancel, on: "a.txt")
    try spool.run()
    try act(.retry, on: "c.txt")
    try spool.run()
    #expect(try spool.names(in: "work").contains("JOB.in.c.txt"))
  }

  @Test("A sparse file of 10 TB is held at once, by the limits that nobody has set")
  func sparse() throws {
    try spool.write(#"{"text":"a"}"# + "\n", to: "inbox/a.jsonl")
    guard unsafe truncate(spool.root.appending("inbox/a.jsonl").string, 10 << 40) == 0 else {
      try Test.cancel("no such large files on this file system")
    }
    try spool.write("uno\n", to: "inbox/b.txt")
    try spool.run()
    #expect(try spool.names(in: "out") == ["b.txt.jsonl"])
    #expect(try spool.ledger().orders().map(\.reason) == ["file_size"])
  }

  @Test(
    "Killed at any moment after an order, the daemon follows it, and each line counts once",
    arguments: [JobRequest.Action.hold, .cancel], [0, 1, 2, 4])
  func killed(action: JobRequest.Action, steps: Int) throws {
    let id = try stopAfterCheckpoint { control, id, step in
      #expect(failure(of: action, on: id, control) == nil)
      for _ in 0..<steps { try step() }
    }
    if action == .hold {
      try expectCounts(of: 1, in: try spool.run())
      #expect(try spool.ledger().orders().map(\.job) == [id])
      #expect(try spool.names(in: "work") == ["JOB.in.a.txt"])
      try act(.release, on: id)
      try expectCounts(of: Self.lines.count + 1, in: try spool.run())
      #expect(spool.text(of: "out/a.txt.jsonl") == Self.labels)
    } else {
      try expectCounts(of: 1, in: try spool.run(), refused: 1)
      #expect(try spool.names(in: "rejected") == ["a.txt", "a.txt.why.json"])
      #expect(spool.text(of: "rejected/a.txt.why.json")?.contains(#""reason":"cancelled""#) == true)
      #expect(try spool.ledger().orders() == [])
    }
    #expect(try spool.names(in: "out").contains("b.txt.jsonl"))
  }

  @Test("Held and released again before the daemon notices, a job goes on and is labelled once")
  func changedMind() throws {
    _ = try stopAfterCheckpoint { control, id, step in
      for action in [JobRequest.Action.hold, .release] {
        #expect(failure(of: action, on: id, control) == nil)
      }
      try step()
    }
    try expectCounts(of: Self.lines.count + 1, in: try spool.run())
    #expect(spool.text(of: "out/a.txt.jsonl") == Self.labels)
    #expect(try spool.names(in: "out") == ["a.txt.jsonl", "b.txt.jsonl"])
  }

  @Test("Released while the daemon runs, a held job is labelled by the same daemon")
  func releasedAtWork() throws {
    spool.options.endsWhenEmpty = false
    spool.options.limits.outputSize = 100_000
    try spool.write(Self.lines.joined(separator: "\n"), to: "inbox/a.txt")
    let opened = try spool.open()
    let stop = try WakeUp()
    var (source, sink) = (opened.makeSource(stop: stop), opened.makeSink(stop: stop))
    while opened.queue.held == 0 { _ = try spool.step(&source, &sink) }
    let control = try control(of: opened)
    let id = try #require(try spool.ledger().orders().first).job
    #expect(failure(of: .release, on: id, control) == nil)
    while try spool.names(in: "out").isEmpty { _ = try spool.step(&source, &sink) }
    #expect(spool.text(of: "out/a.txt.jsonl") == Self.labels)
    stop.ring()
    while try spool.step(&source, &sink) == .open {}
    try expectCounts(of: Self.lines.count, in: opened)
    // What is finished cannot be cancelled.
    #expect(failure(of: .cancel, on: id, control) == .unknown)
  }

  @Test(
    "An order for a file that has been labelled to its end comes too late, and the answer is true",
    arguments: [JobRequest.Action.hold, .cancel])
  func tooLate(action: JobRequest.Action) throws {
    spool.options.endsWhenEmpty = false
    try spool.write("uno\n", to: "inbox/a.txt")
    let opened = try spool.open()
    let stop = try WakeUp()
    var (source, sink) = (opened.makeSource(stop: stop), opened.makeSink(stop: stop))
    while try !spool.names(in: "work").contains("JOB.labels") && spool.names(in: "out").isEmpty {
      _ = try spool.step(&source, &sink)
    }
    // The chunk has the end of the file too, unless the machine is very slow.
    let failure = failure(of: action, on: "a.txt", try control(of: opened))
    for _ in 0..<20 { _ = try spool.step(&source, &sink) }
    stop.ring()
    while try spool.step(&source, &sink) == .open {}
    #expect(try spool.names(in: "out") == (failure == .unknown ? ["a.txt.jsonl"] : []))
    #expect(try spool.ledger().orders().isEmpty == (failure == .unknown || action == .cancel))
  }

  @Test(
    "A job that is held before its file is refused for its lines is not refused",
    arguments: [0, 8, 9, 10, 11, 12])
  func heldBeforeRefusal(steps: Int) throws {
    spool.options.endsWhenEmpty = false
    try spool.write(String(repeating: "!\n", count: 3000), to: "inbox/a.txt")
    let opened = try spool.open()
    let stop = try WakeUp()
    var (source, sink) = (opened.makeSource(stop: stop), opened.makeSink(stop: stop))
    while try spool.names(in: "work").isEmpty { _ = try spool.step(&source, &sink) }
    for _ in 0..<steps { _ = try spool.step(&source, &sink) }
    let failure = failure(of: .hold, on: "a.txt", try control(of: opened))
    for _ in 0..<20 { _ = try spool.step(&source, &sink) }
    stop.ring()
    while try spool.step(&source, &sink) == .open {}
    #expect(try spool.names(in: "rejected").isEmpty == (failure == nil))
    #expect(try spool.ledger().orders().isEmpty == (failure != nil))
  }

  @Test("A job that has ended is given no orders, until it goes on after all or is forgotten")
  func ended() throws {
    let orders = JobOrders()
    let hasEnded = { () throws -> Bool in
      var answer = false
      let order = JobOrder(job: "1", .held, reason: "asked", detail: "held by user 0", time: "2026")
      let isGiven = try orders.giveIfPossible(for: "1") { hasEnded in
        answer = hasEnded
        return order
      }
      #expect(isGiven)
      return answer
    }
    #expect(try !hasEnded())
    orders.end("1")
    #expect(try hasEnded())
    orders.reopen("1")
    #expect(try !hasEnded())
    orders.end("1")
    orders.forget(["1"])
    #expect(try !hasEnded())
  }

  @Test("A refused input and a finished one are labelled again")
  func retry() throws {
    try spool.write(String(repeating: "!\n", count: 1000), to: "inbox/a.txt")
    try spool.write("uno\n", to: "inbox/b.txt")
    try spool.run()
    #expect(try spool.names(in: "rejected") == ["a.txt", "a.txt.why.json"])
    try spool.write("dos\n", to: "rejected/a.txt")
    for name in ["a.txt", "b.txt"] { try act(.retry, on: name) }
    #expect(try spool.names(in: "rejected") == [])
    try spool.run()
    #expect(try spool.names(in: "out") == ["a.txt.jsonl", "b.txt.jsonl", "b.txt.~2.jsonl"])
    #expect(spool.text(of: "out/a.txt.jsonl") == "label dos\n")
    #expect(try spool.ledger().fold() == spool.ledger().totals())
    #expect(failure(of: .retry, on: "nothing.txt", try control(of: spool.open())) == .unknown)
  }

  @Test("The last finished file of a name is found by the name as it is displayed, which need not be UTF-8")
  func retryByName() throws {
    let name = try #require(FileName(bytes: [0x61, 0xF1, 0x5C]))
    for text in ["uno\n", "dos\n"] {
      try spool.write(text, to: "inbox/.a")
      let inbox = try Directory(spool.root.appending("inbox"))
      try inbox.move(".a", to: inbox, as: name)
      try spool.run()
    }
    try act(.retry, on: name.description)
    try spool.run()
    let job = try #require(try spool.ledger().lastCommitted(1).first)
    #expect(job.name == name)
    #expect(try spool.names(in: "done").count == 2)
    #expect(try spool.ledger().totals().files == 3)
  }

  @Test("Others see and cancel only what they have dropped, and neither hold, release nor retry it")
  func others() throws {
    guard geteuid() == 0 else { try Test.cancel("only root may give files to other users") }
    spool.options.limits.fileSize = 10
    for (name, owner) in [("a.txt", 65534), ("b.txt", 65533)] as [(String, uid_t)] {
      try spool.write("a line that is longer\n", to: "inbox/" + name)
      #expect(unsafe chown(spool.root.appending("inbox/" + name).string, owner, 65534) == 0)
    }
    try spool.run()
    try spool.write("uno\n", to: "inbox/c.txt")
    let opened = try spool.open()
    let control = try control(of: opened)
    func names(by user: UInt32) -> [String] {
      guard case .queue(let queue) = control.answer(.queue, by: user) else { return [] }
      return queue.entries.map { "\($0.name) \($0.state)" }
    }
    #expect(names(by: 0) == ["a.txt held", "b.txt held", "c.txt waiting"])
    #expect(names(by: 65534) == ["a.txt held"])
    #expect(names(by: 1234) == [])
    #expect(failure(of: .cancel, on: "b.txt", control, by: 65534) == .unknown)
    #expect(failure(of: .release, on: "a.txt", control, by: 65534) == .permission)
    #expect(failure(of: .retry, on: "a.txt", control, by: 65534) == .permission)
    #expect(failure(of: .cancel, on: "c.txt", control, by: 0) == .unknown)
    #expect(failure(of: .hold, on: "a.txt", control, by: 0) == .unknown)
    #expect(failure(of: .cancel, on: "a.txt", control, by: 65534) == nil)
    #expect(failure(of: .release, on: "b.txt", control, by: 0) == nil)
  }

  @Test(
    "Of a file that is still waiting, the error of each order says what helps",
    arguments: zip(
      [JobRequest.Action.hold, .cancel, .release],
      [
        "cannot be held; move it out of the inbox, and back when it is to be labelled",
        "has no job to cancel; remove it from the inbox", "is not held",
      ]))
  func advises(action: JobRequest.Action, advice: String) throws {
    try spool.write("uno\n", to: "inbox/a.txt")
    let opened = try spool.open()
    let answer = try control(of: opened).answer(.act(action, job: "a.txt"), by: 0)
    guard case .failed(let error) = answer else {
      Issue.record("the order was given")
      return
    }
    #expect(error.cause == .unknown)
    #expect(error.description.hasPrefix("a.txt: it is still waiting") && error.description.hasSuffix(advice))
  }

  @Test("The queue counts all files of a user in the inbox, be they listed or not")
  func census() throws {
    for name in ["a", "b", "c", "d", "e"] { try spool.write("uno\n", to: "inbox/\(name).txt") }
    try spool.write("uno\n", to: "inbox/.hidden")
    let census = try InboxCensus(of: Directory(spool.root.appending("inbox")), keeping: 2)
    let work = try Directory(spool.root.appending("work"))
    for user in [nil, UInt32(geteuid())] {
      let queue = try SpoolQueue(work, nil, census, of: user)
      #expect(queue.entries.map(\.name) == ["a.txt", "b.txt"])
      #expect(queue.more == 3)
    }
    #expect(try SpoolQueue(work, nil, census, of: 4_000_000_000).more == 0)
  }

  @Test("Requests and answers are read as they were written, and nothing else is a request")
  func lines() {
    let requests: [JobRequest] = [
      .queue, .act(.cancel, job: "a \"ñ\"\n.txt"), .lastJob, .result(inode: 7, after: nil),
      .result(inode: 7, after: "20261004-101112-345678"),
    ]
    for request in requests { #expect(JobRequest(Array(request.line.utf8)) == request) }
    for text in ["", "queue", "{}", #"{"command":"act"}"#, #"{"command":"cancel"}"#, "[[[[[", "\u{0}"] {
      #expect(JobRequest(Array(text.utf8)) == nil)
    }
  }
}

extension HeldJobTests {
  private static var labels: String { lines.filter { $0.first != "!" }.map { "label \($0)\n" }.joined() }

  /// Why nothing is done with a job; nil if something is.
  private func failure(
    of action: JobRequest.Action, on job: String, _ control: JobControl, by user: UInt32 = 0
  ) -> JobRequestError.Cause? {
    guard case .failed(let error) = control.answer(.act(action, job: job), by: user) else { return nil }
    return error.cause
  }

  private func control(of spool: Spool) throws -> JobControl {
    try JobControl(spool.directories, spool.ledger, spool.context.orders, log: self.spool.log.logger)
  }

  /// Does something with a job of the spool that no daemon works on.
  private func act(_ action: JobRequest.Action, on job: String) throws {
    _ = try JobClient.act(action, on: job, in: SpoolView(root: spool.root), log: spool.log.logger)
  }

  /// Labels a long file up to a checkpoint, lets `body` do something, and ends as if killed.
  ///
  /// - Returns: the identity of the job.
  private func stopAfterCheckpoint(
    _ body: (JobControl, _ job: String, _ step: () throws -> Void) throws -> Void
  ) throws -> String {
    try spool.write(Self.lines.joined(separator: "\n"), to: "inbox/a.txt")
    let opened = try spool.open()
    let stop = try WakeUp()
    var (source, sink) = (opened.makeSource(stop: stop), opened.makeSink(stop: stop))
    let step = { _ = try spool.step(&source, &sink, limit: ChunkLimit(lines: 1500)) }
    while try spool.ledger().allJobs().isEmpty { try step() }
    try spool.write("uno\n", to: "inbox/b.txt")
    let id = try #require(try spool.ledger().allJobs().first).id
    try body(control(of: opened), id, step)
    return id
  }

  private func writeBomb(to path: String) throws {
    try FileManager.default.removeItem(atPath: spool.root.appending("inbox/a.txt").string)
    let process = Process()
    process.executableURL = URL(filePath: "/bin/sh")
    process.arguments = ["-c", "yes a | head -n 150000 | gzip >\(spool.root.appending(path).string)"]
    try process.run()
    process.waitUntilExit()
  }

  /// Totals are the fold of committed output, and so is the window of the last hour.
  private func expectCounts(of lines: Int, in opened: Spool, refused: Int = 0) throws {
    let snapshot = opened.statistics.current().snapshot
    #expect(snapshot.total.lines == lines)
    #expect(snapshot.total.refusedFiles == refused)
    #expect(snapshot.windows.first { $0.length == .oneHour }?.sum.counts == snapshot.total)
    #expect(try spool.ledger().fold() == snapshot.total)
    #expect(try spool.ledger().totals() == snapshot.total)
  }
}
