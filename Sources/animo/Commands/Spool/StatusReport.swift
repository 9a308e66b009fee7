import Ledger
import Spool
import Statistics
import SystemCalls
import SystemPackage

/// What `animo status` says of a spool.
struct StatusReport {
  private let view: SpoolView
  private let inbox: SpoolView.Inbox
  private let running: [SpoolView.Running]
  private let last: [JobRecord]
  private let totals: NamedCounts

  /// So many of the last files are told of.
  private static let shown = 5

  init(of view: SpoolView) throws {
    self.view = view
    inbox = try view.inbox()
    running = try view.running()
    last = try view.ledger?.lastCommitted(Self.shown) ?? []
    totals = try view.ledger?.totals() ?? NamedCounts()
  }

  /// For people.
  var text: String {
    var lines = [
      row("spool", "\(view.root), \(worker)"),
      row("queue", "\(inbox.files) files, \(inbox.leftAlone) other things that stay"),
    ]
    lines += running.map { job in
      let share = job.percent.map { "\($0) %" } ?? "compressed"
      return row("running", "\(job.job.name), \(share), line \(job.checkpoint?.line ?? 0)")
    }
    lines += last.map { row("done", "\($0.times.committed ?? "") \(JobText.line(of: $0))") }
    lines.append(row("total", total))
    if sum(CountKind.rejected) > 0 { lines.append(row("rejected", list(CountKind.rejected))) }
    return lines.joined(separator: "\n") + "\n"
  }

  private var worker: String {
    guard view.isWorked else { return "no daemon works on it" }
    return "worked by " + (view.worker.map { "process \($0)" } ?? "a process that cannot be seen from here")
  }

  /// For programs.
  var json: String {
    JSONText.object([
      ("spool", .string(view.root.string)),
      ("worked", .truth(view.isWorked)), ("worker", view.worker.map { .integer($0) } ?? .null),
      ("queue", .object([("files", .integer(inbox.files)), ("left_alone", .integer(inbox.leftAlone))])),
      ("running", .array(running.map(json))),
      ("last", .array(last.map(json))),
      ("total", totalJSON),
    ]).indented + "\n"
  }

  private var total: String {
    "\(sum(CountKind.labelled) + sum(CountKind.rejected) + totals[CountKind.blank]) lines of \(totals[CountKind.files]) files: "
      + "\(sum(CountKind.labelled)) labelled (\(list(CountKind.labelled))), \(sum(CountKind.rejected)) rejected, \(totals[CountKind.blank]) blank; "
      + "\(totals[CountKind.refusedFiles]) files refused"
  }

  private var totalJSON: JSONText {
    .object([
      ("labelled", members(CountKind.labelled)), ("rejected", members(CountKind.rejected)),
      ("blank", .integer(totals[CountKind.blank])),
      ("files", .integer(totals[CountKind.files])),
      ("refused_files", .integer(totals[CountKind.refusedFiles])),
    ])
  }

  private func json(_ job: SpoolView.Running) -> JSONText {
    .object([
      ("job", .string(job.job.id)), ("name", .string(job.job.name.description)), ("size", .integer(job.size)),
      ("percent", job.percent.map { .integer($0) } ?? .null),
      ("line", .integer(job.checkpoint?.line ?? 0)), ("offset", .integer(job.checkpoint?.offset ?? 0)),
    ])
  }

  private func json(_ job: JobRecord) -> JSONText {
    let counts = job.checkpoint.counts
    return .object([
      ("job", .string(job.id)), ("name", .string(job.name.description)),
      ("state", .string(job.state.rawValue)),
      ("committed", .string(job.times.committed ?? "")),
      ("labelled", .integer(counts.sum(of: CountKind.labelled))),
      ("rejected", .integer(counts.sum(of: CountKind.rejected))),
      ("blank", .integer(counts[CountKind.blank])),
      ("output", job.finalNames.output.map { .string($0.description) } ?? .null),
      ("rejects", job.finalNames.rejects.map { .string($0.description) } ?? .null),
      ("refusal", job.refusal.map { .string($0) } ?? .null),
    ])
  }

  private func sum(_ kind: String) -> Int { totals.sum(of: kind) }

  private func keys(_ kind: String) -> [NamedCounts.Key] {
    totals.values.keys.filter { $0.kind == kind }.sorted()
  }

  private func members(_ kind: String) -> JSONText {
    .object(keys(kind).map { ($0.name, .integer(totals[$0])) })
  }

  private func list(_ kind: String) -> String {
    keys(kind).map { "\(totals[$0]) \($0.name)" }.joined(separator: ", ")
  }

  private func row(_ title: String, _ text: String) -> String {
    title + String(repeating: " ", count: 10 - title.count) + text
  }
}
