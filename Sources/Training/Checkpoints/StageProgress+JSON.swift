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
    let members = try Members(text: bytes, file: file)
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

  private static func ending(_ members: Members) throws(ModelError) -> Ending? {
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

  fileprivate init(_ members: Members) throws(ModelError) {
    self.init(
      step: try members.integer("step", from: 0), loss: try members.number("loss"),
      validation: Validation(
        loss: try members.number("valid_loss"), accuracy: try members.number("valid_accuracy")))
  }
}

/// The members of an object in a checkpoint's progress, asked for by key and checked one by one.
private struct Members {
  private let file: String
  private let values: [String: JSONValue]

  init(text: [UInt8], file: String) throws(ModelError) {
    try self.init(Self.value(of: text, file: file), file: file, key: "the whole")
  }

  private init(_ value: JSONValue, file: String, key: String) throws(ModelError) {
    self.file = file
    guard case .object(let values) = value else {
      throw ModelError(file: file, place: "progress, \(key)", expected: "an object", found: value.kind)
    }
    self.values = values
  }

  func has(_ key: String) -> Bool { values[key] != nil }

  func text(_ key: String) throws(ModelError) -> String {
    try value(key, "a text", \.string)
  }

  func number(_ key: String) throws(ModelError) -> Double {
    try value(key, "a number", \.double)
  }

  func integer(_ key: String, from least: Int) throws(ModelError) -> Int {
    try value(key, "a whole number from \(least)") { value in value.integer.flatMap { $0 >= least ? $0 : nil }
    }
  }

  func integers(_ key: String, from least: Int) throws(ModelError) -> [Int] {
    try value(key, "whole numbers from \(least)") { value in
      let integers = value.array?.compactMap(\.integer).filter { $0 >= least }
      return integers?.count == value.array?.count ? integers : nil
    }
  }

  func objects(_ key: String) throws(ModelError) -> [Members] {
    var objects: [Members] = []
    for element in try value(key, "an array", \.array) {
      objects.append(try Members(element, file: file, key: key))
    }
    return objects
  }

  private static func value(of text: [UInt8], file: String) throws(ModelError) -> JSONValue {
    do {
      return try JSONReader.read(text)
    } catch {
      throw ModelError(
        file: file, place: "progress, byte \(error.offset)", expected: error.expected, found: error.found)
    }
  }

  private func value<Result>(
    _ key: String, _ expected: String, _ read: (JSONValue) -> Result?
  ) throws(ModelError) -> Result {
    let value = values[key] ?? .null
    guard let result = read(value) else {
      throw ModelError(file: file, place: "progress, \(key)", expected: expected, found: value.kind)
    }
    return result
  }
}
