import Datasets
import Training
import Tweets

/// Options for reading the files of corpora, from the command line or a recipe.
struct CorpusReading: Sendable {
  var options = ReadingOptions()
  /// The treatment of lines without usable text.
  var badLines = TextCorpus.BadLines.fail
  /// Ends reading with `TrainingStopped` on request; nil if reading cannot be stopped.
  var stop: StopRequest?
  /// Whether to keep counts and skipped lines to itself.
  var isQuiet = false

  /// Writes a line on standard error.
  func tell(_ line: String) {
    if !isQuiet { StandardError.write("animo: \(line)\n") }
  }

  /// A corpus of the files at `paths`; `-` is standard input.
  ///
  /// - Throws: `CommandFailure` when one does not exist, may not be read or is a folder.
  func corpus(_ paths: [String]) throws -> TextCorpus {
    var corpus = try TextCorpus(paths.map { try InputFile(path: $0).file })
    (corpus.reading, corpus.badLines) = (options, badLines)
    return corpus
  }

  /// Calls `body` with each text of `corpus`, shows a progress bar and reports skipped lines.
  ///
  /// - Throws: what reading throws; `DatasetError.noTexts` when there is nothing.
  @discardableResult
  func forEachText(of corpus: TextCorpus, _ body: (Span<UInt8>) throws -> Void) throws -> CorpusCounts {
    try walk(corpus) { onProgress in
      try corpus.forEachText(onProgress: onProgress) { text in
        try endIfWished()
        try body(text)
      }
    }
  }

  /// The same, with the other fields of each line.
  @discardableResult
  func forEachRecord(of corpus: TextCorpus, _ body: (CorpusRecord) throws -> Void) throws -> CorpusCounts {
    try walk(corpus) { onProgress in
      try corpus.forEachRecord(onProgress: onProgress) { record in
        try endIfWished()
        try body(record)
      }
    }
  }

  /// Calls `body` with each example of files with a single label, or with a label on each line.
  ///
  /// - Parameters:
  ///   - splits: the wanted values of `split`; nil for all.
  ///   - labels: the labels of the model to train.
  /// - Throws: as `corpus` and `forEachText`; `DatasetError.noLabels`.
  func forEachExample(
    of files: [LabelledFile], splits: Set<String>? = nil, labels: LabelSet,
    _ body: (LabelledExample) throws -> Void
  ) throws {
    var corpus = LabelledCorpus(labels: labels)
    for file in files {
      _ = try InputFile(path: file.path)
      corpus.add(file.path, label: file.label, onlyOdds: file.onlyOdds)
    }
    (corpus.reading, corpus.badLines, corpus.splits) = (options, badLines, splits)
    let bar = CorpusBar()
    defer { bar.clear() }
    let counts = try corpus.forEachExample(onProgress: bar.update) { example in
      try endIfWished()
      try body(example)
    }
    bar.clear()
    guard !isQuiet else { return }
    Self.tellOfRejected(counts.corpus)
    for (file, read) in zip(counts.files, counts.corpus.files) {
      if let first = file.firstRejection { Self.tell(of: file.rejected, in: read.name, first: first) }
      guard file.otherLabels > 0 else { continue }
      tell(
        "\(read.name): texts left out for their label, or for want of one: "
          + "\(NumberText.grouped(file.otherLabels)); the labels are \(labels.names.joined(separator: ", "))")
    }
  }

  /// Reports skipped lines on standard error.
  static func tellOfRejected(_ counts: CorpusCounts) {
    for file in counts.files {
      guard let first = file.firstRejection else { continue }
      tell(
        of: file.rejected, in: file.name,
        first: "line \(first.line), \(first.rejection.detail(Remedy.byFlag))")
    }
  }

  private static func tell(of rejected: Int, in file: String, first: String) {
    StandardError.write(
      "animo: \(file): lines left out: \(NumberText.grouped(rejected)); the first: \(first)\n")
  }

  private func walk(
    _ corpus: TextCorpus, _ read: ((CorpusProgress) -> Void) throws -> CorpusCounts
  ) throws -> CorpusCounts {
    let bar = CorpusBar()
    defer { bar.clear() }
    let counts = try read(bar.update)
    bar.clear()
    if !isQuiet { Self.tellOfRejected(counts) }
    guard counts.texts > 0 else { throw DatasetError.noTexts(files: corpus.files.map(\.name)) }
    return counts
  }

  /// Ends reading after a request to stop.
  private func endIfWished() throws {
    if stop?.isRequested == true { throw TrainingStopped(stage: "reading") }
  }
}

/// A file of texts with one label or, if `label` is nil, with a label on each line.
struct LabelledFile: Equatable, Sendable {
  var path: String
  var label: String?
  /// Whether labels give only the odds between positive and negative.
  var onlyOdds = false
}

/// The progress bar of a corpus being read, if standard error is a terminal.
struct CorpusBar {
  private let bar = StandardError.isTerminal ? ProgressBar() : nil

  func update(_ progress: CorpusProgress) { bar?.update(progress.texts, "text", share: progress.share) }
  func clear() { bar?.clear() }
}
