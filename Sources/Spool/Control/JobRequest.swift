internal import JSON
internal import Ledger
internal import Statistics
internal import SystemCalls

/// A line that is sent to a daemon's control socket.
package enum JobRequest: Equatable, Sendable {
  /// What can be done with a job.
  package enum Action: String, CaseIterable, Sendable {
    /// Stop labelling it, until it is released or cancelled.
    case hold
    /// Label a held one, whatever limits it exceeds.
    case release
    /// Refuse it.
    case cancel
    /// Put the input of a finished one into the inbox again.
    case retry
  }

  /// The jobs and the inbox.
  case queue
  /// To do something with a job, given by its identity or by its file's name.
  case act(Action, job: String)
  /// The identity of the latest job.
  case lastJob
  /// The finished job of a file with this inode, after another job.
  case result(inode: Int, after: String?)

  /// The request in a line; nil if it is none.
  init?(_ line: [UInt8]) {
    guard let members = try? JSONReader.read(line, maximumValues: 16).members,
      let name = members["command"]?.string
    else { return nil }
    switch name {
    case "queue": self = .queue
    case "last": self = .lastJob
    case "result":
      guard let inode = members["inode"]?.integer else { return nil }
      self = .result(inode: inode, after: members["after"]?.string)
    default:
      guard let action = Action(rawValue: name), let job = members["job"]?.string else { return nil }
      self = .act(action, job: job)
    }
  }

  /// The request as a line, without its end.
  var line: String {
    let members: [(String, JSONValue)] =
      switch self {
      case .queue: [("command", .string("queue"))]
      case .act(let action, let job): [("command", .string(action.rawValue)), ("job", .string(job))]
      case .lastJob: [("command", .string("last"))]
      case .result(let inode, let after):
        [
          ("command", .string("result")), ("inode", .integer(inode)),
          ("after", after.map { .string($0) } ?? .null),
        ]
      }
    return JSONValue.object(members).line
  }
}

/// The answer to a request.
enum JobAnswer {
  case queue(SpoolQueue)
  /// What was done.
  case done(String)
  case lastJob(String?)
  case result(JobRecord?)
  case failed(JobRequestError)

  /// The answer in a line; nil if it is none.
  init?(_ line: [UInt8]) {
    guard let members = try? JSONReader.read(line, maximumValues: 1_000_000).members else { return nil }
    if let error = members["error"]?.string {
      let cause = members["cause"]?.string.flatMap(JobRequestError.Cause.init(rawValue:)) ?? .failed
      self = .failed(JobRequestError(cause, error))
    } else if let queue = SpoolQueue(members) {
      self = .queue(queue)
    } else if let done = members["done"]?.string {
      self = .done(done)
    } else if let result = members["result"] {
      self = .result(JobRecord(answer: result))
    } else {
      self = .lastJob(members["last"]?.string)
    }
  }

  /// The answer as a line, without its end.
  var line: String {
    let members: [(String, JSONValue)] =
      switch self {
      case .queue(let queue): queue.members
      case .done(let what): [("done", .string(what))]
      case .lastJob(let id): [("last", id.map { .string($0) } ?? .null)]
      case .result(let record): [("result", record?.answer ?? .null)]
      case .failed(let error):
        [("error", .string(error.description)), ("cause", .string(error.cause.rawValue))]
      }
    return JSONValue.object(members).line
  }
}

/// Why a request is not fulfilled.
package struct JobRequestError: Error, CustomStringConvertible {
  /// The causes that callers distinguish.
  package enum Cause: String, Sendable {
    /// There is no such job, as far as who asks may know, or it is not in a state for that.
    case unknown
    /// Who asks may not do that.
    case permission
    /// Something that passes by itself: try again.
    case busy
    /// A call or the ledger has failed.
    case failed
  }

  package let cause: Cause
  package let description: String

  init(_ cause: Cause, _ description: String) { (self.cause, self.description) = (cause, description) }
}

// A finished job, as far as who has dropped its file is told.
extension JobRecord {
  fileprivate var answer: JSONValue {
    let counts = checkpoint.counts
    let names = [finalNames.output, finalNames.rejects, finalNames.kept, finalNames.why]
    return .object([
      ("job", .string(id)), ("name", .string(name.description)),
      (
        "counts",
        .integers([
          counts.labelledTotal, counts.unjudged, counts.rejectedTotal, counts.blank, counts.leftOut,
        ])
      ),
      ("names", .array(names.map { $0.map { .string($0.description) } ?? .null })),
      ("refusal", refusal.map { .string($0) } ?? .null),
    ])
  }

  fileprivate init?(answer: JSONValue) {
    guard let members = answer.members, let id = members["job"]?.string,
      let name = members["name"]?.string.flatMap({ FileName(bytes: Array($0.utf8)) }),
      let numbers = members["counts"]?.array?.map({ $0.integer ?? 0 }), numbers.count == 5,
      let names = members["names"]?.array?.map({ $0.string.flatMap { FileName(bytes: Array($0.utf8)) } }),
      names.count == 4
    else { return nil }
    var counts = Counts(labels: [""], reasons: [""])
    (counts.labelled[0], counts.unjudged, counts.rejected[0]) = (numbers[0], numbers[1], numbers[2])
    (counts.blank, counts.leftOut) = (numbers[3], numbers[4])
    var checkpoint = Checkpoint(
      of: Checkpoint.Input(inode: 0, size: 0, modified: 0), model: "", settings: "")
    checkpoint.counts = counts
    self.init(id: id, name: name, claimed: "", checkpoint: checkpoint)
    finalNames = FinalNames(output: names[0], rejects: names[1], kept: names[2], why: names[3])
    refusal = members["refusal"]?.string
  }
}
