internal import Glibc
package import JSON

/// The words of the tweets that were given each label: the frequent ones, and those that tell the label from the others.
package struct Words: Equatable, Sendable {
  /// A word that is said of one label more than of the others.
  package struct Telling: Equatable, Sendable {
    package let word: String
    /// The logarithm of the odds ratio in standard errors.
    package let z: Double
  }

  /// By the label's name.
  package private(set) var summaries: [String: WordSummary]

  /// How many words are given of each kind.
  package static let shown = 20
  /// These words.
  package init(_ summaries: [String: WordSummary] = [:]) { self.summaries = summaries }

  package var isEmpty: Bool { summaries.isEmpty }

  /// Counts a word of a tweet that was given `label`.
  package mutating func add(_ word: String, _ count: Int, label: String) {
    summaries[label, default: WordSummary()].add(word, count)
  }

  package static func += (sum: inout Words, other: Words) {
    for (label, summary) in other.summaries { sum.summaries[label, default: WordSummary()] += summary }
  }

  /// The words that tell `label` from the others, the most telling first.
  ///
  /// Where counts are uncertain, the least of the label's own is set against the greatest of the others'; see `Contrast`.
  package func telling(_ label: String, _ number: Int = shown) -> [Telling] {
    guard let own = summaries[label] else { return [] }
    let others = summaries.filter { $0.key != label }.values
    let otherTotal = others.reduce(0) { $0 + $1.total }
    guard otherTotal > 0 else { return [] }
    let telling = own.counts.compactMap { word, count -> Telling? in
      let other = others.reduce(0) { $0 + $1.most(of: word) }
      let z = Contrast.z(count.seen, of: own.total, against: other, of: otherTotal)
      return z >= Contrast.leastZ ? Telling(word: word, z: z) : nil
    }
    return Array(telling.sorted { ($1.z, $0.word) < ($0.z, $1.word) }.prefix(number))
  }

  /// The words of a label as JSON: `{"frequent": [{"word", "count", "error"}, …], "telling": [{"word", "z"}, …]}`.
  ///
  /// A word was counted at most `count` times, and at least `error` less often.
  package func json(of label: String) -> JSONValue {
    let frequent = summaries[label]?.frequent(Self.shown) ?? []
    return .object([
      (
        "frequent",
        .array(
          frequent.map { word, count in
            .object([
              ("word", .string(word)), ("count", .integer(count.most)), ("error", .integer(count.missed)),
            ])
          })
      ),
      (
        "telling",
        .array(
          telling(label).map { .object([("word", .string($0.word)), ("z", .decimal($0.z, places: 2))]) })
      ),
    ])
  }
}

/// How surely a word tells some texts from others.
///
/// Log-odds ratio with an informative Dirichlet prior (Monroe, Colaresi & Quinn 2008, Fightin' Words, equations 15, 16, 19): a
/// prior of a thousand words with the frequencies of all texts together keeps rare words from looking telling.
package enum Contrast {
  /// The words of the prior.
  package static let usualPrior = 1000.0
  /// Less is chance in 1 of 40 words.
  package static let leastZ = 1.96

  /// The logarithm of the odds ratio in standard errors.
  ///
  /// - Parameters:
  ///   - own: how often the word comes among the `ownTotal` words of the texts.
  ///   - other: how often it comes among the `otherTotal` words of the others.
  ///   - prior: the words of the prior.
  package static func z(
    _ own: Int, of ownTotal: Int, against other: Int, of otherTotal: Int, prior: Double = usualPrior
  ) -> Double {
    let (first, second) = (Double(own), Double(other))
    let expected = prior * (first + second) / Double(ownTotal + otherTotal)
    let (with, otherWith) = (first + expected, second + expected)
    let without = max(1, Double(ownTotal) + prior - with)
    let otherWithout = max(1, Double(otherTotal) + prior - otherWith)
    let variance = 1 / with + 1 / without + 1 / otherWith + 1 / otherWithout
    return log(with / without / (otherWith / otherWithout)) / variance.squareRoot()
  }
}

// As the ledger keeps them: numbers in groups of seven bits (LEB128), texts with their lengths.
extension Words {
  private static let version: UInt8 = 1

  /// The words as bytes, without those that are over the capacity: the same words give the same bytes.
  package var bytes: [UInt8] {
    var bytes = [Self.version]
    bytes.append(number: summaries.count)
    for (label, summary) in summaries.sorted(by: { $0.key < $1.key }) {
      var summary = summary
      summary.forget()
      bytes.append(text: label)
      for number in [summary.total, summary.absent, summary.counts.count] { bytes.append(number: number) }
      for (word, count) in summary.frequent(summary.counts.count) {
        bytes.append(text: word)
        bytes.append(number: count.seen)
        bytes.append(number: count.missed)
      }
    }
    return bytes
  }

  /// What `bytes` hold; nil for any other bytes.
  package init?(bytes: [UInt8]) {
    var reader = WordReader(bytes: bytes)
    guard bytes.first == Self.version, let labels = reader.number() else { return nil }
    self.init()
    for _ in 0..<labels {
      guard let label = reader.text(), let total = reader.number(), let absent = reader.number(),
        let count = reader.number(), count <= WordSummary.capacity
      else { return nil }
      var counts: [String: WordSummary.Count] = [:]
      for _ in 0..<count {
        guard let word = reader.text(), let seen = reader.number(), let missed = reader.number() else {
          return nil
        }
        counts[word] = WordSummary.Count(seen: seen, missed: missed)
      }
      summaries[label] = WordSummary(total: total, absent: absent, counts: counts)
    }
    guard reader.isAtEnd else { return nil }
  }
}

/// Reads what `Words.bytes` writes.
private struct WordReader {
  let bytes: [UInt8]
  private var position = 1

  init(bytes: [UInt8]) { self.bytes = bytes }

  var isAtEnd: Bool { position == bytes.count }

  mutating func number() -> Int? {
    var (number, shift) = (0, 0)
    while position < bytes.count, shift < 63 {
      let byte = bytes[position]
      position += 1
      number |= Int(byte & 0x7F) << shift
      if byte < 0x80 { return number }
      shift += 7
    }
    return nil
  }

  mutating func text() -> String? {
    guard let length = number(), length <= bytes.count - position else { return nil }
    defer { position += length }
    return String(validating: bytes[position..<position + length], as: UTF8.self)
  }
}

extension [UInt8] {
  fileprivate mutating func append(number: Int) {
    var rest = UInt(bitPattern: number)
    while rest >= 0x80 {
      append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    append(UInt8(rest))
  }

  fileprivate mutating func append(text: String) {
    append(number: text.utf8.count)
    append(contentsOf: text.utf8)
  }
}
