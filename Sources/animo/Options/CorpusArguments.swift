import ArgumentParser
import Datasets
import Streaming

/// How the corpora of the workshop are read.
struct CorpusArguments: ParsableArguments {
  @OptionGroup var inputs: InputArguments

  @Flag(help: "Leave out lines that hold no usable text, and count them, in place of stopping at the first.")
  var skipBadLines = false

  /// A corpus of the files at `paths`; `-` is standard input.
  ///
  /// - Throws: `CommandFailure` when one does not exist, may not be read or is a folder.
  func corpus(_ paths: [String]) throws -> TextCorpus {
    var corpus = try TextCorpus(paths.map { try InputFile(path: $0).file })
    corpus.reading = inputs.reading
    corpus.badLines = skipBadLines ? .leaveOut : .fail
    return corpus
  }

  /// Calls `body` with each text of `corpus`, with a progress bar, and tells of the lines that were left out.
  ///
  /// - Throws: what reading throws; `DatasetError.noTexts` when there is nothing.
  func forEachText(of corpus: TextCorpus, _ body: (Span<UInt8>) throws -> Void) throws -> CorpusCounts {
    let bar = CorpusBar()
    defer { bar.clear() }
    let counts = try corpus.forEachText(onProgress: bar.update, body)
    bar.clear()
    Self.tellOfRejected(counts)
    guard counts.texts > 0 else { throw DatasetError.noTexts(files: corpus.files.map(\.name)) }
    return counts
  }

  /// Says on standard error which lines were left out.
  static func tellOfRejected(_ counts: CorpusCounts) {
    for file in counts.files {
      guard let first = file.firstRejection else { continue }
      StandardError.write(
        "animo: \(file.name): lines left out: \(NumberText.grouped(file.rejected)); the first: \(first)\n")
    }
  }
}

/// The progress bar of a corpus that is being read; only when somebody is looking.
struct CorpusBar {
  private let bar = StandardError.isTerminal ? ProgressBar() : nil

  func update(_ progress: CorpusProgress) { bar?.update(progress.texts, "texts", share: progress.share) }
  func clear() { bar?.clear() }
}
