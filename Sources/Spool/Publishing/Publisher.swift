internal import JSON
internal import Ledger
internal import SystemCalls
internal import SystemPackage

/// Publishes committed jobs: moves complete files to their final names, and inputs to `done/`.
///
/// Everything can be repeated after a crash: a file that is no longer in `work/` has been moved already, as nothing
/// else moves files there.
struct Publisher: Sendable {
  /// A file to be moved out of `work/`.
  private struct Move {
    let source: FileName
    let folder: Directory
    let name: FileName
    /// Its final name in the job's record.
    let field: WritableKeyPath<JobRecord.FinalNames, FileName?>
  }

  let directories: SpoolDirectories
  let outputEnding: String
  let quarantine: Quarantine

  /// Chooses and reserves names for `record` that are free in the folders and not in `reserved`.
  func chooseNames(
    for record: inout JobRecord, reserving reserved: inout Set<FileName>
  ) throws(SystemCallError) {
    let names = NamingScheme(of: record.name, outputEnding: outputEnding)
    let (out, rejected) = (directories.out, directories.rejected)
    if record.refusal != nil {
      let number = try firstFree(reserving: &reserved) { number in
        [(names.refused(number), rejected), (names.why(number), rejected)]
      }
      record.finalNames = .init(kept: names.refused(number), why: names.why(number))
    } else {
      let hasRejects = record.checkpoint.rejectsLength > 0
      let number = try firstFree(reserving: &reserved) { number in
        [(names.output(number), out)] + (hasRejects ? [(names.rejects(number), rejected)] : [])
      }
      record.finalNames = .init(
        output: names.output(number), rejects: hasRejects ? names.rejects(number) : nil)
    }
  }

  /// Chooses other names for files of `record` that have not been moved yet and whose names have been taken.
  func replaceTakenNames(of record: inout JobRecord) throws(SystemCallError) {
    let names = NamingScheme(of: record.name, outputEnding: outputEnding)
    for move in moves(of: record) where try directories.work.status(of: move.source) != nil {
      guard try move.folder.status(of: move.name) != nil else { continue }
      let candidate: (Int) -> FileName = { number in
        switch move.field {
        case \.output: names.output(number)
        case \.rejects: names.rejects(number)
        case \.kept: names.refused(number)
        default: names.why(number)
        }
      }
      let number = try NamingScheme.firstFree { number throws(SystemCallError) in
        try move.folder.status(of: candidate(number)) == nil
      }
      record.finalNames[keyPath: move.field] = candidate(number)
    }
  }

  /// Moves all files of `record` to their final names.
  ///
  /// - Throws: `SystemCallError` with `.fileExists` if a name has been taken since; nothing is overwritten.
  func publish(_ record: JobRecord) throws(SystemCallError) {
    for move in moves(of: record) { try perform(move.source, move.folder, move.name) }
    let job = record.job
    if record.refusal == nil {
      try perform(job.claimedName, directories.done, job.doneName)
    } else {
      try JobOutput.remove(job, from: directories.work)
    }
  }

  /// Syncs the folders of the files published for `records`.
  func synchronize(after records: [JobRecord]) throws(SystemCallError) {
    if records.contains(where: { $0.refusal == nil }) {
      try directories.out.synchronize()
      try directories.done.synchronize()
    }
    if records.contains(where: { $0.finalNames.rejects != nil || $0.refusal != nil }) {
      try directories.rejected.synchronize()
    }
    try directories.work.synchronize()
  }

  /// The first number for which all `wanted` names are free; they are reserved.
  private func firstFree(
    reserving reserved: inout Set<FileName>, _ wanted: (Int) -> [(FileName, Directory)]
  ) throws(SystemCallError) -> Int {
    let number = try NamingScheme.firstFree { number throws(SystemCallError) in
      for (name, folder) in wanted(number) {
        if reserved.contains(name) { return false }
        if try folder.status(of: name) != nil { return false }
      }
      return true
    }
    reserved.formUnion(wanted(number).map(\.0))
    return number
  }

  private func moves(of record: JobRecord) -> [Move] {
    let job = record.job
    let (names, out, rejected) = (record.finalNames, directories.out, directories.rejected)
    var moves: [Move] = []
    if let name = names.rejects {
      moves.append(Move(source: job.partName(.rejects), folder: rejected, name: name, field: \.rejects))
    }
    if let name = names.output {
      moves.append(Move(source: job.partName(.labels), folder: out, name: name, field: \.output))
    }
    if let name = names.why {
      moves.append(Move(source: job.partName(.why), folder: rejected, name: name, field: \.why))
    }
    if let name = names.kept {
      moves.append(Move(source: job.claimedName, folder: rejected, name: name, field: \.kept))
    }
    return moves
  }

  private func perform(
    _ source: FileName, _ folder: Directory, _ name: FileName
  ) throws(SystemCallError) {
    // Anything else would be a trap for readers: it stays in work/, where animo fsck finds it.
    if let status = try directories.work.status(of: source) {
      guard status.type == .regular, quarantine.disarm(source, status) else { return }
    }
    do {
      try directories.work.move(source, to: folder, as: name)
    } catch {
      // Already moved, unless the folder itself is gone.
      guard error.reason == .noSuchFileOrDirectory, try directories.work.status(of: source) == nil else {
        throw error
      }
    }
  }
}

/// Why a whole file was refused: what `rejected/<name>.why.json` says.
struct RefusalNote {
  let job: Job
  /// A keyword for scripts, one of those in `SpoolProtocol.md`.
  let reason: String
  /// A sentence for people, without text from tweets.
  let detail: String

  /// The file's text.
  var text: String {
    JSONValue.object([
      ("src", .string(job.name.description)), ("job", .string(job.id)), ("reason", .string(reason)),
      ("detail", .string(detail)), ("time", .string(UTCTime.now.rfc3339)),
    ]).line + "\n"
  }

  /// Writes and syncs the text as a part of the job, replacing that of an earlier attempt.
  func write(into work: Directory) throws(SystemCallError) {
    let name = job.partName(.why)
    do {
      try work.remove(name)
    } catch {
      guard error.reason == .noSuchFileOrDirectory else { throw error }
    }
    let subject = "\(work.path)/\(name)"
    let file = try work.create(name, mode: [.ownerReadWrite, .groupRead])
    defer { try? file.close() }
    let bytes = Array(text.utf8)
    try file.write(all: bytes.span, to: subject)
    try file.synchronizeData(subject)
  }
}
