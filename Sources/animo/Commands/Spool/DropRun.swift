import Glibc
import Ledger
import Spool
import Statistics
import SystemCalls
import SystemPackage

/// Drops files and, with `--wait`, waits for the outcome.
struct DropRun {
  let spool: SpoolPlace
  let wait: Bool

  /// How long to wait for the ledger, which a daemon creates when it starts, and before each look whether a
  /// file is held.
  private static let patience = Duration.seconds(3)

  func run(_ files: [String]) throws {
    // Check this before anything is dropped.
    let witness = wait ? try DropWitness(of: spool) : nil
    let drop =
      if let witness {
        try Drop(root: spool.root) { try witness.lastJob() }
      } else {
        try Drop(root: spool.root)
      }
    // On a signal, the process ends as soon as the unfinished copy is removed. SIGHUP: the terminal is gone.
    let signals = [SIGINT, SIGTERM] + (SignalDescriptor.isIgnored(SIGHUP) ? [] : [SIGHUP])
    _ = try SignalWatch(signals, patience: 0) { drop.removeUnfinished() }
    let named = try files.map { (path: FilePath($0), name: try name(of: $0)) }
    var dropped: [Drop.Dropped] = []
    for file in named {
      do {
        dropped.append(try existing { try drop.drop(file.path, as: file.name) })
      } catch {
        // Without --wait their names are printed already. Dropped again, they would be labelled twice.
        for earlier in dropped where wait {
          StandardError.write("animo: \(earlier.name) has been dropped, and is labelled all the same\n")
        }
        throw error
      }
      if !wait { try StandardOutput.write("\(dropped[dropped.count - 1].name)\n") }
    }
    guard SpoolView.isWorked(spool.root) else {
      StandardError.write(
        "animo: no daemon is running on \(spool.root); the dropped files wait in its inbox\n")
      if wait { throw CommandFailure(.temporaryFailure) }
      return
    }
    if let witness { try tell(of: dropped, by: witness) }
  }

  /// Runs `body`; reports a missing file as an input that does not exist, and a user who may not drop files.
  private func existing<Result>(_ body: () throws -> Result) throws -> Result {
    do {
      return try body()
    } catch let error as SystemCallError where error.reason == .noSuchFileOrDirectory {
      throw CommandFailure(.noInput, "\(error)")
    } catch let error as SystemCallError
      where error.reason == .permissionDenied && error.subject.hasPrefix("\(spool.root)/inbox")
    {
      throw CommandFailure(
        .noPermission,
        "\(error); only members of the folder's group may drop files: "
          + "with the package, sudo usermod -aG animo-drop USER, then log in again")
    }
  }

  private func name(of path: String) throws -> FileName {
    guard let last = FilePath(path).lastComponent, let name = FileName(bytes: Array(last.string.utf8)) else {
      throw CommandFailure(.noInput, "\(path): not a file")
    }
    let status = try existing { try systemCall("stat", on: path) { try Stat(FilePath(path)) } }
    // The end of a pipe does not show whether its input was complete.
    guard status.type == .regular else { throw CommandFailure(.noInput, "\(path): not a regular file") }
    guard !Drop.isIgnored(name) else {
      throw CommandFailure(
        .usage, "\(path): files of such names are taken to be unfinished and left alone; rename it first")
    }
    return name
  }

  private func tell(of dropped: [Drop.Dropped], by witness: DropWitness) throws {
    var hasRejects = false
    for file in dropped {
      let job = try finishedJob(of: file, by: witness)
      try StandardOutput.write(JobText.line(of: job) + "\n")
      if job.refusal != nil || job.checkpoint.counts.rejectedTotal > 0 { hasRejects = true }
    }
    if hasRejects { throw CommandFailure(.dataError) }
  }

