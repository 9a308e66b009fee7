import ArgumentParser
import Glibc
import JSON
import Spool
import SystemCalls

/// `animo queue`: the files of a spool that are not finished.
struct QueueCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "queue",
    abstract: "List the files that are waiting, being labelled, or held.",
    discussion: """
      EXAMPLE
        $ animo queue
        JOB                     STATE    OWNER        SIZE  DONE   AGE  NAME
        20261127-101112-345678  running  ana    12,451,002  41 %  0:14  tweets.jsonl
        20261127-101120-000311  held     eva       156,240        0:06  bomb.txt.xz: expansion
        -                       waiting  ana           913        0:01  more.jsonl

      Users see the files that they have dropped; root and the daemon's user see all files. Without a \
      daemon, the command reads the folders and the ledger, for which it needs permission.
      """)

  @OptionGroup var spool: SpoolArguments

  @Flag(help: "Print JSON, with the reasons in full.")
  var json = false

  func run() throws {
    let place = try SpoolPlace(spool)
    let queue = try JobClient(place.root).queue() ?? JobClient.queue(in: place.makeView())
    let text = json ? JSONValue.object(queue.members).indented + "\n" : QueueTable(queue, at: .now).text
    try StandardOutput.write(text)
  }
}

/// The queue as a table for people.
struct QueueTable {
  private let queue: SpoolQueue
  private let now: UTCTime

  init(_ queue: SpoolQueue, at now: UTCTime) { (self.queue, self.now) = (queue, now) }

  var text: String {
    guard !queue.entries.isEmpty || queue.more > 0 else { return "" }
    var names: [UInt32: String] = [:]
    for entry in queue.entries where names[entry.owner] == nil { names[entry.owner] = Self.user(entry.owner) }
    let head = ["JOB", "STATE", "OWNER", "SIZE", "DONE", "AGE", "NAME"]
    let rows = queue.entries.map { entry in
      [
        entry.job ?? "-", entry.state.rawValue, names[entry.owner] ?? "", NumberText.grouped(entry.size),
        entry.percent.map { "\($0) %" } ?? "", age(of: entry),
        entry.name + reason(of: entry),
      ]
    }
    let table = TextTable(columns: [.left, .left, .left, .right, .right, .right, .left]).text([head] + rows)
    guard queue.more > 0 else { return table }
    return table + "and \(NumberText.counted(queue.more, "more file")) in the inbox\n"
  }

  /// Why it is held: the limit that it exceeds, or "on request".
  private func reason(of entry: SpoolQueue.Entry) -> String {
    guard let hold = entry.hold else { return "" }
    return hold.reason == "asked" ? ": on request" : ": \(hold.reason)"
  }

  private func age(of entry: SpoolQueue.Entry) -> String {
    // Without its punctuation, the time is as in a job's identity but for the last three digits.
    let digits = String(entry.since.filter(\.isNumber)) + "000"
    guard let since = UTCTime(compact: digits) else { return "" }
    return NumberText.duration(max(0, Double(now.microseconds - since.microseconds) / 1_000_000))
  }

  /// The user's name, or the number of one without a name.
  private static func user(_ number: UInt32) -> String {
    // Sound: the record is the C library's until the next call, and only one thread asks.
    guard let entry = unsafe getpwuid(number), let name = unsafe entry.pointee.pw_name else {
      return "\(number)"
    }
    return unsafe String(cString: name)
  }
}
