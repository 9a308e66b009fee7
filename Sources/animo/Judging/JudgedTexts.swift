import Evaluation

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
