import Daemon
import Foundation
import Glibc
import SystemCalls
import SystemPackage
import Testing
import Tweets

@testable import Spool

/// Turns between owners: nobody's files keep those of others waiting, however many there are.
@Suite("Fair turns", .enabled(if: geteuid() == 0, "only root may give files to other users"))
struct FairTurnTests {
  private let spool: TestSpool
  private let now = SuspendingClock.now

  init() throws {
    spool = try TestSpool()
    spool.options.settleTime = .zero
  }

  @Test("Owners take turns, the one who has waited longest first, each with the oldest of his files")
  func turns() throws {
    var inbox = try makeInbox()
    for number in 0..<6 { try drop("a\(number)", age: 900 - Double(number), by: 65534) }
    try drop("b0", age: 10, by: 65533)
    try drop("b1", age: 5, by: 65533)
    try drop("c0", age: 1, by: 65532)
    #expect(try claims(9, from: &inbox) == ["a0", "b0", "c0", "a1", "b1", "a2", "a3", "a4", "a5"])
  }

  @Test("More old files of one owner than memory holds do not hide a young one of another")
  func boundedMemory() throws {
    spool.options.namesInMemory = 8
    var inbox = try makeInbox()
    for number in 0..<100 { try drop("a\(number)", age: 1000 - Double(number), by: 65534) }
    try drop("b", age: 1, by: 65533)
    let names = try claims(101, from: &inbox)
    #expect(names.prefix(2) == ["a0", "b"])
    #expect(Set(names).count == 101)
    #expect(names.filter { $0 != "b" } == (0..<100).map { "a\($0)" })
  }

  @Test("A file that comes while many others wait is claimed long before they are through")
  func seenMeanwhile() throws {
    var inbox = try makeInbox()
    for number in 0..<500 { try drop("a\(number)", age: 1000 - Double(number), by: 65534) }
    _ = try claims(3, from: &inbox)
    try drop("b", age: 1, by: 65533)
    // Once the next scan is due; what is ready stays ready through it.
    let names = try claims(4, from: &inbox, at: now + .seconds(60))
    #expect(names.contains("b"))
    #expect(names.count == 4)
  }

  @Test(
    "A file that is renamed into a crowded inbox is claimed next, without a scan", arguments: [16_384, 8])
  func withoutScan(room: Int) throws {
    spool.options.namesInMemory = room
    var inbox = try makeInbox()
    for number in 0..<100 { try drop("a\(number)", age: 1000 - Double(number), by: 65534) }
    #expect(try claims(1, from: &inbox) == ["a0"])
    let scan = inbox.lastScan
    try drop(".b", age: 1, by: 65533)
    try spool.rename("inbox/.b", "inbox/b")
    // Where not all files of an owner are known another one of his does not overtake them.
    try drop(".c", age: 1, by: 65534)
    try spool.rename("inbox/.c", "inbox/c")
    #expect(try inbox.claim(at: now)?.name == "b")
    #expect(inbox.lastScan == scan)
    let rest = try claims(100, from: &inbox, at: now + .seconds(60))
    #expect(rest == (1..<100).map { "a\($0)" } + ["c"])
    #expect(inbox.files == 0)
  }

  @Test("What is known is claimed while a long scan goes on, which forgets none that come meanwhile")
  func slices() throws {
    spool.options.namesPerSlice = 1
    var inbox = try makeInbox()
    for number in 0..<30 { try drop("a\(number)", age: 1000 - Double(number), by: 65534) }
    let first = try #require(try inbox.claim(at: now)).name.description
    let scan = try #require(inbox.scan)
    for name in ["b", "c"] {
      try drop(".\(name)", age: 1, by: 65533)
      try spool.rename("inbox/.\(name)", "inbox/\(name)")
    }
    #expect(try inbox.claim(at: now)?.name == "b")
    #expect(inbox.scan === scan)
    let rest = try claims(30, from: &inbox)
    #expect(Set([first] + rest) == Set((0..<30).map { "a\($0)" } + ["c"]))
    _ = try claims(1, from: &inbox, at: now + .seconds(60))
    #expect(inbox.files == 0)
  }

