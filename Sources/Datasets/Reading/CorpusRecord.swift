internal import JSON
internal import Tweets

/// A text of a corpus, and what its line says about it.
package struct CorpusRecord: Equatable, Sendable {
  /// The text, well-formed UTF-8.
  package internal(set) var text: [UInt8] = []
  /// The value of `label`, unchanged.
  package internal(set) var label: String?
  /// The value of `p` as JSON: how probable each label is.
  package internal(set) var probabilities: [UInt8]?
  /// Whether `only_odds` is `true`: the label says nothing of those other than positive and negative.
  package internal(set) var onlyOdds = false
  /// The value of `split`: `train`, `dev`, `test`.
  package internal(set) var split: String?
  /// Who wrote it: the value of `author`, `user`, `author_id` or `user_id`, or the `id_str`, `id` or
  /// `screen_name` in an object `author` or `user`, as Twitter's records have it.
  package internal(set) var author: String?
  /// What animo has answered to it: the label in `sentiment`, or the value itself; empty where the answer is
  /// that there is nothing to judge.
  package internal(set) var answer: String?
  /// The values of other fields that were asked for, in the order in which they were; nil where there is none.
  package internal(set) var others: [String?] = []
  /// When it was written, in milliseconds since 1970; nil where it does not say so, or the corpus does not ask for times.
  package internal(set) var time: Int?
  /// Which of the corpus's files it comes from, and from which line of it, from 1.
  package internal(set) var file = 0
  package internal(set) var line = 0
}

/// Reads what lines say about their texts.
struct RecordFields {
  private let label = FieldFinder(names: ["label"])
  private let probabilities = FieldFinder(names: ["p"])
  private let onlyOdds = FieldFinder(names: ["only_odds"])
  private let split = FieldFinder(names: ["split"])
  private let author = FieldFinder(names: ["author", "user", "author_id", "user_id"])
  private let authorObject = FieldFinder(names: ["author", "user"])
  private let authorIDs = ["id_str", "id", "screen_name"].map { FieldFinder(names: [$0]) }
  private let answer = FieldFinder(names: ["sentiment"])
  private let others: [FieldFinder]

  /// - Parameter others: further fields, each by the names that it may have.
  init(others: [[String]] = []) {
    self.others = others.map(FieldFinder.init(names:))
  }

  func read(from line: Span<UInt8>, as format: RecordFormat, into record: inout CorpusRecord) {
    record.label = name(of: label, in: line, as: format)
    var json: [UInt8] = []
    record.probabilities = probabilities.findJSON(in: line, as: format, appendingTo: &json) ? json : nil
    record.onlyOdds = value(of: onlyOdds, in: line, as: format) == "true"
    record.split = name(of: split, in: line, as: format)
    record.author = name(of: author, in: line, as: format) ?? authorOfObject(in: line, as: format)
    record.answer = labelOfAnswer(in: line, as: format)
    record.others = others.map { value(of: $0, in: line, as: format) }
  }

  /// What tells the author from others in an object about him or her.
  private func authorOfObject(in line: Span<UInt8>, as format: RecordFormat) -> String? {
    var json: [UInt8] = []
    guard case .object = format, authorObject.findJSON(in: line, as: format, appendingTo: &json) else {
      return nil
    }
    // Only the id is looked at: descriptions may be cut within an emoji, and numbers be NaN.
    for id in authorIDs {
      if let author = name(of: id, in: json.span, as: format) { return author }
    }
    return nil
  }

  /// The label of an answer as `animo classify` writes it, or a text in its place; empty for an answer to a
  /// text with nothing to judge, which models with a neutral label call neutral by rule.
  private func labelOfAnswer(in line: Span<UInt8>, as format: RecordFormat) -> String? {
    var json: [UInt8] = []
    guard answer.findJSON(in: line, as: format, appendingTo: &json) else { return nil }
    guard case .object = format else { return String(decoding: json, as: UTF8.self) }
    let value = try? JSONReader.read(json)
    guard let members = value?.members else { return value?.string }
    let isUnjudged = members["flags"]?.array?.contains { $0.string == "nothing_to_judge" } == true
    return isUnjudged ? "" : members["label"]?.string
  }

  /// The value of a field that names something; a blank one is none, as an empty field of a table is.
  private func name(of field: FieldFinder, in line: Span<UInt8>, as format: RecordFormat) -> String? {
    let value = value(of: field, in: line, as: format)
    return value?.utf8.contains { $0 > 0x20 } == true ? value : nil
  }

  private func value(of field: FieldFinder, in line: Span<UInt8>, as format: RecordFormat) -> String? {
    var value: [UInt8] = []
    guard field.find(in: line, as: format, appendingTo: &value) else { return nil }
    return String(decoding: value, as: UTF8.self)
  }
}
