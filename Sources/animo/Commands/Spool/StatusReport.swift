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
      row(
        "spool", "\(view.root), " + (view.worker.map { "worked by process \($0)" } ?? "no daemon works on it")
      ),
      row("queue", "\(inbox.files) files, \(inbox.leftAlone) other things that stay"),
    ]
    lines += running.map { job in
      let share = job.percent.map { "\($0) %" } ?? "compressed"
      return row("running", "\(job.job.name), \(share), line \(job.checkpoint?.line ?? 0)")
    }
    lines += last.map { row("done", "\($0.times.committed ?? "") \(JobText.line(of: $0))") }
    lines.append(row("total", total))
    if sum("rejected") > 0 { lines.append(row("rejected", list("rejected"))) }
    return lines.joined(separator: "\n") + "\n"
  }

  /// For programs.
  var json: String {
    JSONText.object([
      ("spool", .string(view.root.string)),
      ("worker", view.worker.map { .integer($0) } ?? .null),
      ("queue", .object([("files", .integer(inbox.files)), ("left_alone", .integer(inbox.leftAlone))])),
      ("running", .array(running.map(json))),
      ("last", .array(last.map(json))),
      ("total", totalJSON),
    ]).indented + "\n"
  }

  private var total: String {
    "\(sum("labelled") + sum("rejected") + totals["blank"]) lines of \(totals["files"]) files: "
      + "\(sum("labelled")) labelled (\(list("labelled"))), \(sum("rejected")) rejected, \(totals["blank"]) blank; "
      + "\(totals["refused_files"]) files refused"
  }

  private var totalJSON: JSONText {
    .object([
      ("labelled", members("labelled")), ("rejected", members("rejected")),
      ("blank", .integer(totals["blank"])),
      ("files", .integer(totals["files"])), ("refused_files", .integer(totals["refused_files"])),
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
      ("committed", .string(job.times.committed ?? "")), ("labelled", .integer(counts.sum(of: "labelled"))),
      ("rejected", .integer(counts.sum(of: "rejected"))), ("blank", .integer(counts["blank"])),
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
