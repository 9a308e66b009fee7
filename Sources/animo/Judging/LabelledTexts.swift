/// Texts whose labels are known, as far as a model knows these labels too.
struct LabelledTexts: Sendable {
  /// What they are called in reports.
  let name: String
  private(set) var texts: [String] = []
  /// The index of each text's label among the model's.
  private(set) var truths: [Int] = []
  /// How many texts were left out, by their label, which the model does not know.
  private(set) var leftOut: [String: Int] = [:]

  private let labels: [String]

  /// - Parameter labels: the model's.
  init(name: String, labels: [String]) {
    self.name = name
    self.labels = labels
  }

  /// Adds a text, or counts it when the model does not know its label.
  mutating func add(_ text: String, label: String) {
    guard let truth = labels.firstIndex(of: label) else {
      leftOut[label, default: 0] += 1
      return
    }
    texts.append(text)
    truths.append(truth)
  }

  /// How many texts were left out.
  var leftOutTotal: Int { leftOut.values.reduce(0, +) }
}
