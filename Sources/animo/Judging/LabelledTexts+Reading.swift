import Datasets

extension LabelledTexts {
  /// Adds the texts of a corpus, all with the same label.
  ///
  /// - Throws: as `TextCorpus.forEachRecord`.
  mutating func addTexts(of corpus: TextCorpus, label: String) throws -> CorpusCounts {
    try corpus.forEachRecord { record in add(String(decoding: record.text, as: UTF8.self), label: label) }
  }

  /// Adds the texts of a corpus whose lines contain labels: `{"text":"…","label":"…","split":"…"}`.
  ///
  /// - Parameter split: adds only texts with this `split`; nil for all texts.
  /// - Throws: `DatasetError.noLabels` when no line has a label; else as `TextCorpus.forEachRecord`.
  mutating func addRecords(of corpus: TextCorpus, split: String?) throws -> CorpusCounts {
    var hasLabels = false
    let counts = try corpus.forEachRecord { record in
      hasLabels = hasLabels || record.label != nil
      guard split == nil || record.split == split else { return }
      add(String(decoding: record.text, as: UTF8.self), label: record.label ?? "unlabelled")
    }
    guard hasLabels else { throw DatasetError.noLabels(file: name) }
    return counts
  }
}
