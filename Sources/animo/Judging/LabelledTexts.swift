/// Labelled texts, restricted to the labels that a model knows.
struct LabelledTexts: Sendable {
  /// Their name in reports.
  let name: String
  private(set) var texts: [String] = []
  /// The index of each text's label among the model's.
  private(set) var truths: [Int] = []
  /// The number of skipped texts for each label that the model does not know.
  private(set) var leftOut: [String: Int] = [:]

  private let labels: [String]
  private let aliases: [String: String]

  /// - Parameters:
  ///   - labels: the model's.
  ///   - aliases: other names for some of them.
  init(name: String, labels: [String], aliases: [String: String] = [:]) {
    self.name = name
    self.labels = labels
    self.aliases = aliases
  }

  /// Adds a text, or counts it as skipped if the model does not know its label.
  mutating func add(_ text: String, label: String) {
    guard let truth = labels.firstIndex(of: aliases[label] ?? label) else {
      leftOut[label, default: 0] += 1
      return
    }
    texts.append(text)
    truths.append(truth)
  }

  /// The number of skipped texts.
  var leftOutTotal: Int { leftOut.values.reduce(0, +) }
}
