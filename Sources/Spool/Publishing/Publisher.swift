internal import Streaming
internal import SystemCalls
internal import SystemPackage

/// Puts finished jobs where everybody sees them: complete files under free names, the inputs out of the way.
///
/// The parts must be on disk before. Outputs are published and synchronised first and inputs moved away after that, so
/// that at every moment, even in a power cut, a job has its input in `work/` or all of its outputs.
struct Publisher: Sendable {
  let directories: SpoolDirectories
  let outputEnding: String

  /// Chooses names that are free in the folders and not in `reserved`, and reserves them.
  func plan(
    _ job: Job, _ outcome: JobBoard.Outcome, _ tally: Tally, hasRejects: Bool,
    reserving reserved: inout Set<FileName>
  ) throws(SystemCallError) -> Publication {
    let names = FinalNames(of: job.name, outputEnding: outputEnding)
    let (out, rejected) = (directories.out, directories.rejected)
    if case .refused(let reason, let detail) = outcome {
      let number = try firstFree(reserving: &reserved) { number in
        [(names.refused(number), rejected), (names.why(number), rejected)]
      }
      return Publication(
        job: job,
        content: .refused(
          input: names.refused(number), why: names.why(number), reason: reason, detail: detail),
        tally: tally)
    }
    let number = try firstFree(reserving: &reserved) { number in
      [(names.output(number), out)] + (hasRejects ? [(names.rejects(number), rejected)] : [])
    }
    return Publication(
      job: job,
      content: .labelled(
        output: names.output(number), rejects: hasRejects ? names.rejects(number) : nil),
      tally: tally)
  }

  /// The first number for which all `wanted` names are free; they are reserved.
  private func firstFree(
    reserving reserved: inout Set<FileName>, _ wanted: (Int) -> [(FileName, Directory)]
  ) throws(SystemCallError) -> Int {
    let number = try FinalNames.firstFree { number throws(SystemCallError) in
      for (name, folder) in wanted(number) {
        if reserved.contains(name) { return false }
        if try folder.status(of: name) != nil { return false }
      }
      return true
    }
    reserved.formUnion(wanted(number).map(\.0))
    return number
  }

  /// Moves everything that `publications` say to its place, and makes that survive a power cut.
  ///
  /// To do it again after a crash is harmless: what is no longer in `work/` has been moved already.
  /// - Throws: `SystemCallError` with `.fileExists` when a name was taken since it was chosen; nothing is overwritten.
  func publish(_ publications: [Publication]) throws(SystemCallError) {
    guard !publications.isEmpty else { return }
    for publication in publications { try publishOutputs(of: publication) }
    if publications.contains(where: \.touchesOut) { try directories.out.synchronize() }
    if publications.contains(where: \.touchesRejected) { try directories.rejected.synchronize() }
    for publication in publications { try moveInput(of: publication) }
    if publications.contains(where: \.touchesOut) { try directories.done.synchronize() }
    if publications.contains(where: \.isRefused) { try directories.rejected.synchronize() }
    try directories.work.synchronize()
  }

  private func publishOutputs(of publication: Publication) throws(SystemCallError) {
    let job = publication.job
    switch publication.content {
    case .labelled(let output, let rejects):
      if let rejects { try move(job.partName(.rejects), to: directories.rejected, as: rejects) }
      try move(job.partName(.labels), to: directories.out, as: output)
    case .refused(_, let why, _, _):
      try move(job.partName(.why), to: directories.rejected, as: why)
    }
  }

  private func moveInput(of publication: Publication) throws(SystemCallError) {
    let job = publication.job
    switch publication.content {
    case .labelled: try move(job.claimedName, to: directories.done, as: job.doneName)
    case .refused(let input, _, _, _): try move(job.claimedName, to: directories.rejected, as: input)
    }
  }

  private func move(_ name: FileName, to folder: Directory, as newName: FileName) throws(SystemCallError) {
    do {
      try directories.work.move(name, to: folder, as: newName)
    } catch {
      guard error.reason == .noSuchFileOrDirectory else { throw error }
    }
  }
}

extension Publication {
  fileprivate var isRefused: Bool {
    if case .refused = content { true } else { false }
  }

  fileprivate var touchesOut: Bool { !isRefused }

  fileprivate var touchesRejected: Bool {
    if case .labelled(_, let rejects) = content { rejects != nil } else { true }
  }
}
