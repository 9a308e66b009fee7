package import AWDLSTM
internal import SystemCalls
package import SystemPackage

/// The content of a log: the texts, and the history of each stage.
package struct TrainingHistory: Sendable {
  /// The training and validation texts; the two stages of a language model share one such record, as do all stages of
  /// a classifier.
  package struct Texts: Equatable, Sendable {
    package let stage: String
    package let counts: TextCounts
  }

  package private(set) var texts: [Texts] = []
  /// How each stage's best state labels the validation texts, and how the untrained classifier does.
  package private(set) var confusions: [(stage: String, confusion: LabelConfusion)] = []
  /// In the order in which they began.
  package private(set) var stages: [StageHistory] = []

  /// Reads a log.
  ///
  /// - Throws: `ModelError` that names the invalid line; `SystemCallError`.
  package init(log: FilePath) throws {
    try self.init(lines: FileDescriptor.contents(of: log), of: log.string)
  }

  /// Reads a log in memory.
  ///
  /// - Parameter file: its name in messages.
  package init(lines: [UInt8], of file: String) throws(ModelError) {
    for (number, line) in lines.split(separator: UInt8(ascii: "\n")).enumerated() {
      try add(CheckedObject(text: Array(line), file: file, place: "line \(number + 1)"))
    }
  }

  private mutating func add(_ object: CheckedObject) throws(ModelError) {
    let stage = try object.text("stage")
    if object.has("confusion") {
      let labels = try object.names("labels", count: 2...1 << 10)
      let counts = try object.integers("confusion", from: 0)
      confusions.removeAll { $0.stage == stage }
      if counts.count == labels.count * labels.count {
        confusions.append((stage, LabelConfusion(labels: labels, counts: counts)))
      }
      return
    }
    guard object.has("texts") else {
      let index = stages.firstIndex { $0.stage == stage } ?? stages.endIndex
      if index == stages.endIndex { stages.append(StageHistory(stage: stage)) }
      return try stages[index].add(object)
    }
    // A resumed run writes the line again.
    texts.removeAll { $0.stage == stage }
    texts.append(Texts(stage: stage, counts: try TextCounts(object)))
  }
}

extension StageHistory {
  fileprivate mutating func add(_ object: CheckedObject) throws(ModelError) {
    seconds = max(seconds, try object.number("seconds"))
    if object.has("valid_loss") {
      validations.append(try ValidationPoint(object))
    } else if object.has("diverged") {
      divergence = try object.text("diverged")
    } else {
      samples.append(try TrainingPoint(object))
    }
  }
}

extension StageHistory.TrainingPoint {
  fileprivate init(_ object: CheckedObject) throws(ModelError) {
    step = try object.integer("step", from: 0)
    loss = try object.number("loss")
    rate = try object.number("rate")
    tokensPerSecond = try object.number("tokens_per_second")
  }
}

extension StageHistory.ValidationPoint {
  fileprivate init(_ object: CheckedObject) throws(ModelError) {
    epoch = try object.integer("epoch", from: 0)
    step = try object.integer("step", from: 0)
    loss = try object.number("loss")
    validation = Validation(
      loss: try object.number("valid_loss"), accuracy: try object.number("valid_accuracy"))
  }
}

extension TextCounts {
  fileprivate init(_ object: CheckedObject) throws(ModelError) {
    learnt = Side(
      texts: try object.integer("texts", from: 0), tokens: try object.integer("tokens", from: 0))
    judged = Side(
      texts: try object.integer("valid_texts", from: 0), tokens: try object.integer("valid_tokens", from: 0)
    )
    moved = try object.integer("moved", from: 0)
  }
}
