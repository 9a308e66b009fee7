internal import AWDLSTM
internal import JSON

// Progress as JSON; numbers survive the round trip to the bit.

extension StageProgress {
  var json: JSONValue {
    var members: [(String, JSONValue)] = [
      ("stage", .string(stage)), ("epochs", .integer(epochs)), ("minibatches", .integer(minibatches)),
      ("step", .integer(step)), ("loss_sum", .shortest(smoothedLoss.sum)),
      ("loss_count", .integer(smoothedLoss.count)), ("optimiser_counts", .integers(optimiserCounts)),
      ("history", .array(history.map(\.json))), ("seconds", .shortest(seconds)),
      ("log_bytes", .integer(logByteCount)),
    ]
    if let origin { members.append(("origin", .string(origin))) }
    switch ending {
    case .finished: members.append(("ending", .string("finished")))
    case .diverged(let reason):
      members += [("ending", .string("diverged")), ("reason", .string(reason))]
    case nil: break
    }
    return .object(members)
  }

  /// Reads what `json` wrote; `file` is its name in messages.
  init(json bytes: [UInt8], file: String) throws(ModelError) {
    let object = try CheckedObject(text: bytes, file: file, place: "progress")
    self.init(
      stage: try object.text("stage"), epochs: try object.integer("epochs", from: 0),
      minibatches: try object.integer("minibatches", from: 1))
    origin = object.has("origin") ? try object.text("origin") : nil
    step = try object.integer("step", from: 0)
    smoothedLoss = SmoothedLoss(
      sum: try object.number("loss_sum"), count: try object.integer("loss_count", from: 0))
    optimiserCounts = try object.integers("optimiser_counts", from: 0)
    for entry in try object.objects("history") { history.append(try Entry(entry)) }
    seconds = try object.number("seconds")
    logByteCount = try object.integer("log_bytes", from: 0)
    ending = try Self.ending(object)
  }

  private static func ending(_ object: CheckedObject) throws(ModelError) -> Ending? {
    guard object.has("ending") else { return nil }
    return try object.text("ending") == "finished" ? .finished : .diverged(object.text("reason"))
  }
}

extension StageProgress.Entry {
  fileprivate var json: JSONValue {
    .object([
      ("step", .integer(step)), ("loss", .shortest(loss)), ("valid_loss", .shortest(validation.loss)),
      ("valid_accuracy", .shortest(validation.accuracy)),
    ])
  }

  fileprivate init(_ object: CheckedObject) throws(ModelError) {
    self.init(
      step: try object.integer("step", from: 0), loss: try object.number("loss"),
      validation: Validation(
        loss: try object.number("valid_loss"), accuracy: try object.number("valid_accuracy")))
  }
}
