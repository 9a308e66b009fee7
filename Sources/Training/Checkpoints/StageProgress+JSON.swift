internal import AWDLSTM

// Progress as JSON: every number comes back as the same number.

extension StageProgress {
  var json: JSONObject {
    var object = JSONObject()
    object.set("stage", stage)
    object.set("epochs", epochs)
    object.set("minibatches", minibatches)
    object.set("step", step)
    object.set("loss_sum", smoothedLoss.sum)
    object.set("loss_count", smoothedLoss.count)
    object.set("optimiser_counts", optimiserCounts)
    object.set("history", history.map(\.json))
    object.set("seconds", seconds)
    object.set("log_bytes", logByteCount)
    switch ending {
    case .finished: object.set("ending", "finished")
    case .diverged(let reason):
      object.set("ending", "diverged")
      object.set("reason", reason)
    case nil: break
    }
    return object
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
  fileprivate var json: JSONObject {
    var object = JSONObject()
    object.set("step", step)
    object.set("loss", loss)
    object.set("valid_loss", validation.loss)
    object.set("valid_accuracy", validation.accuracy)
    return object
  }

  fileprivate init(_ members: JSONMembers) throws(ModelError) {
    self.init(
      step: try members.integer("step", from: 0), loss: try members.number("loss"),
      validation: Validation(
        loss: try members.number("valid_loss"), accuracy: try members.number("valid_accuracy")))
  }
}
