import Testing

@testable import Evaluation

@Suite struct ComparisonTests {
  @Test("Kappa of Cohen's kind by hand: 20, 5, 10 and 15 of 50")
  func kappa() {
    let pairs = [(0, 0, 20), (0, 1, 5), (1, 0, 10), (1, 1, 15)]
    let first = pairs.flatMap { [Int](repeating: $0.0, count: $0.2) }
    let second = pairs.flatMap { [Int](repeating: $0.1, count: $0.2) }
    let agreement = Agreement(first, second, labelCount: 2)
    #expect(agreement.same == Proportion(35, of: 50))
    // Observed 0.7; by chance 0.5 · 0.6 + 0.5 · 0.4 = 0.5.
    #expect(agreement.kappa?.isClose(to: 0.4) == true)
    #expect(Agreement([0, 1, 2], [0, 1, 2], labelCount: 3).kappa == 1)
    #expect(Agreement([1, 1], [1, 1], labelCount: 2).kappa == nil)
    #expect(Agreement([], [], labelCount: 2).kappa == nil)
  }

  @Test(
    "McNemar's test by hand",
    arguments: [
      // 2 · (1 + 10 + 45) / 1024.
      (2, 8, McNemarTest.Method.exact, 0.109375),
      (8, 2, .exact, 0.109375),
      (5, 5, .exact, 1),
      (0, 0, .exact, 1),
      (0, 6, .exact, 2.0 / 64),
      // χ² = (|10 - 30| - 1)² / 40 = 9.025 and (|20 - 20| - 1)² / 40, which counts as 0.
      (10, 30, .corrected, 0.0026631193),
      (20, 20, .corrected, 1),
    ])
  func mcNemar(_ first: Int, _ second: Int, method: McNemarTest.Method, probability: Double) {
    let test = McNemarTest(onlyFirst: first, onlySecond: second)
    #expect(test.method == method)
    #expect(test.probability.isClose(to: probability, within: 1e-8))
  }

  @Test("Both methods are close where they meet")
  func methodsMeet() {
    for first in 5...12 {
      let exact = McNemarTest(onlyFirst: first, onlySecond: 24 - first).probability
      let corrected = McNemarTest(onlyFirst: first, onlySecond: 25 - first).probability
      #expect(abs(exact - corrected) < 0.16)
    }
  }

  private let first = [[0.9, 0.1], [0.4, 0.6], [0.7, 0.3], [0.2, 0.8], [0.5, 0.5]]
  private let second = [[0.8, 0.2], [0.7, 0.3], [0.1, 0.9], [0.2, 0.8], [0.5, 0.5]]

  @Test("Texts about which models differ come by the greatest difference; those without are none")
  func differences() {
    let comparison = Comparison(
      first, second, truths: [nil, nil, nil, nil, nil], labelCount: 2)
    #expect(comparison.accuracy == nil)
    #expect(comparison.agreement.same == Proportion(3, of: 5))
    let texts = comparison.greatestDifferences(9).map(\.text)
    #expect(texts == [2, 1, 0])
    #expect(comparison.greatestDifferences(1).first?.size.isClose(to: 0.6) == true)
  }

  @Test("Only texts with a known label count for accuracy; a model compared with itself differs in nothing")
  func accuracy() throws {
    let truths = [0, 1, 1, nil, nil]
    let comparison = Comparison(first, second, truths: truths, labelCount: 2)
    let accuracy = try #require(comparison.accuracy)
    #expect(
      (accuracy.first.total, accuracy.first.accuracy, accuracy.second.accuracy) == (3, 2.0 / 3, 2.0 / 3))
    #expect((accuracy.test.onlyFirst, accuracy.test.onlySecond) == (1, 1))
    #expect(accuracy.intervals.difference.accuracy.lowerBound < 0)
    let same = try #require(Comparison(first, first, truths: truths, labelCount: 2).accuracy)
    #expect(same.intervals.difference.accuracy == 0...0 && same.intervals.difference.macroF1 == 0...0)
    #expect(same.intervals.first == same.intervals.second && same.test.probability == 1)
  }

  @Test("Paired intervals are narrower than those of each model where models err alike")
  func paired() {
    let truths = (0..<200).map { $0 % 2 }
    func judgements(wrong: Range<Int>) -> [Judgement] {
      truths.enumerated().map { index, truth in
        let isOne = (truth == 1) != wrong.contains(index)
        return Judgement(truth: truth, probabilities: isOne ? [0.2, 0.8] : [0.8, 0.2])
      }
    }
    let intervals = Bootstrap().intervals(
      judgements(wrong: 0..<60), judgements(wrong: 0..<50), labelCount: 2)
    func width(_ interval: Bootstrap.Interval) -> Double { interval.upperBound - interval.lowerBound }
    #expect(intervals.difference.accuracy.contains(0.05) && intervals.difference.accuracy.lowerBound > 0)
    #expect(width(intervals.difference.accuracy) < 0.6 * width(intervals.first.accuracy))
  }
}

