internal import Glibc

/// How far two models agree about the same texts, whatever is true of them.
package struct Agreement: Equatable, Sendable {
  /// The first model's answers are the rows, the second's the columns.
  package let matrix: ConfusionMatrix

  /// - Parameters:
  ///   - first: the first model's answers.
  ///   - second: the second model's answers to the same texts.
  package init(_ first: [Int], _ second: [Int], labelCount: Int) {
    precondition(first.count == second.count, "both models need an answer to each text")
    var matrix = ConfusionMatrix(labelCount: labelCount)
    for (first, second) in zip(first, second) { matrix.add(truth: first, answer: second) }
    self.matrix = matrix
  }

  /// The texts that both give the same label.
  package var same: Proportion {
    Proportion((0..<matrix.labelCount).reduce(0) { $0 + matrix[truth: $1, answer: $1] }, of: matrix.total)
  }

  /// Cohen's kappa (1960): agreement beyond what the frequencies of the labels make likely, 1 for full agreement, 0
  /// for that of chance. Nil when both always give the same label, as chance then explains everything.
  package var kappa: Double? {
    let total = Double(matrix.total)
    guard total > 0 else { return nil }
    let chance = (0..<matrix.labelCount).reduce(0.0) { sum, label in
      sum + Double(matrix.actual(label)) / total * Double(matrix.answered(label)) / total
    }
    return chance < 1 ? (same.share - chance) / (1 - chance) : nil
  }
}

/// Whether two models are right equally often about the same texts (McNemar 1947): only the texts that one of them
/// gets right and the other one wrong can tell.
package struct McNemarTest: Equatable, Sendable {
  /// How the probability was computed.
  package enum Method: String, Sendable {
    /// Both sides of the binomial distribution with 1/2: for few discordant texts.
    case exact
    /// χ² of one degree of freedom with continuity correction (Edwards 1948).
    case corrected
  }

  /// The texts that only the first model labels right.
  package let onlyFirst: Int
  /// The texts that only the second model labels right.
  package let onlySecond: Int

  /// Fewer discordant texts than this are tested exactly.
  package static let fewestForCorrected = 25

  package init(onlyFirst: Int, onlySecond: Int) {
    (self.onlyFirst, self.onlySecond) = (onlyFirst, onlySecond)
  }

  /// The test of two models' judgements of the same texts.
  package init(_ first: [Judgement], _ second: [Judgement]) {
    let pairs = Array(zip(first, second))
    self.init(
      onlyFirst: pairs.count { $0.isRight && !$1.isRight },
      onlySecond: pairs.count { !$0.isRight && $1.isRight })
  }

  package var discordant: Int { onlyFirst + onlySecond }

  package var method: Method { discordant < Self.fewestForCorrected ? .exact : .corrected }

  /// χ² with continuity correction; nil for the exact test.
  package var statistic: Double? {
    guard method == .corrected else { return nil }
    let difference = max(0, Double(abs(onlyFirst - onlySecond)) - 1)
    return difference * difference / Double(discordant)
  }

  /// How probable so great a difference, or a greater one, is between equally good models.
  package var probability: Double {
    guard let statistic else {
      return min(1, 2 * Self.binomialTail(upTo: min(onlyFirst, onlySecond), of: discordant))
    }
    // Of one degree of freedom, χ² is the square of a standard normal variable.
    return erfc((statistic / 2).squareRoot())
  }

  /// The probability of at most `most` heads of `count` coins.
  private static func binomialTail(upTo most: Int, of count: Int) -> Double {
    var (ways, sum) = (1.0, 0.0)
    for heads in 0...most {
      sum += ways
      ways *= Double(count - heads) / Double(heads + 1)
    }
    return sum / pow(2, Double(count))
  }
}
