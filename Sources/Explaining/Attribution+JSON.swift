internal import JSON
package import Sentiment

extension Attribution {
  /// Writes the object of `animo explain --json` for a text, without a line end, in pieces: a text of 200 KB has
  /// 660,000 n-grams, whose objects together take half a gigabyte.
  ///
  /// - Parameters:
  ///   - model: the model's name.
  ///   - count: the most n-grams of a piece.
  package func writeJSON(
    text: String, model: String, ngramsAtOnce count: Int = 1000, to write: (String) throws -> Void
  ) throws {
    // The first object stays open, and the last goes on where it was left.
    try write(String(JSONValue.object(members(text, model)).line.dropLast()))
    if !isUnjudged {
      try write(",\"ngrams\":[")
      for start in stride(from: 0, to: ngrams.count, by: count) {
        let lines = (start..<min(start + count, ngrams.count)).map { place in
          json(explanation.ngrams[place], ngrams[place]).line
        }
        try write((start > 0 ? "," : "") + lines.joined(separator: ","))
      }
      try write("]")
    }
    try write("," + JSONValue.object([("tokens", .array(tokenObjects))]).line.dropFirst())
  }

  /// The members before n-grams and tokens.
  private func members(_ text: String, _ model: String) -> [(String, JSONValue)] {
    var members: [(String, JSONValue)] = [
      ("text", .string(text)), ("cleaned", .string(explanation.cleaned)),
      ("label", .string(labels[label])),
      ("p", byLabel(explanation.probabilities.map { Double($0) / 1e6 }, places: 6)),
      ("model", .string(model)),
      ("flags", .array(explanation.flags.names.map(JSONValue.string))),
    ]
    guard !isUnjudged else { return members }
    members += [
      ("log_odds", byLabel(logOdds)), ("base", byLabel(base)), ("rounding", byLabel(rounding)),
      ("error", byLabel(error)),
      (
        "completeness",
        .object([
          ("relative_error", .decimal(relativeError, places: 6)), ("points", .integer(points)),
          ("baseline", .string("zero vectors behind xxbos")),
        ])
      ),
      ("words", .array(words.map(json))), ("marks", .array(markObjects)),
    ]
    return members
  }

  private func byLabel(_ values: [Double], places: Int = 6) -> JSONValue {
    .object(Array(zip(labels, values.map { JSONValue.decimal($0, places: places) })))
  }

  private func json(_ word: Word) -> JSONValue {
    .object([
      ("word", .string(word.text)), ("start", .integer(word.range.lowerBound)),
      ("end", .integer(word.range.upperBound)), ("worth", byLabel(word.worth)),
      ("network", byLabel(word.network)), ("ngrams", byLabel(word.ngrams)),
      ("attention", .decimal(word.attention, places: 6)), ("unknown", .bool(word.isUnknown)),
    ])
  }

  private var markObjects: [JSONValue] {
    zip(explanation.marks, marks).map { mark, worth in
      .object([("mark", .string(mark.text)), ("count", .integer(mark.count)), ("worth", byLabel(worth))])
    }
  }

  private func json(_ ngram: Explanation.NGram, _ worth: [Double]) -> JSONValue {
    .object([
      ("text", .string(text(of: ngram))), ("start", .integer(ngram.range.lowerBound)),
      ("end", .integer(ngram.range.upperBound)),
      ("of", .string(ngram.isNegated ? "negated word" : ngram.isOfWords ? "words" : "letters")),
      ("worth", byLabel(worth)),
    ])
  }

  private var tokenObjects: [JSONValue] {
    explanation.tokens.enumerated().map { index, token in
      var members: [(String, JSONValue)] = [
        ("token", .string(token.text)), ("start", .integer(token.range.lowerBound)),
        ("end", .integer(token.range.upperBound)), ("unknown", .bool(token.isUnknown)),
      ]
      if !isUnjudged {
        members += [
          ("attention", .decimal(attention[index].attention, places: 6)),
          ("saliency", .decimal(attention[index].saliency, places: 6)),
        ]
      }
      return .object(members)
    }
  }

  /// The letters of an n-gram.
  package func text(of ngram: Explanation.NGram) -> String {
    let bytes = explanation.cleaned.utf8
    let start = bytes.index(bytes.startIndex, offsetBy: ngram.range.lowerBound)
    return String(decoding: bytes[start..<bytes.index(start, offsetBy: ngram.range.count)], as: UTF8.self)
  }

  /// The n-grams by falling magnitude of their worth to a label; equal texts together.
  package func weightiestNGrams(for label: Int, count: Int) -> [(text: String, worth: [Double])] {
    var order: [String] = []
    var worths: [String: [Double]] = [:]
    for (ngram, worth) in zip(explanation.ngrams, ngrams) {
      let text =
        ngram.isNegated
        ? "no … \(text(of: ngram))" : ngram.isOfWords ? text(of: ngram) : "-\(text(of: ngram))-"
      if worths[text] == nil { order.append(text) }
      worths[text] = worths[text].map { zip($0, worth).map(+) } ?? worth
    }
    let all = order.enumerated().map { (place: $0, text: $1, worth: worths[$1] ?? []) }
    return all.sorted { (-abs($0.worth[label]), $0.place) < (-abs($1.worth[label]), $1.place) }.prefix(count)
      .map { ($0.text, $0.worth) }
  }
}
