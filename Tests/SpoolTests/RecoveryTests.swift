import Daemon
import Foundation
import Ledger
import Scoring
import Statistics
import SystemCalls
import SystemPackage
import Testing
import Tweets

@testable import Spool

/// Each state that a crash can leave is made by hand, and recovered from.
@Suite("Recovery") struct RecoveryTests {
  private static let lines = (0..<40).map { $0 % 7 == 3 ? "!mal \($0)" : "tuit \($0)" }
  private let spool: TestSpool

  init() throws { spool = try TestSpool() }

  @Test("Stopped after a checkpoint, it goes on there, and the bytes are those of one run")
  func resumes() throws {
    try stopInTheMiddle()
    let point = try #require(try spool.ledger().jobs(in: .claimed).first).checkpoint
    #expect(point.line > 0 && point.line < 40)
    try damage("work", after: ".labels", adding: "written and not checkpointed\n")
    try spool.run()
    try expectWholeOutput()
    #expect(spool.log.count(of: "resuming from the checkpoint") == 1)
    #expect(try spool.ledger().totals().positive == 34)
    #expect(try spool.ledger().fold() == spool.ledger().totals())
  }

  @Test(
    "Stopped in a table, it goes on with its header, its dialect and its stray quotes",
    arguments: [
      ("a.csv", ",", "\n"), ("b.csv", ";", "\r\n"), ("c.tsv", "\t", "\n"), ("d.csv", "|", "\r"),
    ])
  func resumesTable(name: String, delimiter: String, lineEnd: String) throws {
    let cells = ["uno", "\"dos", "\"tres\\\" y\"", "\"cua\ntro\"", " \"cinco\"", "seis\(delimiter)siete", ""]
    let rows = (0..<60).map { "\($0 % 9 == 3 ? "!" : "")\($0)\(delimiter)\(cells[$0 % cells.count])" }
    let text = (["id\(delimiter)text"] + rows).joined(separator: lineEnd)
    let whole = try TestSpool()
    try whole.write(text, to: "inbox/\(name)")
    try whole.run()
    try stopInTheMiddle(of: name, text)
    #expect(try #require(try spool.ledger().jobs(in: .claimed).first).checkpoint.line > 0)
    try spool.run()
    #expect(spool.log.count(of: "resuming from the checkpoint") == 1)
    for file in ["out/\(name).jsonl", "rejected/\(name).rejects.jsonl"] {
      #expect(spool.text(of: file) != nil)
      #expect(spool.text(of: file) == whole.text(of: file))
    }
  }

  @Test("Stopped inside an array or a page, it goes on with the next tweet", arguments: ["[", "{\"data\":["])
  func resumesArray(opening: String) throws {
    let tweets = (0..<60).map { "{\"id\":\($0),\"text\":\"tuit \($0)\"}" }
    let text = opening + tweets.joined(separator: ",") + (opening == "[" ? "]" : "]}")
    try stopInTheMiddle(of: "a.json", text, parts: 1)
    let place = try #require(try spool.ledger().jobs(in: .claimed).first).checkpoint.place
    #expect(opening == "[" ? place.openArrays == 1 && place.isInsideLine : place.tweetsOfPage > 0)
    try spool.run()
    #expect(spool.log.count(of: "resuming from the checkpoint") == 1)
    #expect(spool.text(of: "out/a.json.jsonl") == tweets.map { "label \($0)\n" }.joined())
  }

  @Test("A part that is shorter than its checkpoint begins the job anew, loudly")
  func shortPart() throws {
    try stopInTheMiddle()
    try rewrite("work", ending: ".labels") { _ in "" }
    try spool.run()
    try expectWholeOutput()
    #expect(spool.log.count(of: "cannot resume; labelling the file from its beginning") == 1)
    #expect(try spool.ledger().fold() == spool.ledger().totals())
  }

  @Test("Another model begins the job anew", arguments: [true, false])
  func otherProvenance(isModel: Bool) throws {
    try stopInTheMiddle()
    spool.provenance =
      isModel
      ? Provenance(model: "test@2", settings: "as ever") : Provenance(model: "test@1", settings: "new")
    try spool.run()
    try expectWholeOutput()
    #expect(spool.log.count(of: "cannot resume; labelling the file from its beginning") == 1)
    #expect(try spool.ledger().allJobs().map(\.checkpoint.model) == [spool.provenance.model])
  }

  @Test("An input that has changed since its checkpoint begins anew")
  func changedInput() throws {
    try stopInTheMiddle()
    try rewrite("work", ending: ".in.a.txt") { _ in "uno\n" }
    try spool.run()
    #expect(spool.text(of: "out/a.txt.jsonl") == "label uno\n")
  }

  @Test("A crash after beginning anew does not meet the old checkpoint")
  func secondCrash() throws {
    try stopInTheMiddle()
    try rewrite("work", ending: ".labels") { _ in "" }
    _ = try spool.open()
    #expect(try spool.ledger().jobs(in: .claimed) == [])
    #expect(try spool.names(in: "work") == ["JOB.in.a.txt"])
  }

  @Test("A claimed file that has gone is forgotten, and its parts go")
  func goneInput() throws {
    try stopInTheMiddle()
    try remove("work", ending: ".in.a.txt")
    try spool.run()
    #expect(spool.log.count(of: "a claimed file has disappeared") == 1)
    #expect(try spool.names(in: "work") == [])
    #expect(try spool.ledger().allJobs() == [])
  }

