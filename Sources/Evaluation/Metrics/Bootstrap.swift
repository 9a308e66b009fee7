internal import Datasets

/// How far measures would vary if other texts of the same kind had been judged: the percentile bootstrap
/// (Efron 1979). The same seed draws the same resamples.
package struct Bootstrap: Sendable {
  /// Where 95 % of the resamples lie.
  package typealias Interval = ClosedRange<Double>

  /// The intervals of the measures that are compared between models.
  package struct Intervals: Equatable, Sendable {
    package let accuracy: Interval
    package let macroF1: Interval
    /// Nil when all texts are positive, or none is.
    package let areaUnderCurve: Interval?
  }

  /// The intervals of two models on the same texts.
  package struct PairedIntervals: Equatable, Sendable {
    /// Of one model, or of the second's measure minus the first's in the same resample.
    package struct Measures: Equatable, Sendable {
      package let accuracy: Interval
      package let macroF1: Interval
    }

    package let first: Measures
    package let second: Measures
    package let difference: Measures
  }

  /// Chooses the resamples.
  package var seed: UInt64
  /// How many times as many texts as there are get drawn, with replacement.
  package var resamples: Int

  package init(seed: UInt64 = 42, resamples: Int = 1000) {
    self.seed = seed
    self.resamples = resamples
  }

  /// The intervals for some judgements, at least one.
  ///
  /// - Parameters:
  ///   - positive: the label whose probability is the score of the area under the curve.
  ///   - negative: the label that AUC separates it from; nil for all others.
  package func intervals(
    _ judgements: [Judgement], labelCount: Int, positive: Int, negative: Int? = nil
  ) -> Intervals {
    precondition(!judgements.isEmpty, "nothing can be drawn from no judgements")
    let outcomes = judgements.map { (truth: $0.truth, answer: $0.answer) }
    let ranking = ScoreRanking(judgements, positive: positive, negative: negative)
    var draws = SplitMix64(state: seed)
    var (accuracies, macroF1s, areas): ([Double], [Double], [Double]) = ([], [], [])
    for _ in 0..<resamples {
      let counts = draws.resample(judgements.count)
      var matrix = ConfusionMatrix(labelCount: labelCount)
      for (outcome, count) in zip(outcomes, counts) {
        matrix.add(truth: outcome.truth, answer: outcome.answer, count: count)
      }
      accuracies.append(matrix.accuracy)
      macroF1s.append(matrix.macroF1)
      if let area = ranking.areaUnderCurve(counts: counts) { areas.append(area) }
    }
    return Intervals(
      accuracy: Self.interval(accuracies), macroF1: Self.interval(macroF1s),
      areaUnderCurve: areas.isEmpty ? nil : Self.interval(areas))
  }

  /// The intervals for two models' judgements of the same texts, at least one: each resample draws the same texts for
  /// both, so that what is hard about a text cancels out of the differences.
  package func intervals(
    _ first: [Judgement], _ second: [Judgement], labelCount: Int
  ) -> PairedIntervals {
    precondition(!first.isEmpty && first.count == second.count, "both models need the same texts")
    let models = [first, second].map { $0.map { (truth: $0.truth, answer: $0.answer) } }
    var draws = SplitMix64(state: seed)
    var (accuracies, macroF1s) = ([[Double]](repeating: [], count: 3), [[Double]](repeating: [], count: 3))
    for _ in 0..<resamples {
      let counts = draws.resample(first.count)
      let matrices = models.map { outcomes in
        var matrix = ConfusionMatrix(labelCount: labelCount)
        for (outcome, count) in zip(outcomes, counts) {
          matrix.add(truth: outcome.truth, answer: outcome.answer, count: count)
        }
        return matrix
      }
      for (place, matrix) in matrices.enumerated() {
        accuracies[place].append(matrix.accuracy)
        macroF1s[place].append(matrix.macroF1)
      }
      accuracies[2].append(matrices[1].accuracy - matrices[0].accuracy)
      macroF1s[2].append(matrices[1].macroF1 - matrices[0].macroF1)
    }
    let measures = zip(accuracies, macroF1s).map {
      PairedIntervals.Measures(accuracy: Self.interval($0), macroF1: Self.interval($1))
    }
    return PairedIntervals(first: measures[0], second: measures[1], difference: measures[2])
  }

  /// From the 2.5th to the 97.5th percentile.
  static func interval(_ values: [Double]) -> Interval {
    let sorted = values.sorted()
    return quantile(0.025, of: sorted)...quantile(0.975, of: sorted)
  }

  /// The quantile of sorted values, linear between neighbours (type 7 of Hyndman & Fan 1996, NumPy's default).
  static func quantile(_ share: Double, of sorted: [Double]) -> Double {
    let place = share * Double(sorted.count - 1)
    let below = Int(place)
    let above = min(below + 1, sorted.count - 1)
    return sorted[below] + (place - Double(below)) * (sorted[above] - sorted[below])
  }
}

extension SplitMix64 {
  /// Draws `count` of as many things with replacement; returns how often each was drawn.
  fileprivate mutating func resample(_ count: Int) -> [Int] {
    var counts = [Int](repeating: 0, count: count)
    for _ in 0..<count { counts[number(below: count)] += 1 }
    return counts
  }
}