  @Test("Files that their owner has removed are no longer counted, nor are their bytes")
  func removed() throws {
    var inbox = try makeInbox()
    for number in 0..<4 { try drop("a\(number)", age: 1000 - Double(number), by: 65534) }
    #expect(try claims(1, from: &inbox) == ["a0"])
    for number in 1..<3 {
      try FileManager.default.removeItem(atPath: spool.root.appending("inbox/a\(number)").string)
    }
    #expect((inbox.files, inbox.bytes) == (3, 12))
    let scan = inbox.lastScan
    #expect(try inbox.claim(at: now)?.name == "a3")
    #expect(inbox.lastScan == scan)
    #expect((inbox.files, inbox.bytes) == (0, 0))
  }

  @Test("A file that comes during a scan of its owner's crowd waits behind older ones, and is counted once")
  func youngest() throws {
    (spool.options.namesInMemory, spool.options.namesPerSlice) = (8, 1)
    var inbox = try makeInbox()
    for number in 0..<30 { try drop("a\(number)", age: 1000 - Double(number), by: 65534) }
    try inbox.goOnScanning(at: now)
    let scan = try #require(inbox.scan)
    try drop(".z", age: 1, by: 65534)
    try spool.rename("inbox/.z", "inbox/z")
    try inbox.listen(at: now)
    #expect(scan.arrivals.contains("z"))
    while inbox.scan === scan { try inbox.goOnScanning(at: now) }
    #expect(inbox.files == 31)
    inbox.options.namesPerSlice = 1000
    #expect(try claims(31, from: &inbox) == (0..<30).map { "a\($0)" } + ["z"])
  }

  @Test("Of a crowd that memory does not hold the rest is counted by name until its turn comes")
  func surplus() throws {
    spool.options.namesInMemory = 8
    var inbox = try makeInbox()
    for number in 0..<100 { try drop("a\(number)", age: 1000 - Double(number), by: 65534) }
    #expect(try claims(1, from: &inbox) == ["a0"])
    #expect((inbox.files, inbox.surplus.count) == (99, 92))
    // A further scan still knows them, whether it asks for their status or not, and what has come or gone meanwhile.
    for number in 90..<95 {
      try FileManager.default.removeItem(atPath: spool.root.appending("inbox/a\(number)").string)
    }
    try drop("z", age: 1, by: 65534)
    try drop("a-first", age: 5000, by: 65534)
    #expect(try claims(2, from: &inbox, at: now + .seconds(6)) == ["a-first", "a1"])
    #expect((inbox.files, inbox.surplus.count) == (94, 88))
    #expect(inbox.bytes == 94 * 4)
    let rest = try claims(94, from: &inbox, at: now + .seconds(60))
    #expect(rest == ((2..<90).map { "a\($0)" } + (95..<100).map { "a\($0)" } + ["z"]))
    #expect((inbox.files, inbox.surplus.count) == (0, 0))
  }

  @Test("A crowd that memory does not hold is claimed although news of the inbox is lost during every scan")
  func newsLostAgainAndAgain() throws {
    spool.options.namesInMemory = 8
    var inbox = try makeInbox()
    for number in 0..<30 { try drop("a\(number)", age: 1000 - Double(number), by: 65534) }
    var names = try claims(1, from: &inbox)
    for attempt in 1...600 where names.count < 30 {
      (inbox.isScanWanted, inbox.hasLostNews) = (true, true)
      if let job = try inbox.claim(at: now + .seconds(attempt)) { names.append(job.name.description) }
    }
    #expect(names == (0..<30).map { "a\($0)" })
  }

