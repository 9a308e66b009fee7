import Glibc
import Scoring
import Sentiment
import Statistics
import Synchronization
import SystemCalls
import SystemPackage
import Tweets

/// One run of the filter, from open files to the summary.
struct ClassifyRun {
  private let command: Classify
  private let files: [InputFile]

  /// - Throws: `CommandFailure` when a file cannot be opened; nothing has been written by then.
  init(_ command: Classify) throws {
    self.command = command
    files = try command.files.isEmpty ? [.standardInput] : command.files.map(InputFile.init(path:))
    guard command.lockstep, command.lines.reading.format == nil else { return }
    for path in command.files where InputFormat(fileName: path)?.isTable == true {
      throw CommandFailure(
        .usage, "\(path): --lockstep is for JSON Lines and text; the records of a table are not lines")
    }
  }

  /// - Throws: when the output cannot be written, or lines were rejected.
  func run() throws {
    try (command.model.choice.capacity + .pipeline(workers: command.lines.workers)).check()
    let signals = try SignalWatch([SIGINT, SIGTERM], patience: 5000)
    let scorer = try command.model.makeScorer()
    var rendering = try command.lines.rendering(badLines: command.errors.badLines, labels: scorer.labels)
    rendering.isLockstep = command.lockstep
    let reasons =
      try command.explain > 0
      ? WordReasons(command.explain, by: scorer, workers: command.lines.workers) : nil
    let engine = ScoringEngine(
      scorer: scorer, reading: command.lines.reading, rendering: rendering, phrasing: Remedy.byFlag,
      reasons: reasons?.finding)
    if files.contains(where: \.isKeyboard) {
      StandardError.write("animo: reading tweets from the keyboard, one per line; end with Ctrl-D\n")
    }
    let failures = Mutex<[InputError]>([])
    let bar = !command.quiet && StandardError.isTerminal ? ProgressBar(sizes: files.map(\.size)) : nil
    var source = FileSource(
      files.map(\.file), options: engine.reading,
      stop: signals.stop.descriptor
    ) { failure in
      failures.withLock { $0.append(failure) }
      StandardError.write("animo: \(ErrorText.of(failure))\n")
    }
    var sink = OutputSink(
      .standardOutput, name: "standard output", labels: engine.labels,
      faultless: command.errors == .fail ? files.map(\.file.name) : nil, onProgress: { bar?.update($0, $1) })
    let begin = ContinuousClock.now
    defer { bar?.clear() }
    try pipeline(engine).run(source: &source, sink: &sink)
    bar?.clear()
    if !command.quiet {
      summarise(sink.counts, elapsed: ContinuousClock.now - begin)
      if let cost = reasons?.cost { StandardError.write("animo: \(cost)\n") }
    }
    if let signal = signals.received { SignalDescriptor.end(by: signal) }
    try conclude(sink.counts, failures.withLock { $0 })
  }

  private func pipeline(_ engine: ScoringEngine) -> ScoringPipeline {
    ScoringPipeline(engine, workers: command.lines.workers)
  }

  private func summarise(_ counts: Counts, elapsed: Duration) {
    StandardError.write("animo: \(Summary.line(counts, elapsed: elapsed))\n")
  }

  /// Sets the exit status; failures have been reported already.
  private func conclude(_ counts: Counts, _ failures: [InputError]) throws {
    if failures.contains(where: { !$0.isRefusal }) { throw CommandFailure(.ioError) }
    let isRejection = counts.rejectedTotal > 0 && !command.lockstep
    if !failures.isEmpty || isRejection { throw CommandFailure(.dataError) }
  }
}
