internal import AWDLSTM
package import Datasets
internal import Glibc
package import TweetText

/// Labelled texts for training the marks of a model: the marks of each, and the model's scores without them.
///
/// Their labels must come from people or from a teacher model: a mark trained on labels derived from it would learn
/// itself.
package struct MarkExamples: Sendable {
  /// The marks to learn, the most frequent first.
  package let marks: [String]
  /// For each mark, the number of texts that contain it.
  package let counts: [Int]

  /// The marks of all texts, concatenated, and the factor of each.
  private(set) var numbers: [Int] = []
  private(set) var factors: [Double] = []
  /// The first mark of each text, then the number of all.
  private(set) var starts = [0]
  /// For each text its label, its weight, and the model's scores without marks.
  private(set) var targets: [Target] = []
  private(set) var weights: [Double] = []
  private(set) var offsets: [[Double]] = []

  /// A labelled text with the answer of the model.
  package struct Text: Sendable {
    package var marks: TextMarks
    package var target: Target
    package var weight: Float
    /// The model's answer without marks.
    package var logits: [Float]

    package init(marks: TextMarks, target: Target, weight: Float, logits: [Float]) {
      (self.marks, self.target) = (marks, target)
      (self.weight, self.logits) = (weight, logits)
    }
  }

  package var count: Int { targets.count }

  /// - Parameters:
  ///   - texts: those without a known mark are skipped, as no mark could change their answer.
  ///   - least: the number of texts that a mark must occur in to be learnt.
  ///   - temperature: the model's divisor of logits.
  package init(_ texts: [Text], least: Int, temperature: Double) {
    let common = Self.common(texts, least: least)
    self.init(texts, marks: common.map(\.mark), counts: common.map(\.count), temperature: temperature)
  }

  /// Other texts with the same marks, for validation.
  package func others(_ texts: [Text], temperature: Double) -> MarkExamples {
    MarkExamples(texts, marks: marks, counts: counts, temperature: temperature)
  }

  private init(_ texts: [Text], marks: [String], counts: [Int], temperature: Double) {
    (self.marks, self.counts) = (marks, counts)
    let index = MarkIndex(marks)
    var known = KnownMarks()
    for text in texts where text.weight > 0 {
      index.find(text.marks, into: &known)
      guard !known.numbers.isEmpty else { continue }
      append(known)
      targets.append(text.target)
      weights.append(Double(text.weight))
      let logits = text.logits.map { Double($0) / temperature }
      offsets.append(logits.count == 2 ? [logits[1] - logits[0]] : logits)
    }
  }

  private mutating func append(_ known: KnownMarks) {
    let root = Double(known.numbers.count).squareRoot()
    for (number, count) in zip(known.numbers, known.counts) {
      numbers.append(Int(number))
      factors.append(Double(MarkTerm.factor(count: count)) / root)
    }
    starts.append(numbers.count)
  }

  /// The marks that occur in enough texts, the most frequent first; ties are in byte order.
  private static func common(_ texts: [Text], least: Int) -> [(mark: String, count: Int)] {
    var counts: [[UInt8]: Int] = [:]
    for text in texts where text.weight > 0 {
      for mark in Set(text.marks.texts.map { Array($0.utf8) }) { counts[mark, default: 0] += 1 }
    }
    let common = counts.filter { $0.value >= least }.sorted {
      $0.value != $1.value ? $0.value > $1.value : $0.key.lexicographicallyPrecedes($1.key)
    }
    return common.prefix(1 << 16).map { (String(decoding: $0.key, as: UTF8.self), $0.value) }
  }
}