  @Test("A scan that looks at all of a crowd waits for one that finds what news was lost of")
  func setAside() throws {
    (spool.options.namesInMemory, spool.options.namesPerSlice) = (8, 8)
    var inbox = try makeInbox()
    for number in 0..<60 { try drop("a\(number)", age: 1000 - Double(number), by: 65534) }
    while inbox.lastScan == nil { try inbox.goOnScanning(at: now) }
    #expect(try claims(8, from: &inbox) == (0..<8).map { "a\($0)" })
    try inbox.goOnScanning(at: now)
    let thorough = try #require(inbox.scan)
    #expect(thorough.isThorough)
    try drop(".b", age: 1, by: 65533)
    try spool.rename("inbox/.b", "inbox/b")
    _ = try inbox.watch.listen()
    inbox.hasLostNews = true
    var slices = 0
    while inbox.ready.byName["b"] == nil, inbox.settling["b"] == nil, slices < 100 {
      try inbox.goOnScanning(at: now)
      slices += 1
    }
    // A status takes a slice, so all of them take more than fifty.
    #expect(slices < 25)
    #expect(inbox.scan === thorough || inbox.scanSetAside === thorough)
    // It goes on where it was, and forgets nothing that was found meanwhile.
    while inbox.scan === thorough || inbox.scanSetAside === thorough { try inbox.goOnScanning(at: now) }
    let rest = try claims(53, from: &inbox, at: now + .seconds(1))
    #expect(rest.filter { $0 != "b" } == (8..<60).map { "a\($0)" })
    #expect(rest.prefix(2).contains("b"))
  }

  @Test("A crowd that is gone hides no later files of its owner, although news of the inbox was lost")
  func crowdIsGone() throws {
    spool.options.namesInMemory = 8
    var inbox = try makeInbox()
    for number in 0..<30 { try drop("a\(number)", age: 1000 - Double(number), by: 65534) }
    #expect(try claims(1, from: &inbox) == ["a0"])
    for number in 1..<30 {
      try FileManager.default.removeItem(atPath: spool.root.appending("inbox/a\(number)").string)
    }
    (inbox.isScanWanted, inbox.hasLostNews) = (true, true)
    #expect(try inbox.claim(at: now + .seconds(1)) == nil)
    #expect(inbox.files == 0)
    try drop("z", age: 1, by: 65534)
    var names: [String] = []
    for attempt in 2...20 where names.isEmpty {
      (inbox.isScanWanted, inbox.hasLostNews) = (true, true)
      if let job = try inbox.claim(at: now + .seconds(attempt)) { names.append(job.name.description) }
    }
    #expect(names == ["z"])
  }

  @Test("A surplus file that gets another owner is found after some scans, however many the former one has")
  func handedOver() throws {
    spool.options.namesInMemory = 64
    var inbox = try makeInbox()
    for number in 0..<500 { try drop("a\(number)", age: 1000 - Double(number), by: 65534) }
    #expect(try claims(1, from: &inbox) == ["a0"])
    #expect(unsafe chown(spool.root.appending("inbox/a450").string, 65533, 65533) == 0)
    var names: [String] = []
    for scan in 1...Inbox.scansPerLook {
      names += try claims(2, from: &inbox, at: now + .seconds(10 * Double(scan)))
    }
    #expect(names.filter { $0 != "a450" } == (1...15).map { "a\($0)" })
    #expect(names.contains("a450"))
  }

  @Test("The first scan of the next start counts what the last run knew of a crowd by its names")
  func recorded() throws {
    spool.options.namesInMemory = 64
    let state = try makeState()
    for number in 0..<10_100 { try drop("a\(number)", age: 20_000 - Double(number), by: 65534) }
    do {
      var inbox = try makeInbox(state: state)
      while inbox.lastScan == nil { try inbox.goOnScanning(at: now) }
      #expect(try claims(1, from: &inbox) == ["a0"])
    }
    try drop("b", age: 1, by: 65533)
    // A status costs as much as eight names: those of all files are not to be had in this slice.
    spool.options.namesPerSlice = 20_000
    var inbox = try makeInbox(state: state)
    #expect((inbox.surplus.count, Array(inbox.surplus.owners)) == (10_036, [65534]))
    try inbox.goOnScanning(at: now)
    #expect(inbox.lastScan != nil)
    #expect(try Set(claims(2, from: &inbox)) == ["a1", "b"])
    #expect((inbox.files, inbox.surplus.count) == (10_098, 10_036))
  }

