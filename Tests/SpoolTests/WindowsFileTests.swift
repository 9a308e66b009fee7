import Foundation
import Ledger
import Statistics
import SystemCalls
import SystemPackage
import TestSupport
import Testing

@testable import Spool

@Suite("stats/windows.jsonl") struct WindowsFileTests {
  private let scratch: TemporaryDirectory
  private let ledger: Ledger
  private let stats: Directory

  init() throws {
    scratch = try TemporaryDirectory()
    let folder = FilePath(scratch.path)
    ledger = try Ledger(in: folder)
    try Directory.make(at: folder.appending("stats"), mode: .ownerReadWriteExecute)
    stats = try Directory(folder.appending("stats"))
  }

  @Test("It gets a line for each closed window, and one more for each revision")
  func revisions() throws {
    var file = WindowsFile(in: stats, ledger, interval: .zero)
    file.markChanged()
    try file.write(isLast: false)
    #expect(text == nil)
    try count([0, 60, 720], &file)
    #expect(try lines() == ["0 1", "60 1"])
    try count([0], &file)
    #expect(try lines() == ["0 1", "60 1", "0 2"])
    // Nothing has changed.
    try file.write(isLast: true)
    #expect(try lines().count == 3)
  }

  /// What the file holds of the lines that were taken when the power went.
  enum Remains: CaseIterable { case nothing, aPart, all, somethingElse, noFile }

  @Test(
    "What was taken before a crash is written once, wherever that came between", arguments: Remains.allCases)
  func crash(remains: Remains) throws {
    var file = WindowsFile(in: stats, ledger)
    try count([0, 1320], &file)
    let before = try #require(text)
    try record([60, 120])
    let taken = try #require(try ledger.takeLines(at: before.utf8.count))
    switch remains {
    case .nothing: break
    case .aPart: try write(before + taken.text.prefix(100))
    case .all: try write(before + taken.text)
    case .somethingElse: try write(before + String(repeating: "\0", count: 5000))
    case .noFile: try stats.remove("windows.jsonl")
    }
    var next = WindowsFile(in: stats, ledger)
    try next.write(isLast: false)
    #expect(text == (remains == .noFile ? "" : before) + taken.text)
    try count([60], &next)
    #expect(try lines().suffix(3) == ["60 1", "120 1", "60 2"])
  }

  @Test("A ledger that is new goes on at the end of a file that there is")
  func newLedger() throws {
    try write("{}\n")
    var file = WindowsFile(in: stats, ledger)
    try count([0, 720], &file)
    #expect(text?.hasPrefix("{}\n{\"step\":\"1m\"") == true)
  }

  @Test("A file that has grown long becomes the old one, also when the power goes in between")
  func rotation() throws {
    let long = String(repeating: String(repeating: "x", count: 1023) + "\n", count: 16 * 1024)
    try write(long)
    var file = WindowsFile(in: stats, ledger)
    try count([0, 720], &file)
    #expect(try lines() == ["0 1"])
    #expect(try stats.status(of: "windows.1.jsonl")?.size == long.utf8.count)
    // The lines are taken, the old file is not yet moved away; there is an older one.
    try write(long)
    try record([60])
    let taken = try #require(try ledger.takeLines(at: 0))
    for _ in 0..<2 {
      var next = WindowsFile(in: stats, ledger)
      try next.write(isLast: true)
      #expect(text == taken.text)
      #expect(try stats.status(of: "windows.1.jsonl")?.size == long.utf8.count)
    }
  }

  @Test("A call before it is time again does not say that a failure has passed")
  func failure() throws {
    var file = WindowsFile(in: stats, ledger, interval: .seconds(3600))
    let path = scratch.path("stats/windows.jsonl")
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
    try record([0, 720])
    file.markChanged()
    #expect(throws: SystemCallError.self) { try file.write(isLast: false) }
    let hasPassed = try file.write(isLast: false)
    #expect(!hasPassed)
    try FileManager.default.removeItem(atPath: path)
    let isWritten = try file.write(isLast: true)
    #expect(isWritten)
    #expect(try lines() == ["0 1"])
  }

  private var text: String? {
    FileManager.default.contents(atPath: scratch.path("stats/windows.jsonl")).map {
      String(decoding: $0, as: UTF8.self)
    }
  }

  private func write(_ text: String) throws { try scratch.write(text, to: "stats/windows.jsonl") }

  /// Commits tweets of these seconds of a day, and writes.
  private func count(_ times: [Int], _ file: inout WindowsFile) throws {
    try record(times)
    file.markChanged()
    try file.write(isLast: true)
  }

  private func record(_ times: [Int]) throws {
    var changes = LedgerChanges()
    for time in times {
      changes.events.add(
        at: (1_759_536_000 + time) * 1000, label: 0, probabilities: [1_000_000], of: ["positive"])
    }
    try ledger.record(changes)
  }

  /// The second of the day and the revision of each line.
  private func lines() throws -> [String] {
    try (text ?? "").split(separator: "\n").map { line in
      let object = try #require(JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
      let start = try #require((object["start"] as? String)?.dropFirst(11).prefix(8).split(separator: ":"))
      let seconds = start.reduce(0) { $0 * 60 + (Int($1) ?? 0) }
      return "\(seconds) \(object["rev"] as? Int ?? 0)"
    }
  }
}
