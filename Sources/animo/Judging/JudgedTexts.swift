import Evaluation

/// Labelled texts with what the model says of them.
struct JudgedTexts: Sendable {
  let texts: LabelledTexts
  /// One for each text.
  let judgements: [Judgement]
  let report: Report
}

/// The model that judged, and what the reports say of it.
struct JudgedModel: Sendable {
  let name: String
  let labels: [String]
  /// The label whose probability is the score of AUC and histogram.
  let positive: Int
  let cleaning: String
  let kernels: String
  /// What it divides its logits by already.
  let temperature: Double
}