  @Test(
    "A damaged record of a crowd is none",
    arguments: [
      "", "\n", "{}\n", #"{"seed":1,"count":9,"bytes":9,"hashes":0,"owners":[]}\#n"#,
      #"{"seed":1,"count":9,"bytes":9,"hashes":1,"owners":[{"uid":1,"modified":[1,0],"name":[97]}]}\#n1234"#,
    ])
  func damagedRecord(text: String) throws {
    let state = try makeState()
    try spool.write(text, to: "state/surplus")
    var inbox = try makeInbox(state: state)
    #expect(inbox.surplus.count == 0)
    try drop("b", age: 1, by: 65533)
    #expect(try claims(1, from: &inbox) == ["b"])
    // It is of no more use.
    #expect(try state.status(of: "surplus") == nil)
  }

  @Test("A record of a crowd is not written again while nothing changes")
  func unchangedRecord() throws {
    let state = try makeState()
    var record = SurplusRecord(in: state)
    record.update(crowd(of: 10_000), at: now)
    let first = try #require(try state.status(of: "surplus")).inode
    record.update(crowd(of: 10_000), at: now + .seconds(60))
    #expect(try state.status(of: "surplus")?.inode == first)
    record.update(crowd(of: 10_001), at: now + .seconds(120))
    #expect(try state.status(of: "surplus")?.inode != first)
  }

  private func crowd(of count: Int) -> SurplusFiles {
    SurplusFiles(seed: 1, hashes: [], firsts: [:], count: count, bytes: 0, firstArrival: nil)
  }

  @Test("Files that an earlier run has left take turns with new ones")
  func recovered() throws {
    spool.options.endsWhenEmpty = true
    try spool.run()
    let text = (0..<300).map { "tuit \($0)\n" }.joined()
    for number in 0..<20 {
      try spool.write(text, to: "work/20261004-101112-\(100_000 + number).in.a\(number).txt")
    }
    try spool.write("uno\n", to: "inbox/b.txt")
    let opened = try spool.open()
    let stop = try WakeUp()
    var (source, sink) = (opened.makeSource(stop: stop), opened.makeSink(stop: stop))
    source.turn = .nanoseconds(1)
    var steps = 0
    while try !spool.names(in: "inbox").isEmpty {
      _ = try spool.step(&source, &sink, limit: ChunkLimit(lines: 10))
      steps += 1
    }
    #expect(steps < 10)
    while try spool.step(&source, &sink) == .open {}
    let labels = (0..<300).map { "label tuit \($0)\n" }.joined()
    for number in 0..<20 { #expect(spool.text(of: "out/a\(number).txt.jsonl") == labels) }
    #expect(spool.text(of: "out/b.txt.jsonl") == "label uno\n")
  }

  private func makeState() throws -> Directory {
    let path = spool.root.appending("state")
    try Directory.make(at: path, mode: .ownerReadWriteExecute)
    return try Directory(path)
  }

  private func makeInbox(state: Directory? = nil) throws -> Inbox {
    let directories = try SpoolDirectories(at: spool.root)
    return Inbox(directories, options: spool.options, state: state, log: spool.log.logger)
  }

  private func drop(_ name: String, age: Double, by owner: uid_t) throws {
    let path = spool.root.appending("inbox/\(name)").string
    try spool.write("uno\n", to: "inbox/\(name)")
    try FileManager.default.setAttributes(
      [.modificationDate: Date(timeIntervalSince1970: 1e9 - age)], ofItemAtPath: path)
    #expect(unsafe chown(path, owner, owner) == 0)
  }

  /// The names of the next files, `time` being the present; each look may take a few calls.
  private func claims(
    _ count: Int, from inbox: inout Inbox, at time: SuspendingClock.Instant? = nil
  ) throws -> [String] {
    var names: [String] = []
    for attempt in 0..<count * 20 where names.count < count {
      let time = (time ?? now) + .milliseconds(attempt)
      if let job = try inbox.claim(at: time) { names.append(job.name.description) }
    }
    return names
  }
}
