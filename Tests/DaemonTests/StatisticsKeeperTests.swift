import Foundation
import Statistics
import SystemCalls
import SystemPackage
import TestSupport
import Testing

@testable import Daemon

@Suite("The statistics of a daemon") struct StatisticsKeeperTests {
  private let keeper = StatisticsKeeper(labels: ["negative", "positive"], model: "test@1")

  @Test("They need no spool: what is counted stands in current.json")
  func written() throws {
    let scratch = try TemporaryDirectory()
    keeper.count(counts([3, 4]))
    try keeper.write(into: Directory(FilePath(scratch.path)), isLast: true)
    let data = try Data(contentsOf: URL(filePath: scratch.path("current.json")))
    let json = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    #expect(json["model"] as? String == "test@1")
    #expect((json["total"] as? [String: Any])?["labelled"] as? Int == 7)
    #expect((json["queue"] as? [String: Any])?["files"] as? Int == 0)
  }

  @Test("A file that could not be written is due again at once, until it is written")
  func dueAgain() throws {
    let scratch = try TemporaryDirectory()
    let folder = try Directory(FilePath(scratch.path))
    let path = scratch.path("current.json")
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
    for _ in 1...3 { #expect(throws: SystemCallError.self) { try keeper.write(into: folder) } }
    try FileManager.default.removeItem(atPath: path)
    try keeper.write(into: folder)
    #expect(try Data(contentsOf: URL(filePath: path)).count > 0)
  }

  @Test("They go on where the last run has stopped, and tell apart what this one has settled")
  func restored() {
    var total = Counts(labels: ["old", "positive"])
    (total.labelled, total.refusedFiles) = ([5, 7], 1)
    keeper.restore(total: total, buckets: [:], since: UTCTime(microseconds: 1_790_000_000_000_000))
    keeper.count(counts([1, 2]))
    #expect(keeper.current().snapshot.total.labels == ["negative", "positive", "old"])
    #expect(keeper.current().snapshot.total.labelled == [1, 9, 5])
    #expect(keeper.current().snapshot.total.lines == 15)
    #expect(keeper.current().since == "2026-09-21T14:13:20.000Z")
    #expect(keeper.settled == counts([1, 2]))
    #expect(keeper.settled.refusedFiles == 0)
  }

  @Test("What is withdrawn leaves the windows, and was never in the totals")
  func withdrawn() {
    let observed = keeper.observe(counts([1, 2]))
    let hour = { keeper.current().snapshot.windows.last?.sum.counts.labelled }
    #expect(hour() == [1, 2])
    keeper.withdraw(observed, of: counts([1, 2]))
    #expect(hour() == [0, 0])
    #expect(keeper.settled.isEmpty)
  }

  @Test("A file that was begun with other labels is withdrawn with them")
  func withdrawnOfOtherLabels() {
    var begun = Counts(labels: ["old", "positive"])
    begun.labelled = [5, 7]
    keeper.restore(total: Counts(), buckets: [:], unsettled: begun, since: keeper.started)
    #expect(keeper.current().unsettled == 12)
    keeper.withdraw([:], of: begun)
    #expect(keeper.current().unsettled == 0)
  }

  @Test("The status line tells of queue, current file, speed, mood and rejected lines")
  func statusLine() {
    let status = StatusLine(
      queue: .init(queued: 3, leftAlone: 0, held: 1, current: ("tweets-07.jsonl", 41)),
      tweetsPerSecond: 812.4,
      mood: ("positive", 0.624), rejected: 12)
    #expect(
      status.text
        == "3 queued, 1 held, tweets-07.jsonl 41 %, 812 tweets/s, 62 % positive (5 min), 12 rejected")
  }

  private func counts(_ labelled: [Int]) -> Counts {
    var counts = Counts(labels: keeper.labels)
    counts.labelled = labelled
    return counts
  }
}
