internal import Ledger
package import Logging
internal import Statistics
internal import SystemCalls
package import SystemPackage

/// Compares a spool with its ledger: what `animo fsck` does.
///
/// The state after a crash is not a fault: the next start resumes claimed jobs and publishes committed ones. While a
/// daemon is running, only published outputs and totals are checked, as the rest changes.
package struct SpoolCheck {
  private let root: FilePath
  private let ledger: Ledger
  private let isWorked: Bool
  private let pageLength: Int

  /// All inconsistencies of the spool; a missing ledger makes it impossible to find others.
  package static func findings(in view: SpoolView) throws(SpoolError) -> [Finding] {
    guard view.ledger == nil, let history = try view.history() else { return try SpoolCheck(view).findings() }
    return [Finding(.ledgerMissing, view.state.string, "\(history) shows that there was one")]
  }

  /// - Parameter pageLength: the number of jobs that are in memory at a time.
  /// - Throws: `SpoolError` if there is no spool or no ledger.
  init(_ view: SpoolView, pageLength: Int = 1000) throws(SpoolError) {
    guard let ledger = view.ledger else {
      throw SpoolError(.configuration, "\(view.root): no ledger yet; animo serve creates it")
    }
    (root, self.ledger) = (view.root, ledger)
    isWorked = view.isWorked
    self.pageLength = pageLength
  }

  /// All inconsistencies.
  func findings() throws(SpoolError) -> [Finding] {
    do {
      var findings = try ledger.damage().map { Finding(.ledgerDamaged, ledger.path.string, $0) }
      findings += try totals()
      findings += try outputs()
      findings += try held()
      if !isWorked { findings += try work() }
      return findings
    } catch {
      throw SpoolError(opening: error)
    }
  }

  /// Repairs what can be repaired, as the daemon does when it starts, and sets totals to the sum of all jobs; creates a
  /// missing ledger.
  ///
  /// - Throws: `SpoolError` with `.inUse` while a daemon is running.
  package static func repair(root: FilePath, state: FilePath?, log: Logger) throws(SpoolError) {
    // Opening a spool recovers it; jobs of any model are kept.
    let spool = try Spool(root: root, state: state, log: log)
    do {
      var changes = LedgerChanges()
      (changes.total, changes.publishedAt) = (try spool.ledger.fold(), "")
      changes.total -= try spool.ledger.totals()
      try spool.ledger.record(changes)
    } catch {
      throw SpoolError(error)
    }
  }

  private func totals() throws(LedgerError) -> [Finding] {
    try ledger.wrongTotals().map { what, total, jobs in
      Finding(.totalsWrong, what, "total \(total), sum of all jobs \(jobs)")
    }
  }

  /// Jobs that wait for a decision.
  private func held() throws(LedgerError) -> [Finding] {
    try ledger.orders().filter { $0.kind == .held }.map { order in
      Finding(
        .jobHeld, "job \(order.job)",
        "\(order.detail); animo release labels it all the same, animo cancel refuses it")
    }
  }

  /// Inconsistencies of published outputs, looked for a page of jobs at a time.
  ///
  /// Readers may have removed an output, and a later job may have reused its name: the last one counts.
  private func outputs() throws -> [Finding] {
    var (missing, changed): ([Finding], [String: Finding]) = ([], [:])
    var page = try ledger.committed(after: nil, atMost: pageLength)
    while let last = page.last {
      for output in page.filter({ $0.state != .claimed }).flatMap(Output.all) {
        let finding = try finding(about: output)
        changed[output.place] = finding?.problem == .outputChanged ? finding : nil
        if let finding, finding.problem == .outputMissing { missing.append(finding) }
      }
      page = try ledger.committed(after: last, atMost: pageLength)
    }
    return missing + changed.values.sorted { $0.place < $1.place }
  }

  private func finding(about output: Output) throws(SystemCallError) -> Finding? {
    let (record, job) = (output.record, output.record.job)
    guard try status(of: job.partName(output.part), in: "work") == nil else { return nil }
    guard let found = try status(of: output.name, in: output.folder) else {
      // The input leaves work/ after all outputs, so if it is gone, a reader has removed them.
      guard record.state == .committed, try status(of: job.claimedName, in: "work") != nil else { return nil }
      return Finding(.outputMissing, output.place, "of job \(record.id)")
    }
    guard found.size != output.length else { return nil }
    return Finding(.outputChanged, output.place, "\(found.size) bytes, published with \(output.length)")
  }

  private func status(of name: FileName, in folder: String) throws(SystemCallError) -> FileStatus? {
    try Directory(root.appending(folder)).status(of: name)
  }
}

