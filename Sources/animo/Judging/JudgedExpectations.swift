import Datasets
import Evaluation
import Tweets

/// A file of expectations, and how far a model meets them.
struct JudgedExpectations: Sendable {
  /// The file's name in reports.
  let name: String
  let labels: [String]
  let expectations: Expectations
  /// The number of skipped lines for each label that the model does not know.
  let leftOut: [String: Int]

  /// What is expected, in words: `positive`, `not positive`, or the label of another text.
  func words(_ outcome: Expectations.Outcome) -> String {
    switch outcome.item.expected {
    case .label(let label): labels[label]
    case .anythingBut(let label): "not \(labels[label])"
    case .same(let other): "\(name(of: outcome.other)), as “\(other.onOneLine)”"
    }
  }

  /// What is given, in words: a label, or that there is none.
  func answer(_ outcome: Expectations.Outcome) -> String { name(of: outcome.answer) }

  /// The probability of the label that was given; empty where there is none.
  func confidence(_ outcome: Expectations.Outcome) -> String {
    outcome.answer.map { NumberText.fixed(outcome.probabilities[$0], decimals: 4) } ?? ""
  }

  private func name(of label: Int?) -> String { label.map { labels[$0] } ?? "(no label)" }
}

/// A file of expectations: texts with a `group`, and with `expect`, which is a label, `not_` and a label, or `same` for
/// the label of the text in `as`.
///
///     {"group":"negation","text":"No está nada mal","expect":"not_negative"}
///     {"group":"links","text":"Qué alegría https://t.co/x","expect":"same","as":"Qué alegría"}
struct ExpectationFile {
  /// The group of lines that name none.
  static let noGroup = "(no group)"

  private(set) var items: [Expectations.Item] = []
  /// The number of skipped lines for each label that the model does not know.
  private(set) var leftOut: [String: Int] = [:]

  private let labels: LabelSet

  /// Reads a file.
  ///
  /// - Parameters:
  ///   - corpus: the file.
  ///   - labels: the model's.
  ///   - aliases: other names for some of them.
  /// - Throws: as `TextCorpus.forEachRecord`; `CommandFailure` for a line without a usable expectation, and for a file
  ///   without any.
  init(_ corpus: TextCorpus, labels: [String], aliases: [String: String]) throws {
    self.labels = LabelSet(labels, aliases: aliases)
    let name = corpus.files.first?.name ?? ""
    let counts = try corpus.forEachRecord(others: [["group"], ["expect"], ["as"]]) { record in
      do throws(LineProblem) {
        try add(
          String(decoding: record.text, as: UTF8.self), group: record.others[0], expected: record.others[1],
          other: record.others[2])
      } catch {
        guard corpus.badLines == .leaveOut else {
          throw CommandFailure(
            .dataError,
            "\(name), line \(record.line): \(error.reason); --skip-bad-lines leaves such lines out")
        }
        leftOut[error.reason, default: 0] += 1
      }
    }
    CorpusReading.tellOfRejected(counts)
    guard !items.isEmpty else {
      throw CommandFailure(
        .dataError, "\(name): no expectation of the labels \(labels.joined(separator: ", "))")
    }
  }

  private struct LineProblem: Error { let reason: String }

  private mutating func add(
    _ text: String, group: String?, expected: String?, other: String?
  ) throws(LineProblem) {
    guard let expected else {
      throw LineProblem(
        reason: #"no "expect"; it is a label, "not_" and a label, or "same" with another text in "as""#)
    }
    let group = group ?? Self.noGroup
    if let label = labels.index(of: expected) {
      items.append(Expectations.Item(text: text, group: group, expected: .label(label)))
    } else if expected == "same" {
      guard let other else { throw LineProblem(reason: #""expect": "same" needs another text in "as""#) }
      items.append(Expectations.Item(text: text, group: group, expected: .same(as: other)))
    } else if expected.hasPrefix("not_"), let label = labels.index(of: String(expected.dropFirst(4))) {
      items.append(Expectations.Item(text: text, group: group, expected: .anythingBut(label)))
    } else {
      leftOut[expected, default: 0] += 1
    }
  }
}
