import Daemon
import Foundation
import Ledger
import Statistics
import SystemCalls
import SystemPackage
import Testing
import Tweets

@testable import Spool

@Suite("Folders and a ledger that go") struct DisplacedSpoolTests {
  @Test(
    "A folder that is replaced holds up work until it is back, and nothing goes elsewhere",
    arguments: ["work", "out", "rejected", "done", "stats", "state"])
  func replacedFolder(name: String) throws {
    try expectHold(after: name) { root in
      try FileManager.default.moveItem(atPath: "\(root)/\(name)", toPath: "\(root)/old")
      try FileManager.default.createDirectory(
        atPath: "\(root)/\(name)", withIntermediateDirectories: false)
    } untilBackBy: { root in
      #expect(try FileManager.default.contentsOfDirectory(atPath: "\(root)/\(name)") == [])
      try FileManager.default.removeItem(atPath: "\(root)/\(name)")
      try FileManager.default.moveItem(atPath: "\(root)/old", toPath: "\(root)/\(name)")
    }
  }

  @Test("A ledger that is moved away holds up work until it is back", arguments: ["", "-wal"])
  func movedLedger(companion: String) throws {
    let name = "state/ledger.sqlite" + companion
    try expectHold(after: name) { root in
      try FileManager.default.moveItem(atPath: "\(root)/\(name)", toPath: "\(root)/old")
    } untilBackBy: { root in
      try FileManager.default.moveItem(atPath: "\(root)/old", toPath: "\(root)/\(name)")
    }
  }

  /// Works a file while something is not in its place.
  private func expectHold(
    after name: String, _ displace: (String) throws -> Void,
    untilBackBy replace: @escaping @Sendable (String) throws -> Void
  ) throws {
    let spool = try TestSpool()
    let opened = try spool.open()
    let stop = try WakeUp()
    var (source, sink) = (opened.makeSource(stop: stop), opened.makeSink(stop: stop))
    let (log, root) = (spool.log, spool.root.string)
    try displace(root)
    try spool.write("uno\n!dos\n", to: "inbox/a.txt")
    DispatchQueue.global().async {
      while log.count(of: "held up") == 0 { usleep(10_000) }
      #expect(opened.trouble?.hasPrefix("held up: checking the folders: \(root)/\(name) was ") == true)
      #expect(throws: Never.self) { try replace(root) }
    }
    while try spool.step(&source, &sink) == .open {}
    #expect(spool.text(of: "out/a.txt.jsonl") == "label uno\n")
    #expect(spool.text(of: "rejected/a.txt.rejects.jsonl") == "bad !dos\n")
    #expect(try spool.names(in: "done") == ["JOB.a.txt"])
    #expect(try spool.ledger().totals().positive == 1)
    #expect(log.count(of: "no longer held up") == 1)
    #expect(opened.trouble == nil)
  }

  @Test("An idle daemon notices too, and writes no statistics elsewhere")
  func idle() throws {
    let spool = try TestSpool()
    let opened = try spool.open()
    opened.keepHouse()
    #expect(opened.trouble == nil)
    try spool.rename("stats", "stats.old")
    opened.finish()
    #expect(opened.trouble?.contains("stats was removed or moved away") == true)
    try spool.rename("stats.old", "stats")
    opened.keepHouse()
    #expect(opened.trouble == nil)
  }

  @Test(
    "A worked spool without its ledger, or with an empty one, is refused until fsck makes one",
    arguments: [true, false])
  func missingLedger(isEmpty: Bool) throws {
    let spool = try TestSpool()
    try spool.write("uno\n", to: "inbox/a.txt")
    try spool.run()
    try FileManager.default.removeItem(atPath: spool.root.appending("state").string)
    try FileManager.default.createDirectory(
      atPath: spool.root.appending("state").string, withIntermediateDirectories: false)
    if isEmpty { try spool.write("", to: "state/ledger.sqlite") }
    let error = #expect(throws: SpoolError.self) { try spool.open() }
    #expect(error?.cause == .configuration)
    #expect(error?.description.contains("animo fsck --repair") == true)
    #expect(throws: SpoolError.self) { try SpoolView(root: spool.root).requireLedger() }
    #expect(try SpoolCheck.findings(in: SpoolView(root: spool.root)).map(\.problem) == [.ledgerMissing])
    try SpoolCheck.repair(root: spool.root, state: nil, log: spool.log.logger)
    #expect(try SpoolCheck.findings(in: SpoolView(root: spool.root)) == [])
    try spool.run()
  }

  @Test("A start without the ledger leaves no folder in the way of the one that is moved back")
  func movedBack() throws {
    let spool = try TestSpool()
    try spool.write("uno\n", to: "inbox/a.txt")
    try spool.run()
    try spool.rename("state", "state.old")
    #expect(throws: SpoolError.self) { try spool.open() }
    #expect(!FileManager.default.fileExists(atPath: spool.root.appending("state").string))
    try spool.rename("state.old", "state")
    try spool.run()
    #expect(try spool.ledger().totals().positive == 1)
  }

  @Test("A new spool needs no ledger, even with an empty file in its place")
  func newSpool() throws {
    let spool = try TestSpool()
    try FileManager.default.createDirectory(
      atPath: spool.root.appending("state").string, withIntermediateDirectories: false)
    try spool.write("", to: "state/ledger.sqlite")
    try spool.write("uno\n", to: "inbox/a.txt")
    try spool.run()
    #expect(spool.text(of: "out/a.txt.jsonl") == "label uno\n")
  }
}
