internal import AWDLSTM
package import Datasets
internal import Glibc
package import TweetText

/// Labelled texts as the marks of a model learn from them: the marks of each, and what the model says without these.
///
/// Their labels must come from people or a teacher: where a label was made from a mark, the mark would learn itself.
package struct MarkExamples: Sendable {
  /// The marks that are learnt, by falling number of texts that have them.
  package let marks: [String]
  /// Of each mark how many texts have it.
  package let counts: [Int]

  /// Of all texts one after another: which marks, and what each counts there.
  private(set) var numbers: [Int] = []
  private(set) var factors: [Double] = []
  /// Where the marks of each text begin; at last where all end.
  private(set) var starts = [0]
  /// Of each text what is known of its label, what it counts, and the model's scores without marks.
  private(set) var targets: [Target] = []
  private(set) var weights: [Double] = []
  private(set) var offsets: [[Double]] = []

  /// A labelled text of which the model has been asked.
  package struct Text: Sendable {
    package var marks: TextMarks
    package var target: Target
    package var weight: Float
    /// What the model says without marks.
    package var logits: [Float]

    package init(marks: TextMarks, target: Target, weight: Float, logits: [Float]) {
      (self.marks, self.target) = (marks, target)
      (self.weight, self.logits) = (weight, logits)
    }
  }

  package var count: Int { targets.count }

  /// - Parameters:
  ///   - texts: those without a mark that is known are left out: no mark could change what is said of them.
  ///   - least: in how many texts a mark must be to be learnt.
  ///   - temperature: what the model divides its logits by.
  package init(_ texts: [Text], least: Int, temperature: Double) {
    let common = Self.common(texts, least: least)
    self.init(texts, marks: common.map(\.mark), counts: common.map(\.count), temperature: temperature)
  }

  /// Other texts with the same marks, to judge by.
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

  /// The marks that enough texts have, the most frequent first; of equals in the order of their bytes.
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
