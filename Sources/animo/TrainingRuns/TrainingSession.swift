import Glibc
import SystemCalls
import SystemPackage
import Training

/// The surroundings of a training: the working folder, the progress bar and the handling of Ctrl-C.
struct TrainingSession {
  /// Name of the log in the folder.
  static let logName = "log.jsonl"

  let ulmfit: ULMFiT
  private let folder: FilePath
  private let bar: StageBar
  private let signals: SignalWatch

  /// - Parameters:
  ///   - path: the folder; created if it does not exist, and locked as long as the session lasts.
  ///   - resumes: whether to continue the training in the folder; otherwise it must not contain one.
  ///   - stop: requested by the first signal.
  /// - Throws: `CommandFailure` when the folder cannot be used.
  init(at path: String, resumes: Bool, stop: StopRequest = StopRequest()) throws {
    // Training saves after the current minibatch: seconds at most, but a checkpoint is large.
    signals = try SignalWatch([SIGINT, SIGTERM], patience: 60_000) { stop.request() }
    folder = FilePath(path)
    do {
      try Directory.make(at: folder, mode: [.ownerReadWriteExecute, .groupReadExecute, .otherReadExecute])
      let directory = try Directory(folder)
      try Self.lock(directory)
      // An empty log is that of a run that ended before it trained anything.
      if !resumes, try (directory.status(of: FileName(Self.logName))?.size ?? 0) > 0 {
        throw CommandFailure(
          .cannotCreate,
          "\(path): this folder contains an earlier training; continue it with --resume, or name another folder"
        )
      }
      let bar = StageBar()
      self.bar = bar
      ulmfit = ULMFiT(
        in: directory, log: try TrainingLog(folder.appending(Self.logName), continuing: resumes),
        resumes: resumes, stop: stop, report: { bar.update($0) },
        say: { line in
          bar.clear()
          StandardError.write("animo: \(line)\n")
        })
    } catch let error as SystemCallError {
      throw CommandFailure(.cannotCreate, "\(error)")
    }
  }

  /// Two trainings would mix their lines in the log, and remove each other's unfinished checkpoints.
  ///
  /// - Throws: `CommandFailure` that names the process training in the folder.
  private static func lock(_ directory: Directory) throws(CommandFailure) {
    // Some network file systems lock no directories; there it is left to the user.
    guard let isFree = try? directory.lock(), !isFree else { return }
    let holder = LockHolder.process(locking: directory.path).map { "process \($0)" } ?? "another process"
    throw CommandFailure(
      .temporaryFailure,
      "\(directory.path): \(holder) is training in this folder; wait for it to end, or name another folder")
  }

  /// The path of something in the folder.
  func path(_ name: String) -> String { folder.appending(name).string }

  /// The best states of the stages.
  var stageModels: StageModels { StageModels(path: path("best")) }

  /// Trains, draws the curves, and ends the process by the signal that stopped it.
  func run<Result>(_ training: (ULMFiT) throws -> Result) throws -> Result {
    defer { bar.clear() }
    do {
      let result = try training(ulmfit)
      bar.clear()
      try writeReport()
      return result
    } catch let stopped as TrainingStopped {
      bar.clear()
      StandardError.write("animo: \(ErrorText.of(stopped))\n")
      try writeReport()
      SignalDescriptor.end(by: signals.received ?? SIGINT)
    }
  }

  /// Fails if a stage has diverged; called when the model is written, from the best state of that stage.
  ///
  /// - Throws: `CommandFailure` that names the stages.
  func requireConvergence() throws {
    let diverged = try history().stages.filter {
      $0.divergence != nil
    }
    guard !diverged.isEmpty else { return }
    throw CommandFailure(
      .dataError,
      "diverged: \(diverged.map(\.stage).joined(separator: ", ")); the model was written from the best state before "
        + "that; train anew with a lower rate")
  }

  /// Judges the held-out tweets by the finished classifier, and writes them and the page with them.
  ///
  /// - Parameters:
  ///   - request: the request that the classifier was trained by.
  ///   - model: its folder.
  func writeHeldOut(_ request: ClassifierRequest, judgedBy model: String) throws {
    // Pipes have been read.
    for file in request.sources.flatMap(\.files) + request.validation
    where (try? Stat(FilePath(file.path)).type) != .regular {
      return ulmfit.say("\(HeldOutTweets.name) is not written, as \(file.path) cannot be read again")
    }
    let heldOut = try HeldOutTweets(request, judgedBy: model)
    let history = try history()
    guard Self.isDivided(heldOut, as: history) else {
      return ulmfit.say("\(HeldOutTweets.name) is not written, as the files of tweets have changed meanwhile")
    }
    do {
      let files = [
        (HeldOutTweets.name, heldOut.lines),
        (TrainingReport.pageName, TrainingReport(history, title: title, heldOut).page),
      ]
      for (name, text) in files {
        try Directory(folder).replace(
          FileName(name), with: Array(text.utf8).span, mode: [.ownerReadWrite, .groupRead, .otherRead])
      }
    } catch {
      throw CommandFailure(.cannotCreate, "\(error)")
    }
    ulmfit.say(
      "\(NumberText.grouped(heldOut.texts.count)) held-out tweets and the report are in \(path(TrainingReport.pageName))"
    )
  }

  /// Whether there are as many tweets on either side as when they were learnt from: a file that has grown
  /// since is divided in another way.
  private static func isDivided(_ heldOut: HeldOutTweets, as history: TrainingHistory) -> Bool {
    let texts = history.texts.last { ["classifier", ULMFiT.wideStage].contains($0.stage) }
    guard let counts = texts?.counts else { return true }
    return counts.learnt.texts == heldOut.learnt && counts.judged.texts == heldOut.texts.count
  }

  private func writeReport() throws {
    let history = try history()
    if !history.stages.isEmpty { try TrainingReport(history, title: title).write(to: folder) }
  }

  private func history() throws -> TrainingHistory {
    try TrainingHistory(log: folder.appending(Self.logName))
  }

  /// Of the report.
  private var title: String { "Training in \(folder.lastComponent?.string ?? folder.string)" }
}