  @Test("A committed job is published, from wherever that was interrupted", arguments: 0...3)
  func committed(moved: Int) throws {
    try spool.write("uno\n!dos\n", to: "inbox/a.txt")
    try spool.run()
    let id = try #require(try spool.ledger().allJobs().first).id
    try spool.setJobs(to: .committed)
    // Undo the last steps of publishing.
    let moves = [
      ("rejected/a.txt.rejects.jsonl", "work/\(id).rejects"), ("out/a.txt.jsonl", "work/\(id).labels"),
      ("done/\(id).a.txt", "work/\(id).in.a.txt"),
    ]
    for (place, part) in moves.dropFirst(moved) { try move(place, to: part) }
    if moved < 2 { try spool.append("written after the commit", to: "work/\(id).labels") }
    try spool.run()
    #expect(spool.text(of: "out/a.txt.jsonl") == "label uno\n")
    #expect(spool.text(of: "rejected/a.txt.rejects.jsonl") == "bad !dos\n")
    #expect(try spool.names(in: "work") == [])
    #expect(try spool.names(in: "out").count == 1)
    #expect(try spool.ledger().allJobs().map(\.state) == [.published])
    #expect(try spool.ledger().totals().files == 1)
  }

  @Test("A committed job whose name somebody has taken gets another one")
  func takenName() throws {
    try spool.write("uno\n", to: "inbox/a.txt")
    try spool.run()
    let id = try #require(try spool.ledger().allJobs().first).id
    try spool.setJobs(to: .committed)
    try move("out/a.txt.jsonl", to: "work/\(id).labels")
    try spool.write("somebody's\n", to: "out/a.txt.jsonl")
    try spool.run()
    #expect(spool.text(of: "out/a.txt.jsonl") == "somebody's\n")
    #expect(spool.text(of: "out/a.txt.~2.jsonl") == "label uno\n")
    #expect(try spool.ledger().allJobs().first?.finalNames.output == "a.txt.~2.jsonl")
  }

  @Test("A committed part that a disk has lost is made again, and counted once")
  func lostPart() throws {
    try spool.write("uno\ndos\n", to: "inbox/a.txt")
    try spool.run()
    let id = try #require(try spool.ledger().allJobs().first).id
    try spool.setJobs(to: .committed)
    try move("done/\(id).a.txt", to: "work/\(id).in.a.txt")
    try move("out/a.txt.jsonl", to: "work/\(id).labels")
    try spool.write("lab", to: "work/\(id).labels")
    try spool.run()
    #expect(spool.text(of: "out/a.txt.jsonl") == "label uno\nlabel dos\n")
    #expect(try spool.ledger().totals().positive == 2)
    #expect(try spool.ledger().fold() == spool.ledger().totals())
  }

  @Test("Totals and windows go on where the last run has stopped")
  func statistics() throws {
    try spool.write("uno\n!dos\n\n", to: "inbox/a.txt")
    let first = try spool.run().statistics.current().snapshot
    let second = try spool.open().statistics
    #expect(second.current().snapshot.total == first.total)
    #expect(second.current().snapshot.windows.map(\.sum.counts) == first.windows.map(\.sum.counts))
    #expect(second.settled.lines == 0)
  }

  @Test("Windows count each line once, though it was labelled twice")
  func windows() throws {
    try stopInTheMiddle()
    #expect(try hour(of: spool.open()).lines > 0)
    spool.provenance = Provenance(model: "test@2", settings: "as ever")
    let total = try {
      let second = try spool.run()
      #expect(try hour(of: second) == second.statistics.current().snapshot.total)
      return second.statistics.current().snapshot.total
    }()
    #expect(total.lines == Self.lines.count)
    #expect(try hour(of: spool.open()) == total)
  }

  private func hour(of spool: Spool) throws -> Counts {
    try #require(spool.statistics.current().snapshot.windows.first { $0.length == .oneHour }).sum.counts
  }
}

extension RecoveryTests {
  /// Labels half of `inbox/a.txt`, or of another file, and stops.
  private func stopInTheMiddle(of name: String = "a.txt", _ text: String? = nil, parts: Int = 2) throws {
    try spool.write(text ?? Self.lines.joined(separator: "\n"), to: "inbox/\(name)")
    let opened = try spool.open()
    let stop = try WakeUp()
    var (source, sink) = (opened.makeSource(stop: stop), opened.makeSink(stop: stop))
    while try spool.names(in: "work").count < 1 + parts {
      _ = try spool.step(&source, &sink, limit: ChunkLimit(lines: 3))
    }
    stop.ring()
    while try spool.step(&source, &sink) == .open {}
  }

  private func expectWholeOutput() throws {
    let (good, bad) = (Self.lines.filter { $0.first != "!" }, Self.lines.filter { $0.first == "!" })
    #expect(spool.text(of: "out/a.txt.jsonl") == good.map { "label \($0)\n" }.joined())
    #expect(spool.text(of: "rejected/a.txt.rejects.jsonl") == bad.map { "bad \($0)\n" }.joined())
    #expect(try spool.names(in: "work") == [])
  }

  private func path(in folder: String, ending: String) throws -> String {
    let names = try FileManager.default.contentsOfDirectory(atPath: spool.root.appending(folder).string)
    return folder + "/" + (try #require(names.first { $0.hasSuffix(ending) }))
  }

  private func damage(_ folder: String, after ending: String, adding text: String) throws {
    try spool.append(text, to: path(in: folder, ending: ending))
  }

  private func rewrite(_ folder: String, ending: String, _ change: (String) -> String) throws {
    let path = try path(in: folder, ending: ending)
    try spool.write(change(spool.text(of: path) ?? ""), to: path)
  }

  private func remove(_ folder: String, ending: String) throws {
    try FileManager.default.removeItem(atPath: spool.root.string + "/" + path(in: folder, ending: ending))
  }

  private func move(_ old: String, to new: String) throws {
    try FileManager.default.moveItem(
      atPath: spool.root.string + "/" + old, toPath: spool.root.string + "/" + new)
  }
}
