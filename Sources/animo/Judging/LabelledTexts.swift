import Datasets
import Evaluation

/// Labelled texts, restricted to the labels that a model knows.
struct LabelledTexts: Sendable {
  /// Their name in reports.
  let name: String
  private(set) var texts: [String] = []
  /// The index of each text's label among the model's.
  private(set) var truths: [Int] = []
  /// Where each text comes from, as its record says; nil where it does not.
  private(set) var countries: [String?] = []
  /// The number of skipped texts for each label that the model does not know.
  private(set) var leftOut: [String: Int] = [:]
  /// The number of texts taken out because the model gives them no label.
  private(set) var unjudged = 0

  private let labels: LabelSet

  /// - Parameters:
  ///   - labels: the model's.
  ///   - aliases: other names for some of them.
  init(name: String, labels: [String], aliases: [String: String] = [:]) {
    self.name = name
    self.labels = LabelSet(labels, aliases: aliases)
  }

  /// Adds a text, or counts it as skipped if the model does not know its label.
  mutating func add(_ text: String, label: String, country: String? = nil) {
    guard let truth = labels.index(of: label) else {
      leftOut[label, default: 0] += 1
      return
    }
    texts.append(text)
    truths.append(truth)
    countries.append(country)
  }

  /// The number of texts with labels that the model does not know.
  var otherLabelTotal: Int { leftOut.values.reduce(0, +) }

  /// The number of texts that are not among `texts`, for either reason.
  var leftOutTotal: Int { otherLabelTotal + unjudged }

  /// Takes out texts to which the model gives no label, and counts them.
  ///
  /// - Parameter isLabelled: for each text, whether it stays.
  mutating func keep(_ isLabelled: [Bool]) {
    precondition(isLabelled.count == texts.count, "each text stays or goes")
    let kept = texts.indices.filter { isLabelled[$0] }
    unjudged += texts.count - kept.count
    (texts, truths, countries) = (
      kept.map { texts[$0] }, kept.map { truths[$0] }, kept.map { countries[$0] }
    )
  }
}

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
  /// - Throws: `CommandFailure` when no line has a label (probabilities do not count); else as
  ///   `TextCorpus.forEachRecord`.
  mutating func addRecords(of corpus: TextCorpus, split: String?) throws -> CorpusCounts {
    var hasLabels = false
    let counts = try corpus.forEachRecord(others: [["country", "country_code"]]) { record in
      hasLabels = hasLabels || record.label != nil
      guard split == nil || record.split == split else { return }
      add(
        String(decoding: record.text, as: UTF8.self), label: record.label ?? "unlabelled",
        country: record.others[0])
    }
    guard hasLabels else {
      throw CommandFailure(
        .dataError, "\(name): no line has a label; each needs \"label\": \"positive\" or another one")
    }
    return counts
  }
}

/// Labelled texts with the predictions of the model.
struct JudgedTexts: Sendable {
  let texts: LabelledTexts
  /// One for each text.
  let judgements: [Judgement]
  let report: Report
}

/// The evaluated model, as described in the reports.
struct JudgedModel: Sendable {
  let name: String
  let labels: [String]
  /// The label whose probability is the score of AUC and histogram.
  let positive: Int
  /// The label from which AUC separates it; nil for all others.
  let negative: Int?
  let cleaning: String
  let kernels: String
  /// The temperature by which the model already divides its logits.
  let temperature: Double
}
