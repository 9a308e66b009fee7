package import AWDLSTM
internal import SystemCalls
package import SystemPackage

/// What a log says: what was learnt from, and how each stage went.
package struct TrainingHistory: Equatable, Sendable {
  /// What was learnt from; the two stages of a language model have one of these, all stages of a classifier
  /// too.
  package struct Texts: Equatable, Sendable {
    package let stage: String
    package let counts: TextCounts
  }

  package private(set) var texts: [Texts] = []
  /// In the order in which they began to train.
  package private(set) var stages: [StageHistory] = []

  /// Reads a log.
  ///
  /// - Throws: `ModelError` that names the line which is none of a log; what the system says.
  package init(log: FilePath) throws {
    try self.init(lines: FileDescriptor.contents(of: log), of: log.string)
  }

  /// Reads a log in memory.
  ///
  /// - Parameter file: what messages call it.
  package init(lines: [UInt8], of file: String) throws(ModelError) {
    for (number, line) in lines.split(separator: UInt8(ascii: "\n")).enumerated() {
      try add(JSONMembers(text: Array(line), file: file, place: "line \(number + 1)"))
    }
  }

  private mutating func add(_ members: JSONMembers) throws(ModelError) {
    let stage = try members.text("stage")
    guard members.has("texts") else {
      let index = stages.firstIndex { $0.stage == stage } ?? stages.endIndex
      if index == stages.endIndex { stages.append(StageHistory(stage: stage)) }
      return try stages[index].add(members)
    }
    // A run that was resumed says it again.
    texts.removeAll { $0.stage == stage }
    texts.append(Texts(stage: stage, counts: try TextCounts(members)))
  }
}

extension StageHistory {
  fileprivate mutating func add(_ members: JSONMembers) throws(ModelError) {
    seconds = max(seconds, try members.number("seconds"))
    if members.has("valid_loss") {
      judgements.append(try Judgement(members))
    } else if members.has("diverged") {
      divergence = try members.text("diverged")
    } else {
      samples.append(try Sample(members))
    }
  }
}

extension StageHistory.Sample {
  fileprivate init(_ members: JSONMembers) throws(ModelError) {
    step = try members.integer("step", from: 0)
    loss = try members.number("loss")
    rate = try members.number("rate")
    tokensPerSecond = try members.number("tokens_per_second")
  }
}

extension StageHistory.Judgement {
  fileprivate init(_ members: JSONMembers) throws(ModelError) {
    epoch = try members.integer("epoch", from: 0)
    step = try members.integer("step", from: 0)
    loss = try members.number("loss")
    validation = Validation(
      loss: try members.number("valid_loss"), accuracy: try members.number("valid_accuracy"))
  }
}

extension TextCounts {
  fileprivate init(_ members: JSONMembers) throws(ModelError) {
    learnt = Side(
      texts: try members.integer("texts", from: 0), tokens: try members.integer("tokens", from: 0))
    judged = Side(
      texts: try members.integer("valid_texts", from: 0), tokens: try members.integer("valid_tokens", from: 0)
    )
    moved = try members.integer("moved", from: 0)
  }
}
