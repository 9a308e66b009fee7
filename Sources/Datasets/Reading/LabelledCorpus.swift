package import Streaming
internal import SystemPackage

/// Texts of known class: the case study's files of one class each, and files whose lines name theirs.
///
/// ```swift
/// var corpus = LabelledCorpus(positive: ["positive.txt"], negative: ["negative.txt"])
/// corpus.add("gold.jsonl")            // {"text":…, "label":"positive", "split":"train"}
/// corpus.splits = ["train", "dev"]
/// let (examples, counts) = try corpus.examples()
/// ```
package struct LabelledCorpus: Sendable {
  /// A file, and the class of all its texts; nil when each line names its own.
  package struct Source: Sendable {
    package let file: FileSource.File
    package let label: TextClass?
  }

  /// What is read, in order.
  package private(set) var sources: [Source] = []
  /// The values of `split` that are wanted; nil for all. Texts without a split are always wanted.
  package var splits: Set<String>?
  /// How files are read.
  package var reading = ReadingOptions()
  /// What becomes of lines without a usable text.
  package var badLines = TextCorpus.BadLines.fail

  /// A corpus of the files at some paths; `labelled` ones name the class in each line.
  package init(positive: [String] = [], negative: [String] = [], labelled: [String] = []) {
    for path in positive { add(path, label: .positive) }
    for path in negative { add(path, label: .negative) }
    for path in labelled { add(path) }
  }

  /// Adds a file whose texts are all of the class `label`, or whose lines name it.
  package mutating func add(_ path: String, label: TextClass? = nil) {
    sources.append(Source(file: .path(FilePath(path)), label: label))
  }

  /// All examples at once, in the order of the files.
  ///
  /// - Throws: as `forEachExample`.
  package func examples() throws -> (examples: [LabelledExample], counts: LabelledCounts) {
    var examples: [LabelledExample] = []
    let counts = try forEachExample { examples.append($0) }
    return (examples, counts)
  }

  /// Calls `body` with each example, in the order of the files.
  ///
  /// Left out and counted are texts of another split, and those whose label is neither positive nor negative.
  /// - Throws: `InputError` for a file that cannot be read, `DatasetError` for a bad line or a file without
  ///   any label, and what `body` throws.
  package func forEachExample(
    onProgress: (CorpusProgress) -> Void = { _ in }, _ body: (LabelledExample) throws -> Void
  ) throws -> LabelledCounts {
    var corpus = TextCorpus(sources.map(\.file))
    (corpus.reading, corpus.badLines) = (reading, badLines)
    var counts = LabelledCounts(files: sources.count)
    let read = try corpus.forEachRecord(onProgress: onProgress) { record in
      if let example = example(record, counts: &counts) { try body(example) }
    }
    counts.corpus = read
    for (index, source) in sources.enumerated() where source.label == nil && read.files[index].texts > 0 {
      guard counts.files[index].hasLabels else { throw DatasetError.noLabels(file: source.file.name) }
    }
    return counts
  }

  private func example(_ record: CorpusRecord, counts: inout LabelledCounts) -> LabelledExample? {
    if record.label != nil { counts.files[record.file].hasLabels = true }
    if let splits, let split = record.split, !splits.contains(split) {
      counts.files[record.file].otherSplits += 1
      return nil
    }
    guard let label = sources[record.file].label ?? record.label.flatMap(TextClass.init(label:)) else {
      counts.files[record.file].otherLabels += 1
      return nil
    }
    counts.files[record.file].add(label)
    return LabelledExample(text: record.text, label: label, author: record.author)
  }
}