@Suite struct ProportionTests {
  @Test(
    "Wilson's interval, with numbers computed from the definition elsewhere",
    arguments: [
      (0, 10, 0.0, 0.2775327998628892), (10, 10, 0.7224672001371107, 1.0),
      (81, 263, 0.2552885198782742, 0.36620957698280004), (1, 2, 0.09453120573423071, 0.9054687942657693),
      (0, 0, 0, 1),
    ])
  func wilson(_ part: Int, _ whole: Int, low: Double, high: Double) {
    let interval = Proportion(part, of: whole).interval
    #expect(interval.lowerBound.isClose(to: low, within: 1e-9))
    #expect(interval.upperBound.isClose(to: high, within: 1e-9))
  }

  @Test("Bins of a calibration curve have intervals, and ECE is the mean gap by hand")
  func calibration() {
    // Confidences 0.9, 0.8, 0.7, 0.6, 0.6, 0.6, 0.7, 0.95; right: yes, yes, no, yes, no, yes, no, yes.
    let curve = CalibrationCurve(eight, binCount: 2)
    #expect(curve.bins[1].rightTexts == Proportion(5, of: 8))
    #expect(curve.expectedError.isClose(to: abs(5 - 5.85) / 8, within: 1e-12))
  }
}

@Suite struct BreakdownTests {
  @Test("Texts are counted by their number of words")
  func byLength() {
    let texts = ["", "uno", "uno dos tres", "a b c d", "  a\u{A0}b\tc d e f g ", "a b c d e f g h", "x", "x"]
    let parts = Breakdown.byLength(eight, texts: texts).parts
    #expect(parts.map(\.name) == ["no words", "1–3 words", "4–7 words", "8–12 words"])
    #expect(parts.map(\.right.whole) == [1, 4, 2, 1])
    #expect(parts.map(\.right.part) == [1, 2, 1, 1])
  }

  @Test("Texts are counted by what their records say, the most frequent first and the rest together")
  func byName() {
    let names: [String?] = ["es", "mx", "mx", nil, "ar", "es", "mx", "cr"]
    let parts = Breakdown.byName(eight, names: names, most: 2).parts
    #expect(parts.map(\.name) == ["mx", "es", "(others)"])
    #expect(parts.map(\.right.whole) == [3, 2, 2])
    #expect(Breakdown.byName(eight, names: names.map { _ in nil }).parts.isEmpty)
  }
}

@Suite struct ExpectationsTests {
  private let items = [
    Expectations.Item(text: "a", group: "plain", expected: .label(1)),
    Expectations.Item(text: "b", group: "plain", expected: .label(1)),
    Expectations.Item(text: "c", group: "same", expected: .same(as: "b")),
    Expectations.Item(text: "d", group: "same", expected: .same(as: "a")),
    Expectations.Item(text: "b", group: "not", expected: .anythingBut(1)),
    Expectations.Item(text: "a", group: "not", expected: .anythingBut(1)),
  ]

  @Test("Expectations are met or not, group by group in their order, and each text is asked")
  func outcomes() {
    let probabilities = ["a": [0.1, 0.9], "b": [0.7, 0.3], "c": [0.6, 0.4], "d": [0.8, 0.2]]
    let expectations = Expectations(items) { texts in texts.map { probabilities[$0] ?? [] } }
    #expect(expectations.outcomes.map(\.isMet) == [true, false, true, false, true, false])
    #expect(expectations.outcomes.map(\.other) == [nil, nil, 0, 1, nil, nil])
    #expect(expectations.met == Proportion(3, of: 6))
    #expect(expectations.groups.map(\.name) == ["plain", "same", "not"])
    #expect(expectations.groups.allSatisfy { $0.met == Proportion(1, of: 2) })
    #expect(expectations.failures(in: "same").map(\.item.text) == ["d"])
  }

  @Test("A text without a label meets no label, what is not a label, and the same as another without one")
  func withoutLabel() {
    let probabilities: [String: [Double]] = ["a": [], "b": [0.7, 0.3], "c": [], "d": []]
    let expectations = Expectations(items) { texts in texts.map { probabilities[$0] ?? [] } }
    #expect(expectations.outcomes.map(\.isMet) == [false, false, false, true, true, true])
    #expect(expectations.outcomes.map(\.answer) == [nil, 0, nil, nil, 0, nil])
    #expect(expectations.outcomes.map(\.other) == [nil, nil, 0, nil, nil, nil])
  }
}
