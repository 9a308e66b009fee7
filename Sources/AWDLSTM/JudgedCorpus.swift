internal import JSON

/// What a classifier answered to the texts of one corpus whose labels are known: an element of `judged` in `config.json`.
///
/// It changes no answer. Those who count labels use it to correct the shares of these for the classifier's own errors.
package struct JudgedCorpus: Equatable, Sendable {
  /// The answers to the texts of one true label.
  package struct Row: Equatable, Sendable {
    /// How many texts there are.
    package var texts: Int
    /// How many of them were given each label: a row of the confusion matrix.
    package var answers: [Int]
    /// The mean probability of each label.
    package var mean: [Double]
    /// The covariances of these probabilities from text to text: the upper triangle of their matrix, row by row.
    package var covariance: [Double]

    /// A row of these numbers.
    package init(texts: Int, answers: [Int], mean: [Double], covariance: [Double]) {
      (self.texts, self.answers, self.mean, self.covariance) = (texts, answers, mean, covariance)
    }
  }

  /// The corpus, as people call it.
  package var name: String
  /// One for each label, in the model's order.
  package var rows: [Row]

  /// No corpus has fewer texts of a label: a handful says nothing about the rest.
  package static let fewestTexts = 20
  /// Models with more labels are not judged for good: the covariances take the cube of their number.
  package static let mostLabels = 16
  /// How many corpora a model may have been judged by.
  package static let mostCorpora = 64

  /// A corpus of this name.
  package init(name: String, rows: [Row]) { (self.name, self.rows) = (name, rows) }
}

// Reading.
extension JudgedCorpus {
  /// Reads and checks what a `config.json` says of a model with `labels`; nothing where it was not judged.
  static func read(_ file: ModelFile, labels: [String]) throws(ModelError) -> [JudgedCorpus] {
    let object = try CheckedObject(file)
    guard object.has(key) else { return [] }
    guard (2...mostLabels).contains(labels.count) else {
      throw ModelError(
        file: file.name, place: key, expected: "none in a model of \(labels.count) labels", found: "some")
    }
    var corpora: [JudgedCorpus] = []
    for object in try object.objects(key) {
      var corpus = JudgedCorpus(name: try object.name("corpus"), rows: [])
      for row in try object.objects("labels") {
        guard corpus.rows.count < labels.count else { break }
        corpus.rows.append(try Row(row, label: labels[corpus.rows.count], count: labels.count))
      }
      try object.expect("labels", "\(labels.count) elements", corpus.rows.count == labels.count)
      corpora.append(corpus)
      try object.expect("corpus", "at most \(mostCorpora) of them", corpora.count <= mostCorpora)
    }
    return corpora
  }

  fileprivate static let key = "judged"
}

extension JudgedCorpus.Row {
  fileprivate init(_ object: CheckedObject, label: String, count: Int) throws(ModelError) {
    try object.expect("label", "\"\(label)\"", try object.text("label") == label)
    texts = try object.integer("texts", in: JudgedCorpus.fewestTexts...1 << 40)
    answers = try object.integers("answers", count: count...count, in: 0...texts)
    mean = try object.numbers("mean", count: count, in: 0...1)
    covariance = try object.numbers("covariance", count: count * (count + 1) / 2, in: -0.25...0.25)
    try object.expect("answers", "\(texts) in all, as texts says", answers.reduce(0, +) == texts)
    try object.expect("mean", "numbers that add up to 1", abs(mean.reduce(0, +) - 1) < 1e-3)
  }
}

extension CheckedObject {
  /// - Throws: unless the value of `key` is as expected.
  fileprivate func expect(_ key: String, _ expected: String, _ isMet: Bool) throws(ModelError) {
    guard !isMet else { return }
    throw ModelError(file: file, place: place(of: key), expected: expected, found: "another")
  }
}

extension JudgedCorpus.Row {
  /// The covariances as a symmetric matrix.
  package var covarianceMatrix: [[Double]] {
    mean.indices.map { row in
      mean.indices.map { column in
        let (low, high) = (min(row, column), max(row, column))
        return covariance[low * mean.count - low * (low - 1) / 2 + high - low]
      }
    }
  }
}

// Writing.
extension JudgedCorpus {
  /// The bytes of `configuration`, of a model with `labels`, in which `corpora` take the place of those that the model
  /// was judged by before; all other bytes stay.
  ///
  /// - Throws: when the result would not be read.
  package static func configuration(
    _ configuration: ModelFile, of labels: [String], judgedBy corpora: [JudgedCorpus]
  ) throws(ModelError) -> [UInt8] {
    var bytes = withoutJudged(configuration.bytes(in: 0..<configuration.byteCount))
    guard !corpora.isEmpty, let end = members(in: bytes)?.last?.end else { return bytes }
    let text = corpora.map { $0.text(labels) }.joined(separator: ",\n")
    bytes.insert(contentsOf: Array(",\n  \"\(key)\": [\n\(text)\n  ]".utf8), at: end)
    _ = try read(ModelFile(name: configuration.name, bytes: bytes), labels: labels)
    return bytes
  }

  /// The bytes of a `config.json` as they were before the model was judged.
  package static func withoutJudged(_ configuration: [UInt8]) -> [UInt8] {
    guard let members = members(in: configuration),
      let place = members.firstIndex(where: { configuration[$0.key].elementsEqual(key.utf8) })
    else { return configuration }
    // The comma before it goes too, or else the one after it.
    let range =
      if place > 0 {
        members[place - 1].end..<members[place].end
      } else {
        (members[0].key.lowerBound - 1)..<(members.count > 1 ? members[1].key.lowerBound - 1 : members[0].end)
      }
    return Array(configuration[..<range.lowerBound] + configuration[range.upperBound...])
  }

  /// Where the keys of an object's members are, without quotes, and where their values end; nil for another text.
  private static func members(in text: [UInt8]) -> [(key: Range<Int>, end: Int)]? {
    var scanner = JSONScanner()
    var members: [(key: Range<Int>, end: Int)] = []
    scanner.skipSpace(in: text.span)
    guard scanner.peek(in: text.span) == UInt8(ascii: "{") else { return nil }
    do throws(JSONError) {
      try scanner.open(in: text.span)
      while try scanner.advance(in: text.span) {
        let key = try scanner.key(in: text.span)
        try scanner.skipValue(in: text.span)
        members.append((key, scanner.position))
      }
    } catch {
      return nil
    }
    return members
  }

  /// The corpus as JSON, a line for each label.
  private func text(_ labels: [String]) -> String {
    let rows = zip(labels, rows).map { label, row in
      JSONValue.object([
        ("label", .string(label)), ("texts", .integer(row.texts)), ("answers", .integers(row.answers)),
        ("mean", .array(row.mean.map { .decimal($0, places: 6) })),
        ("covariance", .array(row.covariance.map { .decimal($0, places: 6) })),
      ]).line
    }
    return "    {\"corpus\": \(JSONString.quoted(name)), \"labels\": [\n      "
      + rows.joined(separator: ",\n      ") + "\n    ]}"
  }
}
