internal import AWDLSTM
internal import JSON

// Progress as JSON: every number comes back as the same number.

extension StageProgress {
  var json: JSONValue {
    var members: [(String, JSONValue)] = [
      ("stage", .string(stage)), ("epochs", .integer(epochs)), ("minibatches", .integer(minibatches)),
      ("step", .integer(step)), ("loss_sum", .shortest(smoothedLoss.sum)),
      ("loss_count", .integer(smoothedLoss.count)), ("optimiser_counts", .integers(optimiserCounts)),
      ("history", .array(history.map(\.json))), ("seconds", .shortest(seconds)),
      ("log_bytes", .integer(logByteCount)),
    ]
    switch ending {
    case .finished: members.append(("ending", .string("finished")))
    case .diverged(let reason):
      members += [("ending", .string("diverged")), ("reason", .string(reason))]
    case nil: break
    }
    return .object(members)
  }

  /// Reads what `json` wrote; `file` is what messages call it.
  init(json bytes: [UInt8], file: String) throws(ModelError) {
    let members = try JSONMembers(text: bytes, file: file, place: "progress")
    self.init(
      stage: try members.text("stage"), epochs: try members.integer("epochs", from: 0),
      minibatches: try members.integer("minibatches", from: 1))
    step = try members.integer("step", from: 0)
    smoothedLoss = SmoothedLoss(
      sum: try members.number("loss_sum"), count: try members.integer("loss_count", from: 0))
    optimiserCounts = try members.integers("optimiser_counts", from: 0)
    for entry in try members.objects("history") { history.append(try Entry(entry)) }
    seconds = try members.number("seconds")
    logByteCount = try members.integer("log_bytes", from: 0)
    ending = try Self.ending(members)
  }

  private static func ending(_ members: JSONMembers) throws(ModelError) -> Ending? {
    guard members.has("ending") else { return nil }
    return try members.text("ending") == "finished" ? .finished : .diverged(members.text("reason"))
  }
}

extension StageProgress.Entry {
  fileprivate var json: JSONValue {
    .object([
      ("step", .integer(step)), ("loss", .shortest(loss)), ("valid_loss", .shortest(validation.loss)),
      ("valid_accuracy", .shortest(validation.accuracy)),
    ])
  }

  fileprivate init(_ members: JSONMembers) throws(ModelError) {
    self.init(
      step: try members.integer("step", from: 0), loss: try members.number("loss"),
      validation: Validation(
        loss: try members.number("valid_loss"), accuracy: try members.number("valid_accuracy")))
  }
}
