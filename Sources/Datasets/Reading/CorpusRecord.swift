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
  /// Who wrote it: the value of `author`, `user`, `author_id` or `user_id`.
  package internal(set) var author: String?
  /// The values of other fields that were asked for, in the order in which they were; nil where there is none.
  package internal(set) var others: [String?] = []
  /// Which of the corpus's files it comes from, and from which line of it, from 1.
  package internal(set) var file = 0
  package internal(set) var line = 0
}

/// Reads what lines say about their texts.
struct RecordFields {
  /// Fields to read in addition.
  var others: [FieldFinder] = []
  private let label = FieldFinder(names: ["label"])
  private let probabilities = FieldFinder(names: ["p"])
  private let onlyOdds = FieldFinder(names: ["only_odds"])
  private let split = FieldFinder(names: ["split"])
  private let author = FieldFinder(names: ["author", "user", "author_id", "user_id"])

  func read(from line: Span<UInt8>, as format: RecordFormat, into record: inout CorpusRecord) {
    record.label = value(of: label, in: line, as: format)
    var json: [UInt8] = []
    record.probabilities = probabilities.findJSON(in: line, as: format, appendingTo: &json) ? json : nil
    record.onlyOdds = value(of: onlyOdds, in: line, as: format) == "true"
    record.split = value(of: split, in: line, as: format)
    record.author = value(of: author, in: line, as: format)
    record.others = others.map { value(of: $0, in: line, as: format) }
  }

  private func value(of field: FieldFinder, in line: Span<UInt8>, as format: RecordFormat) -> String? {
    var value: [UInt8] = []
    guard field.find(in: line, as: format, appendingTo: &value) else { return nil }
    return String(decoding: value, as: UTF8.self)
  }
}
