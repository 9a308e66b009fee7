import Foundation
import SystemPackage
import Testing

@testable import Spool
@testable import SystemCalls

@Suite("Names") struct NamesTests {
  @Test(
    "An output's name is predictable from its input's",
    arguments: [
      ("a.jsonl", "a.jsonl"), ("a.jsonl.gz", "a.jsonl"), ("a.txt", "a.txt.jsonl"), ("a.csv", "a.csv.jsonl"),
      ("a.txt.gz", "a.txt.jsonl"), ("a", "a.jsonl"), ("a.ndjson", "a.ndjson.jsonl"), ("A.JSONL", "A.jsonl"),
      ("a.gz", "a.jsonl"), ("a.txt.xz", "a.txt.jsonl"), ("a b.txt", "a b.txt.jsonl"),
    ])
  func outputNames(input: String, output: String) {
    #expect(NamingScheme(of: FileName(input), outputEnding: ".jsonl").output(1) == FileName(output))
  }

  @Test("A name is found by what is displayed of it, whatever its bytes are")
  func displayed() throws {
    let names: [[UInt8]] = [
      [0x61, 0xF1], [0x1B, 0x0A, 0x5C, 0x78], Array("ñ \\x41 🙂.txt".utf8), [0xE2, 0x80],
    ]
    for bytes in names {
      let name = try #require(FileName(bytes: bytes))
      #expect(FileName(displayed: name.description) == name)
    }
    for text in ["", "..", "a\\", "a\\x", "a\\y41", "a\\xG0", "a\\x+1", "a\\x41", "a/b", "\\x2F"] {
      #expect(FileName(displayed: text) == nil)
    }
  }

  @Test("All names of one job have the same number, before their endings")
  func numbers() {
    let names = NamingScheme(of: "a.jsonl.gz", outputEnding: ".jsonl")
    #expect(names.output(2) == "a.~2.jsonl")
    #expect(names.rejects(2) == "a.~2.rejects.jsonl")
    #expect(names.refused(2) == "a.~2.jsonl.gz")
    #expect(names.why(2) == "a.~2.jsonl.gz.why.json")
    #expect(names.refused(1) == "a.jsonl.gz")
  }

  @Test(
    "The first free number is found, in few looks even after very many", arguments: [0, 1, 2, 3, 7, 100_000])
  func firstFree(taken: Int) throws {
    var looks = 0
    let number = try NamingScheme.firstFree { number throws(SystemCallError) in
      looks += 1
      return number > taken
    }
    #expect(number == taken + 1)
    #expect(looks <= 40)
  }

  @Test("Identities never come twice, even when the clock stands still or goes back")
  func identities() {
    var numbers = JobNumbers()
    let time = UTCTime(microseconds: 1_791_108_672_345_678)
    #expect(numbers.next(at: time) == "20261004-101112-345678")
    #expect(numbers.next(at: time) == "20261004-101112-345679")
    #expect(numbers.next(at: UTCTime(microseconds: 0)) == "20261004-101112-345680")
    var later = JobNumbers(after: "20261004-101112-345680")
    #expect(later.next(at: UTCTime(microseconds: 0)) == "20261004-101112-345681")
  }

  @Test("A claimed file's name gives the job back")
  func claimedName() throws {
    let job = Job(id: "20261004-101112-345678", name: "a.in.b.txt")
    #expect(job.claimedName == "20261004-101112-345678.in.a.in.b.txt")
    #expect(Job(claimed: job.claimedName) == job)
    #expect(Job(claimed: job.partName(.labels)) == nil)
    #expect(Job(claimed: "notes.in.txt") == nil)
    #expect(Job.part(job.partName(.why))?.id == job.id)
    #expect(Job.part(job.doneName) == nil)
    #expect(job.claimed == "2026-10-04T10:11:12.345Z")
  }

  @Test("The longest name leaves room for everything that is put around it")
  func longestName() {
    let job = Job(id: "20261004-101112-345678", name: FileName(String(repeating: "a", count: 255)))
    let names = NamingScheme(of: job.name, outputEnding: ".jsonl")
    for name in [job.claimedName, job.doneName, names.rejects(99_999), names.why(99_999)] {
      #expect(name.bytes.count <= FileName.maximumLength)
    }
  }
}

@Suite("Times of files") struct StampTests {
  @Test("A time that no clock shows becomes one from 1970 to 9999", arguments: [Int.min, Int.max])
  func extremes(seconds: Int) {
    let stamp = FileStatus.Stamp(seconds: seconds, nanoseconds: 999_999_999)
    #expect(stamp.time.rfc3339.prefix(19) == (seconds < 0 ? "1970-01-01T00:00:00" : "9999-12-31T23:59:59"))
  }
}

@Suite("What done/ keeps") struct RetentionTests {
  private let now = UTCTime(microseconds: 1_791_108_672_000_000)

  @Test("Old inputs go, younger ones and strangers stay")
  func age() throws {
    let spool = try TestSpool()
    for name in ["20260927-101111-000000.a", "20260927-101113-000000.b", "20261004-101112-000000.c", "notes"]
    {
      try spool.write("x", to: "done/" + name)
    }
    let retention = try retention(of: spool)
    #expect(try !retention.prune(keepingFor: .seconds(7 * 24 * 3600), upTo: 100, now: now))
    let removed = retention.takeRemoved()
    #expect(removed.jobs == ["20260927-101111-000000"])
    #expect(removed.before == "20260927-101112-000000")
    #expect(try spool.names(in: "done") == ["JOB.b", "JOB.c", "notes"])
  }

  @Test("The oldest go until the rest is small enough")
  func size() throws {
    let spool = try TestSpool()
    for number in 0..<5 {
      try spool.write("0123456789", to: "done/20261004-101112-00000\(number).\(number)")
    }
    let retention = try retention(of: spool)
    #expect(try !retention.prune(keepingFor: .seconds(3600), upTo: 25, now: now))
    #expect(retention.takeRemoved().jobs.count == 3)
    #expect(try spool.names(in: "done") == ["JOB.3", "JOB.4"])
  }

  @Test("Many go a batch at a time, be it for their age or for their size", arguments: [2, 100_000])
  func batches(hours: Int) throws {
    let spool = try TestSpool()
    for number in 0..<5000 { try spool.write("", to: "done/20261004-101112-00\(1000 + number).txt") }
    try spool.write("xx", to: "done/20261004-101112-009999.txt")
    let retention = try retention(of: spool)
    let later = UTCTime(microseconds: now.microseconds + 3 * 3_600_000_000)
    var counts: [Int] = []
    var isMore = true
    while isMore {
      isMore = try retention.prune(keepingFor: .seconds(3600 * hours), upTo: 1, now: later)
      counts.append(retention.takeRemoved().jobs.count)
    }
    #expect(counts.prefix(2) == [4096, 905])
    #expect(try spool.names(in: "done").isEmpty)
  }

  @Test("Removals that have piled up are recorded a batch at a time")
  func piles() throws {
    let spool = try TestSpool()
    let retention = try retention(of: spool)
    retention.putBack((0..<5000).map { "\($0)" }, before: "5000")
    let first = retention.takeRemoved()
    #expect(first.jobs.count == 4096)
    #expect(first.before == "5000")
    let second = retention.takeRemoved()
    #expect(second.jobs.count == 904)
    #expect(second.jobs.first == "4096")
    #expect(second.before == nil)
  }

  private func retention(of spool: TestSpool) throws -> Retention {
    Retention(try Directory(spool.root.appending("done")), log: spool.log.logger)
  }
}
