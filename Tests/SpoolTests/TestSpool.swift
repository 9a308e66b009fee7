import Foundation
import Glibc
import Ledger
import Logging
import Scoring
import Statistics
import SystemCalls
import SystemPackage
import Testing
import Tweets

@testable import Spool

/// A spool in a fresh directory, with a labeller that needs no model.
final class TestSpool {
  let root: FilePath
  var options = SpoolOptions()
  var provenance = Provenance(model: "test@1", settings: "as ever")
  let log = RecordedLog()

  /// A new spool's root; nothing is in it until it is opened.
  convenience init() throws {
    var template = Array("\(NSTemporaryDirectory())animo-spool-XXXXXX".utf8CString)
    guard unsafe mkdtemp(&template) != nil else { throw Errno(rawValue: errno) }
    try self.init(
      root: FilePath(String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)))
  }

  /// A new spool in a folder that there is.
  init(root: FilePath) throws {
    self.root = root
    options.endsWhenEmpty = true
    options.settleTime = .milliseconds(20)
    options.patience = .milliseconds(200)
    options.rescanInterval = .milliseconds(50)
    try makeFolders()
  }

  deinit { try? FileManager.default.removeItem(atPath: root.string) }

  /// What producers need before the daemon has ever run.
  private func makeFolders() throws {
    for folder in ["inbox", "work", "out", "rejected", "done", "stats"] {
      try FileManager.default.createDirectory(
        atPath: root.appending(folder).string, withIntermediateDirectories: true)
    }
  }

  /// The spool, as a daemon opens it.
  ///
  /// A child that another test has forked holds all locks of this process until it executes a program.
  func open() throws -> Spool {
    for _ in 0..<100 {
      do {
        return try openAtOnce()
      } catch let error as SpoolError where error.cause == .inUse {
        usleep(10_000)
      }
    }
    return try openAtOnce()
  }

  /// The same where the spool may be in use.
  private func openAtOnce() throws -> Spool {
    try Spool(
      root: root, options: options, labels: ["negative", "positive"], provenance: provenance, log: log.logger)
  }

  /// Works the spool until its source ends.
  @discardableResult
  func run(limit: ChunkLimit = ChunkLimit(lines: 100)) throws -> Spool {
    let spool = try open()
    let stop = try WakeUp()
    var (source, sink) = (spool.makeSource(stop: stop), spool.makeSink(stop: stop))
    while try step(&source, &sink, limit: limit) == .open {}
    return spool
  }

  /// One chunk through source, labeller and sink; after the last one the sink has finished.
  func step(
    _ source: inout SpoolSource, _ sink: inout SpoolSink, limit: ChunkLimit = ChunkLimit(lines: 100)
  ) throws -> SourceState {
    var chunk = Chunk()
    let state = try source.fill(&chunk, upTo: limit, patience: .milliseconds(10))
    if chunk.isEmpty { try sink.pause() } else { try sink.accept(Labeller.label(chunk)) }
    if state != .open { try sink.finish() }
    return state
  }

  func write(_ text: String, to path: String) throws {
    try Data(text.utf8).write(to: URL(filePath: root.appending(path).string))
  }

  /// Appends to a file in place, as a slow producer does.
  func append(_ text: String, to path: String) throws {
    let descriptor = try FileDescriptor.open(
      root.appending(path), .writeOnly, options: [.append, .create], permissions: [.ownerReadWrite])
    try descriptor.closeAfter { _ = try descriptor.writeAll(text.utf8) }
  }

  func rename(_ old: String, _ new: String) throws {
    let (old, new) = (root.appending(old).string, root.appending(new).string)
    guard unsafe Glibc.rename(old, new) == 0 else { throw Errno(rawValue: errno) }
  }

  /// Cancels the test where the file system does not tell of who writes to the file.
  func requireTellingOfWriters(to path: String) throws {
    let descriptor = try FileDescriptor.open(root.appending(path), .readOnly)
    let tells = try descriptor.closeAfter { descriptor.isOpenForWriting != nil }
    guard tells else { try Test.cancel("this file system knows no writers") }
  }

  func text(of path: String) -> String? {
    FileManager.default.contents(atPath: root.appending(path).string).map {
      String(decoding: $0, as: UTF8.self)
    }
  }

  /// What the ledger of the spool, which may be at work, says.
  func ledger() throws -> Ledger { try Ledger(reading: root.appending("state")) }

  /// Sets all jobs of the spool, which is not at work, back to `state`, as if what came after had not happened.
  func setJobs(to state: JobRecord.State) throws {
    let ledger = try Ledger(in: root.appending("state"))
    var changes = LedgerChanges()
    changes.jobs = try ledger.allJobs()
    for index in changes.jobs.indices {
      changes.jobs[index].state = state
      changes.jobs[index].times.published = nil
    }
    try ledger.record(changes)
  }

  /// The names in one of the folders, sorted, a job's identity as `JOB`.
  func names(in folder: String) throws -> [String] {
    var names: [FileName] = []
    var entries = try Directory(root.appending(folder)).entries()
    while let entry = try entries.next() { names.append(entry.name) }
    return names.map { name in
      let text = name.description
      return Job.beginsWithID(name) ? "JOB" + text.dropFirst(22) : text
    }.sorted()
  }
}

extension Counts {
  /// How many tweets are positive.
  var positive: Int { arranged(by: ["positive"], []).labelled[0] }
}

/// Labels each line as `label <text>`; lines that begin with `!` are bad.
enum Labeller {
  static func label(_ chunk: Chunk) -> ScoredChunk {
    var (labels, rejects): ([UInt8], [UInt8]) = ([], [])
    var segments = chunk.segments.map { ScoredChunk.Segment($0, labels: ["negative", "positive"]) }
    for index in segments.indices {
      let starts = (labels.count, rejects.count)
      for line in chunk.lines[chunk.segments[index].lines] {
        let text = chunk.bytes[line.range]
        if text.first == UInt8(ascii: "!") {
          rejects += Array("bad ".utf8) + text + [0x0A]
          if segments[index].counts.labelledTotal == 0 { segments[index].leadingRejections += 1 }
          segments[index].counts.rejected[0] += 1
        } else {
          labels += Array("label ".utf8) + text + [0x0A]
          segments[index].counts.labelled[1] += 1
        }
      }
      segments[index].labels = starts.0..<labels.count
      segments[index].rejects = starts.1..<rejects.count
    }
    return ScoredChunk(labels: labels, rejects: rejects, segments: segments)
  }
}
