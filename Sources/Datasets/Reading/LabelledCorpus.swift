internal import SystemPackage
package import Tweets

/// Texts whose labels are known: files of one label each, and files whose lines name theirs.
///
/// ```swift
/// var corpus = LabelledCorpus(labels: LabelSet(["negative", "neutral", "positive"]))
/// corpus.add("positive.txt", label: "positive", onlyOdds: true)
/// corpus.add("gold.jsonl")            // {"text":…, "label":"neutral", "split":"train"}
/// corpus.add("soft.jsonl")            // {"text":…, "p":{"negative":0.1, "neutral":0.2, "positive":0.7}}
/// corpus.splits = ["train", "dev"]
/// let (examples, counts) = try corpus.examples()
/// ```
package struct LabelledCorpus: Sendable {
  /// A file, and what is known of its texts.
  package struct Source: Sendable {
    package let file: FileSource.File
    /// The label of all texts; nil when each line names its own.
    package let label: String?
    /// Whether labels say nothing of those other than positive and negative; see `LabelSet.odds`.
    package let onlyOdds: Bool
  }

  /// The labels of the model that is to learn.
  package let labels: LabelSet
  /// What is read, in order.
  package private(set) var sources: [Source] = []
  /// The values of `split` that are wanted; nil for all. Texts without a split are always wanted.
  package var splits: Set<String>?
  /// How files are read.
  package var reading = ReadingOptions()
  /// How lines without a usable text are handled.
  package var badLines = TextCorpus.BadLines.fail

  /// A corpus without files.
  package init(labels: LabelSet = .negativeAndPositive) {
    self.labels = labels
  }

  /// Adds a file whose texts all have the label `label`, or whose lines name it.
  package mutating func add(_ path: String, label: String? = nil, onlyOdds: Bool = false) {
    sources.append(Source(file: .path(FilePath(path)), label: label, onlyOdds: onlyOdds))
  }

  /// All examples, in the order of the files.
  ///
  /// - Throws: as `forEachExample`.
  package func examples() throws -> (examples: [LabelledExample], counts: LabelledCounts) {
    var examples: [LabelledExample] = []
    let counts = try forEachExample { examples.append($0) }
    return (examples, counts)
  }

  /// Calls `body` with each example, in the order of the files.
  ///
  /// Left out and counted are texts of another split, and those with a label that the model does not have.
  /// - Throws: `InputError` for a file that cannot be read, `DatasetError` for a bad line or a file without
  ///   any label, and what `body` throws.
  package func forEachExample(
    onProgress: (CorpusProgress) -> Void = { _ in }, _ body: (LabelledExample) throws -> Void
  ) throws -> LabelledCounts {
    var corpus = TextCorpus(sources.map(\.file))
    (corpus.reading, corpus.badLines) = (reading, badLines)
    var counts = LabelledCounts(files: sources.count, labels: labels.count)
    let read = try corpus.forEachRecord(onProgress: onProgress) { record in
      if let example = try example(record, counts: &counts) { try body(example) }
    }
    counts.corpus = read
    for (index, source) in sources.enumerated() where source.label == nil && read.files[index].texts > 0 {
      guard counts.files[index].hasLabels else { throw DatasetError.noLabels(file: source.file.name) }
    }
    return counts
  }

  private func example(
    _ record: CorpusRecord, counts: inout LabelledCounts
  ) throws(DatasetError) -> LabelledExample? {
    if record.label != nil || record.probabilities != nil { counts.files[record.file].hasLabels = true }
    if let splits, let split = record.split, !splits.contains(split) {
      counts.files[record.file].otherSplits += 1
      return nil
    }
    let known: Target?
    do { known = try target(of: record, from: sources[record.file]) } catch {
      try reject(record, error, counts: &counts)
      return nil
    }
    guard let target = known else {
      counts.files[record.file].otherLabels += 1
      return nil
    }
    counts.files[record.file].labels[target.likeliest] += 1
    return LabelledExample(text: record.text, target: target, author: record.author)
  }

  private func reject(
    _ record: CorpusRecord, _ error: ProbabilityError, counts: inout LabelledCounts
  ) throws(DatasetError) {
    guard badLines == .leaveOut else {
      throw DatasetError.badProbabilities(
        file: sources[record.file].file.name, line: record.line, reason: error.reason)
    }
    counts.files[record.file].rejected += 1
    guard counts.files[record.file].firstRejection == nil else { return }
    counts.files[record.file].firstRejection = "line \(record.line), \"p\": \(error.reason)"
  }

  private func target(of record: CorpusRecord, from source: Source) throws(ProbabilityError) -> Target? {
    if source.label == nil, let probabilities = record.probabilities {
      return try labels.distribution(probabilities)
    }
    guard let label = (source.label ?? record.label).flatMap(labels.index(of:)) else { return nil }
    return source.onlyOdds || record.onlyOdds ? labels.odds(label) : .label(label)
  }
}

/// A labelled text, for training and evaluating a classifier.
package struct LabelledExample: Equatable, Sendable {
  /// The text, well-formed UTF-8, not cleaned.
  package var text: [UInt8]
  /// Its label, as far as it is known.
  package var target: Target
  /// Its author, if known.
  package var author: String?

  /// An example.
  package init(text: [UInt8], target: Target, author: String? = nil) {
    self.text = text
    self.target = target
    self.author = author
  }
}

/// What was read of a labelled corpus, file by file.
package struct LabelledCounts: Equatable, Sendable {
  /// What was read of one file.
  package struct File: Equatable, Sendable {
    /// The number of examples by their most probable label.
    package internal(set) var labels: [Int]
    /// Texts without a label, or with an unknown one.
    package internal(set) var otherLabels = 0
    /// Texts of other splits.
    package internal(set) var otherSplits = 0
    /// Texts skipped because of invalid probabilities.
    package internal(set) var rejected = 0
    /// The first of these, with the reason; nil if there is none.
    package internal(set) var firstRejection: String?
    /// Whether any line has a label.
    var hasLabels = false
  }

  /// The files in the order in which they were read.
  package internal(set) var files: [File]
  /// What was read of their lines.
  package internal(set) var corpus = CorpusCounts()

  init(files count: Int, labels: Int) {
    files = Array(repeating: File(labels: Array(repeating: 0, count: labels)), count: count)
  }

  /// The examples of all files.
  package var examples: Int { files.reduce(0) { $0 + $1.labels.reduce(0, +) } }
}