  /// The job of `file`, once it is published.
  private func finishedJob(of file: Drop.Dropped, by witness: DropWitness) throws -> JobRecord {
    let begin = ContinuousClock.now
    var nextLook: ContinuousClock.Instant? = begin.advanced(by: Self.patience)
    while true {
      let (job, isWorked, hasLedger) = try witness.result(of: file)
      if let job { return job }
      guard isWorked else {
        throw CommandFailure(
          .temporaryFailure,
          "the daemon has ended; the next one labels \(file.name), and what it has not finished")
      }
      guard hasLedger || begin.duration(to: .now) < Self.patience else {
        throw CommandFailure(
          .configuration,
          "\(file.name) is dropped, but the daemon has no ledger in \(try spool.state): "
            + "name its folder by --state")
      }
      if let time = nextLook, ContinuousClock.now >= time {
        nextLook = tellsThatIsHeld(file) ? nil : ContinuousClock.now.advanced(by: Self.patience)
      }
      Readiness.pause(milliseconds: 100)
    }
  }

  /// Tells that `file` is held, which only a person can end; returns whether it is.
  private func tellsThatIsHeld(_ file: Drop.Dropped) -> Bool {
    let queue = try? JobClient(spool.root).queue()
    let entry = queue?.entries.first { entry in
      entry.hold != nil && entry.name == file.name.description && (entry.job ?? "") > (file.lastJob ?? "")
    }
    guard let hold = entry?.hold else { return false }
    StandardError.write(
      "animo: \(file.name) is held: \(hold.detail); waiting until it is released or cancelled\n")
    return true
  }
}

/// Who knows what has become of a dropped file: the ledger, or the daemon for those who may not read it.
enum DropWitness {
  case ledger(SpoolPlace)
  case daemon(JobClient)

  /// - Throws: `SpoolError` if the ledger may not be read and no daemon answers.
  init(of spool: SpoolPlace) throws {
    do {
      _ = try SpoolView.lastJob(in: spool.state)
      self = .ledger(spool)
    } catch let error as SpoolError where error.cause == .permission {
      let client = JobClient(spool.root)
      guard client.isAnswered else { throw error }
      self = .daemon(client)
    }
  }

  /// The identity of the latest job.
  func lastJob() throws -> String? {
    switch self {
    case .ledger(let spool): try SpoolView.lastJob(in: spool.state)
    case .daemon(let client): try client.lastJob()
    }
  }

  /// The finished job of a file, whether a daemon is running, and whether there is a ledger.
  func result(of file: Drop.Dropped) throws -> (job: JobRecord?, isWorked: Bool, hasLedger: Bool) {
    // What a daemon has published before it ended is found if it is asked for after the daemon itself.
    switch self {
    case .ledger(let spool):
      // Open it again: the daemon may just have created the ledger.
      let view = try spool.makeView()
      let isWorked = view.isWorked
      return (try view.result(of: file), isWorked, view.ledger != nil)
    case .daemon(let client):
      let isWorked = client.isWorked
      return (try client.result(of: file), isWorked, true)
    }
  }
}

/// The outcome of a file as text.
enum JobText {
  /// `a.csv: 3 labelled, 1 rejected, 0 blank → out/a.csv.jsonl, rejected/a.csv.rejects.jsonl`.
  static func line(of job: JobRecord) -> String {
    if let refusal = job.refusal {
      let why = job.finalNames.why.map { "; rejected/\($0) says why" } ?? ""
      // The word that says no more than this sentence does is not repeated.
      return "\(job.name): refused\(refusal == "refused" ? "" : ": \(refusal)")\(why)"
    }
    let counts = job.checkpoint.counts
    let places =
      (job.finalNames.output.map { ["out/\($0)"] } ?? [])
      + (job.finalNames.rejects.map { ["rejected/\($0)"] } ?? [])
    return "\(job.name): \(list(counts, labelled: "labelled")) → \(places.joined(separator: ", "))"
  }

  /// What lines have come to: `3 labelled, 2 with nothing to judge, 1 rejected, 0 blank`.
  static func list(_ counts: Counts, labelled: String) -> String {
    var parts = ["\(NumberText.grouped(counts.labelledTotal)) \(labelled)"]
    if counts.unjudged > 0 { parts.append("\(NumberText.grouped(counts.unjudged)) with nothing to judge") }
    parts.append("\(NumberText.grouped(counts.rejectedTotal)) rejected")
    parts.append("\(NumberText.grouped(counts.blank)) blank")
    if counts.leftOut > 0 { parts.append("\(NumberText.grouped(counts.leftOut)) left out") }
    return parts.joined(separator: ", ")
  }
}
