import Datasets
import Streaming
import Training

/// How the files of corpora are read: what options and recipes say, as a value.
struct CorpusReading: Sendable {
  var options = ReadingOptions()
  /// What becomes of lines that hold no usable text.
  var badLines = TextCorpus.BadLines.fail
  /// Ends reading with `TrainingStopped` when somebody wishes that; nil where nobody can.
  var stop: StopRequest?

  /// A corpus of the files at `paths`; `-` is standard input.
  ///
  /// - Throws: `CommandFailure` when one does not exist, may not be read or is a folder.
  func corpus(_ paths: [String]) throws -> TextCorpus {
    var corpus = try TextCorpus(paths.map { try InputFile(path: $0).file })
    (corpus.reading, corpus.badLines) = (options, badLines)
    return corpus
  }

  /// Calls `body` with each text of `corpus`, with a progress bar, and tells of the lines that were left out.
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

  /// The same with what each line says about its text.
  @discardableResult
  func forEachRecord(of corpus: TextCorpus, _ body: (CorpusRecord) throws -> Void) throws -> CorpusCounts {
    try walk(corpus) { onProgress in
      try corpus.forEachRecord(onProgress: onProgress) { record in
        try endIfWished()
        try body(record)
      }
    }
  }

  /// The examples of files of one class each, or of files whose lines name theirs.
  ///
  /// - Parameter splits: the wanted values of `split`; nil for all.
  /// - Throws: as `corpus` and `forEachText`; `DatasetError.noLabels`.
  func examples(of files: [LabelledFile], splits: Set<String>? = nil) throws -> [LabelledExample] {
    var corpus = LabelledCorpus()
    for file in files {
      _ = try InputFile(path: file.path)
      corpus.add(file.path, label: file.label)
    }
    (corpus.reading, corpus.badLines, corpus.splits) = (options, badLines, splits)
    var examples: [LabelledExample] = []
    let bar = CorpusBar()
    defer { bar.clear() }
    let counts = try corpus.forEachExample(onProgress: bar.update) { example in
      try endIfWished()
      examples.append(example)
    }
    bar.clear()
    Self.tellOfRejected(counts.corpus)
    return examples
  }

  /// Says on standard error which lines were left out.
  static func tellOfRejected(_ counts: CorpusCounts) {
    for file in counts.files {
      guard let first = file.firstRejection else { continue }
      StandardError.write(
        "animo: \(file.name): lines left out: \(NumberText.grouped(file.rejected)); the first: \(first)\n")
    }
  }

  private func walk(
    _ corpus: TextCorpus, _ read: ((CorpusProgress) -> Void) throws -> CorpusCounts
  ) throws -> CorpusCounts {
    let bar = CorpusBar()
    defer { bar.clear() }
    let counts = try read(bar.update)
    bar.clear()
    Self.tellOfRejected(counts)
    guard counts.texts > 0 else { throw DatasetError.noTexts(files: corpus.files.map(\.name)) }
    return counts
  }

  /// Ends reading when somebody wishes that.
  private func endIfWished() throws {
    if stop?.isRequested == true { throw TrainingStopped(stage: "reading") }
  }
}

/// A file of texts of one class, or, where `label` is nil, of lines that name their classes.
struct LabelledFile: Equatable, Sendable {
  var path: String
  var label: TextClass?
}

/// The progress bar of a corpus that is being read; only when somebody is looking.
struct CorpusBar {
  private let bar = StandardError.isTerminal ? ProgressBar() : nil

  func update(_ progress: CorpusProgress) { bar?.update(progress.texts, "texts", share: progress.share) }
  func clear() { bar?.clear() }
}