/// An inconsistency between a spool and its ledger.
package struct Finding: Equatable, CustomStringConvertible, Sendable {
  /// What is wrong.
  package enum Problem: String, CaseIterable, Sendable {
    /// SQLite reports damage of the ledger's file.
    case ledgerDamaged = "ledger damaged"
    /// The spool has been worked, but has no ledger, or an empty one.
    case ledgerMissing = "ledger missing"
    /// The totals are not the sum of all committed jobs.
    case totalsWrong = "totals wrong"
    /// A part in `work/` belongs to no job.
    case partWithoutJob = "part without a job"
    /// The ledger has a checkpoint of an input that is not in `work/`.
    case jobWithoutInput = "job without its input"
    /// A part is shorter than the ledger says.
    case partTooShort = "part too short"
    /// A job is published, but its input or a part is still in `work/`.
    case publishedAndHere = "published and still in work/"
    /// The length of an output is not that at publication.
    case outputChanged = "output changed"
    /// An output of a committed job is neither in `work/` nor published, while its input is still in `work/`.
    case outputMissing = "output missing"
    /// A job exceeds a limit, or was held by order: it waits to be released or cancelled.
    case jobHeld = "job held"
    /// Something in `work/` that this program did not create, or that is not a regular file.
    case stranger = "stranger in work/"
  }

  /// What is wrong.
  package let problem: Problem
  /// A path within the spool, or a message of SQLite.
  package let place: String
  /// Details, for people.
  package let detail: String

  init(_ problem: Problem, _ place: String, _ detail: String = "") {
    (self.problem, self.place, self.detail) = (problem, place, detail)
  }

  package var description: String { "\(problem.rawValue): \(place)" + (detail.isEmpty ? "" : ": \(detail)") }
}

/// An output of a committed job, in `work/` or published.
private struct Output {
  let record: JobRecord
  let part: Job.Part
  let folder: String
  let name: FileName
  /// In bytes.
  let length: Int

  /// Its path within the spool.
  var place: String { "\(folder)/\(name)" }

  /// The outputs of the job in `record`.
  static func all(of record: JobRecord) -> [Output] {
    let (point, names) = (record.checkpoint, record.finalNames)
    let labels = names.output.map {
      Output(record: record, part: .labels, folder: "out", name: $0, length: point.labelsLength)
    }
    let rejects = names.rejects.map {
      Output(record: record, part: .rejects, folder: "rejected", name: $0, length: point.rejectsLength)
    }
    return [labels, rejects].compactMap(\.self)
  }
}

// What lies in work/.
extension SpoolCheck {
  private func work() throws -> [Finding] {
    let work = try Directory(root.appending("work"))
    let listing = try WorkListing(of: work)
    let (inputs, parts) = (listing.inputs, listing.parts)
    var findings = listing.strangers.map { Finding(.stranger, "work/\($0)") }
    for id in Set(inputs.keys).union(parts.map(\.id)).sorted() {
      let record = try ledger.job(id)
      if record?.state == .published {
        findings.append(Finding(.publishedAndHere, "job \(id)"))
      } else if inputs[id] == nil, record?.state != .committed {
        findings += parts.filter { $0.id == id }.map { Finding(.partWithoutJob, "work/\($0.name)") }
      }
    }
    for record in try ledger.jobs(in: .claimed) where inputs[record.id] == nil {
      findings.append(Finding(.jobWithoutInput, "job \(record.id)", "\(record.name)"))
    }
    for record in try ledger.jobs(in: .claimed) + ledger.jobs(in: .committed) {
      findings += try shortParts(of: record, in: work, inputs[record.id] != nil)
    }
    return findings
  }

  private func shortParts(
    of record: JobRecord, in work: Directory, _ hasInput: Bool
  ) throws(SystemCallError) -> [Finding] {
    guard hasInput, record.refusal == nil else { return [] }
    var findings: [Finding] = []
    for (part, length) in record.checkpoint.parts {
      let name = record.job.partName(part)
      let size = try work.status(of: name)?.size
      // A committed part that is missing here has been published.
      guard (size ?? (record.state == .committed ? length : 0)) < length else { continue }
      findings.append(
        Finding(
          .partTooShort, "work/\(name)", "\(size ?? 0) bytes, expected \(length)"))
    }
    return findings
  }
}
