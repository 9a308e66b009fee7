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

@Suite("A spool as a whole") struct SpoolTests {
  @Test("Missing folders are made with the modes that producers and readers need")
  func modes() throws {
    let spool = try TestSpool()
    for folder in ["inbox", "work", "out", "rejected", "done", "stats"] {
      try FileManager.default.removeItem(atPath: spool.root.appending(folder).string)
    }
    _ = try spool.open()
    let modes = try ["inbox", "work", "out", "rejected", "done", "stats"].map(mode(spool))
    #expect(modes == [0o3730, 0o700, 0o2750, 0o2750, 0o750, 0o2750])
  }

  @Test("Folders that exist keep their modes")
  func keptModes() throws {
    let spool = try TestSpool()
    #expect(unsafe chmod(spool.root.appending("inbox").string, 0o711) == 0)
    _ = try spool.open()
    #expect(try mode(spool)("inbox") == 0o711)
  }

  @Test("Nothing of the checks at the start stays behind")
  func probe() throws {
    let spool = try TestSpool()
    _ = try spool.open()
    for folder in ["inbox", "work", "out", "rejected", "done"] { #expect(try spool.names(in: folder) == []) }
  }

  @Test("A second one on the same spool is turned away, until the first has gone")
  func secondOne() throws {
    let spool = try TestSpool()
    do {
      let first = try spool.open()
      let error = #expect(throws: SpoolError.self) { try spool.open() }
      #expect(error?.cause == .inUse)
      _ = first.statusText
    }
    _ = try spool.open()
  }

  @Test("A folder that is a file is a configuration error that names it")
  func notADirectory() throws {
    let spool = try TestSpool()
    try FileManager.default.removeItem(atPath: spool.root.appending("out").string)
    try spool.write("", to: "out")
    let error = #expect(throws: SpoolError.self) { try spool.open() }
    #expect(error?.cause == .configuration)
    #expect(error?.description.contains("/out") == true)
  }

  @Test("A root that cannot be made is told")
  func noRoot() throws {
    let spool = try TestSpool()
    let error = #expect(throws: SpoolError.self) {
      try Spool(
        root: spool.root.appending("missing/deeper"), labels: [], provenance: spool.provenance,
        log: spool.log.logger)
    }
    #expect(error?.cause == .configuration)
  }

  @Test("With nothing to do an emptying run ends at once")
  func nothingToDo() throws {
    let spool = try TestSpool()
    try spool.run()
    #expect(try spool.names(in: "out") == [])
  }

  @Test("The statistics tell of published files: every line is labelled, rejected or blank")
  func statistics() throws {
    let spool = try TestSpool()
    try spool.write("uno\n!dos\n\ntres", to: "inbox/a.txt")
    let opened = try spool.run()
    opened.finish()
    let text = try #require(spool.text(of: "stats/current.json"))
    let json = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    let total = try #require(json["total"] as? [String: Any])
    #expect(json["model"] as? String == "test@1")
    #expect(total["lines"] as? Int == 4)
    #expect(total["labelled"] as? Int == 2)
    #expect(total["rejected"] as? Int == 1)
    #expect(total["blank"] as? Int == 1)
    #expect(total["files"] as? Int == 1)
    #expect(try spool.names(in: "stats") == ["current.json"])
  }

  @Test(
    "At every moment the last hour has the lines of the totals and of unfinished files, after a crash too")
  func oneMoment() throws {
    let spool = try TestSpool()
    try spool.write((0..<12_000).map { $0 % 5 == 2 ? "!\($0)\n" : "\($0)\n" }.joined(), to: "inbox/a.txt")
    try spool.write(String(repeating: "!\n", count: 1500), to: "inbox/b.txt")
    var unsettled: [Int] = []
    func look(at opened: Spool) throws {
      let current = opened.statistics.current()
      let hour = try #require(current.snapshot.windows.first { $0.length == .oneHour }).sum.counts
      #expect(hour.lines == current.snapshot.total.lines + current.unsettled)
      unsettled.append(current.unsettled)
    }
    do {
      let opened = try spool.open()
      let stop = try WakeUp()
      var (source, sink) = (opened.makeSource(stop: stop), opened.makeSink(stop: stop))
      while try spool.ledger().allJobs().isEmpty {
        _ = try spool.step(&source, &sink, limit: ChunkLimit(lines: 900))
        try look(at: opened)
      }
    }
    let opened = try spool.open()
    try look(at: opened)
    let stop = try WakeUp()
    var (source, sink) = (opened.makeSource(stop: stop), opened.makeSink(stop: stop))
    while try spool.step(&source, &sink, limit: ChunkLimit(lines: 900)) == .open { try look(at: opened) }
    try look(at: opened)
    #expect(unsettled.max() ?? 0 >= 5000)
    #expect(unsettled.last == 0)
    #expect(opened.statistics.current().json.contains(#""in_progress": {"#))
  }

  @Test("The statistics are written at once, then at most every two seconds")
  func statisticsPace() throws {
    let spool = try TestSpool()
    let opened = try spool.open()
    opened.keepHouse()
    try FileManager.default.removeItem(atPath: spool.root.appending("stats/current.json").string)
    opened.statistics.count(Counts())
    opened.keepHouse()
    #expect(try spool.names(in: "stats") == [])
    opened.finish()
    #expect(try spool.names(in: "stats") == ["current.json"])
  }

  @Test("The status of an idle spool is short")
  func idleStatus() throws {
    #expect(try TestSpool().open().statusText == "0 queued, 0 tweets/s, 0 rejected")
  }

  private func mode(_ spool: TestSpool) -> (String) throws -> mode_t {
    { folder in
      var status = stat()
      guard unsafe stat(spool.root.appending(folder).string, &status) == 0 else {
        throw Errno(rawValue: errno)
      }
      return status.st_mode & 0o7777
    }
  }
}
