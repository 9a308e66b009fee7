import JSON
import Ledger
import Spool
import Statistics
import SystemCalls
import SystemPackage

/// The report of `animo status` on a spool.
struct StatusReport {
  private let view: SpoolView
  private let inbox: SpoolView.InboxContents
  private let claimed: [SpoolQueue.Entry]
  private let last: [JobRecord]
  private let totals: Counts
  private let estimator: ShareEstimator?

  /// The number of finished files shown.
  private static let shown = 5

  init(of view: SpoolView) throws {
    self.view = view
    try view.requireLedger()
    inbox = try view.inbox()
    claimed = try view.claimed()
    last = try view.ledger?.lastCommitted(Self.shown) ?? []
    totals = try view.ledger?.totals() ?? Counts()
    estimator = try view.ledger?.estimator()
  }

  /// For people.
  var text: String {
    var lines = [
      row("spool", "\(view.root), \(worker)"),
      row(
        "queue",
        "\(NumberText.counted(inbox.files, "file")), "
          + "\(NumberText.counted(inbox.leftAlone, "other item")) not taken"
      ),
    ]
    lines += claimed.map(row)
    lines += last.map { row("done", "\($0.times.committed ?? "") \(JobText.line(of: $0))") }
    lines.append(row("total", total))
    if case .estimates = outcome {
      lines.append(row("shares", totals.labels.map(share(of:)).joined(separator: ", ")))
    }
    if totals.rejectedTotal > 0 { lines.append(row("rejected", list(rejected))) }
    return lines.joined(separator: "\n") + "\n"
  }

  private var worker: String {
    guard view.isWorked else { return "no daemon is running" }
    return "used by " + (view.worker.map { "process \($0)" } ?? "a process that cannot be seen from here")
  }

  /// For programs.
  var json: String {
    JSONValue.object([
      ("spool", .string(view.root.string)),
      ("worked", .bool(view.isWorked)), ("worker", view.worker.map { .integer($0) } ?? .null),
      ("queue", .object([("files", .integer(inbox.files)), ("left_alone", .integer(inbox.leftAlone))])),
      ("running", .array(claimed.map(\.json))),
      ("last", .array(last.map(JobJSON.of))),
      ("total", totalJSON),
    ]).indented + "\n"
  }

  private var total: String {
    let labels = labelled.isEmpty ? "" : " (\(list(labelled)))"
    return "\(NumberText.counted(totals.lines, "line")) of \(NumberText.counted(totals.files, "file")): "
      + "\(JobText.list(totals, labelled: "labelled\(labels)")); "
      + "\(NumberText.counted(totals.refusedFiles, "file")) refused"
  }

  /// The true shares over all files.
  private var outcome: ShareEstimator.Outcome {
    estimator.outcome(labels: totals.labels, tweets: totals.labelledTotal, sums: totals.probability)
  }

  /// A label's share, with the estimate of the true one and its interval: `positive 41 % (estimated 38–52 %)`.
  private func share(of label: String) -> String {
    let plain = totals.labels.firstIndex(of: label).map { totals.share(ofLabel: $0) } ?? 0
    guard let estimate = estimator.estimated(label, in: outcome) else {
      return "\(label) \(percent(plain)) %"
    }
    return "\(label) \(percent(plain)) % (estimated \(percent(estimate.low))–\(percent(estimate.high)) %)"
  }

  private func percent(_ share: Double) -> String { (100 * share).decimalText(places: 0) ?? "" }

  private var totalJSON: JSONValue {
    .object([
      ("labelled", .object(labelled.map { ($0.name, .integer($0.count)) })),
      ("estimates", .object(totals.labels.map { ($0, estimator.json(of: $0, in: outcome)) })),
      ("estimated", outcome.status),
      ("unjudged", .integer(totals.unjudged)),
      ("rejected", .object(rejected.map { ($0.name, .integer($0.count)) })),
      ("blank", .integer(totals.blank)),
      ("left_out", .integer(totals.leftOut)),
      ("files", .integer(totals.files)),
      ("refused_files", .integer(totals.refusedFiles)),
    ])
  }

  /// The number of tweets with each label.
  private var labelled: [(name: String, count: Int)] { Self.present(totals.labels, totals.labelled) }
  /// The number of rejected lines for each reason.
  private var rejected: [(name: String, count: Int)] { Self.present(totals.reasons, totals.rejected) }

  private static func present(_ names: [String], _ counts: [Int]) -> [(name: String, count: Int)] {
    zip(names, counts).filter { $1 != 0 }.sorted { $0.0 < $1.0 }.map { ($0, $1) }
  }

  private func list(_ counts: [(name: String, count: Int)]) -> String {
    counts.map { "\(NumberText.grouped($0.count)) \($0.name)" }.joined(separator: ", ")
  }

  private func row(_ entry: SpoolQueue.Entry) -> String {
    if let hold = entry.hold { return row("held", "\(entry.name): \(hold.detail)") }
    let share = entry.percent.map { "\($0) %" } ?? "compressed"
    let state = entry.state == .running ? "" : ", \(entry.state.rawValue)"
    return row("running", "\(entry.name), \(share), line \(NumberText.grouped(entry.line))\(state)")
  }

  private func row(_ title: String, _ text: String) -> String {
    title + String(repeating: " ", count: 10 - title.count) + text
  }
}

/// Jobs as JSON: of `animo status --json`, and over HTTP.
enum JobJSON {
  /// The unfinished jobs of a spool, and its last `limit` finished ones.
  static func list(_ limit: Int, in view: SpoolView) throws -> JSONValue {
    .object([
      ("running", .array(try view.claimed().map(\.json))),
      ("last", .array(try view.ledger?.lastCommitted(limit).map(of) ?? [])),
    ])
  }

  static func of(_ job: JobRecord) -> JSONValue {
    let counts = job.checkpoint.counts
    return .object([
      ("job", .string(job.id)), ("name", .string(job.name.description)),
      ("state", .string(job.state.rawValue)),
      ("committed", .string(job.times.committed ?? "")),
      ("labelled", .integer(counts.labelledTotal)),
      ("unjudged", .integer(counts.unjudged)),
      ("rejected", .integer(counts.rejectedTotal)),
      ("blank", .integer(counts.blank)),
      ("left_out", .integer(counts.leftOut)),
      ("output", job.finalNames.output.map { .string($0.description) } ?? .null),
      ("rejects", job.finalNames.rejects.map { .string($0.description) } ?? .null),
      ("refusal", job.refusal.map { .string($0) } ?? .null),
    ])
  }
}
