internal import AWDLSTM
internal import SystemCalls
package import SystemPackage

extension StageHistory {
  /// The stages of a log in the order in which they began.
  ///
  /// - Throws: `ModelError` that names the line which is none of a log; what the system says.
  package static func all(in log: FilePath) throws -> [StageHistory] {
    var bytes: [UInt8] = []
    let file = try systemCall("open", on: log.string) {
      try FileDescriptor.open(log, .readOnly, options: [.closeOnExec])
    }
    defer { try? file.close() }
    while try file.read(atMost: 1 << 20, appendingTo: &bytes, of: log.string) > 0 {}
    return try all(lines: bytes, of: log.string)
  }

  /// The same of a log in memory; `file` is what messages call it.
  static func all(lines: [UInt8], of file: String) throws(ModelError) -> [StageHistory] {
    var histories: [StageHistory] = []
    for (number, line) in lines.split(separator: UInt8(ascii: "\n")).enumerated() {
      let members = try JSONMembers(text: Array(line), file: file, place: "line \(number + 1)")
      let stage = try members.text("stage")
      let index = histories.firstIndex { $0.stage == stage } ?? histories.endIndex
      if index == histories.endIndex { histories.append(StageHistory(stage: stage)) }
      try histories[index].add(members)
    }
    return histories
  }

  private mutating func add(_ members: JSONMembers) throws(ModelError) {
    seconds = max(seconds, try members.number("seconds"))
    if members.has("texts") {
      texts = try TextCounts(members)
    } else if members.has("valid_loss") {
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
