internal import Glibc
package import Sentiment

/// What each word and mark of a text contributes to each label, signed, and what adds up to the answer.
///
/// A label's *log-odds* are the mean of ln(p(label) / p(other)) over all other labels: with two labels the usual
/// log-odds, 0 where all labels are equally likely; they determine the probabilities. They are a linear function of
/// the logits, so that the worth of an n-gram or mark is exact:
///
///     log-odds = base + Σ words (network + n-grams) + Σ marks + rounding - error
///
/// All arrays over labels are in the order of `labels`.
package struct Attribution: Sendable {
  /// The model's labels.
  package let labels: [String]
  /// How the text was read.
  package let explanation: Explanation
  /// The likeliest label, or the one that the text has by rule.
  package let label: Int
  /// Whether the text has nothing to judge: then nothing of it contributed, and all contributions are missing.
  package let isUnjudged: Bool
  /// The log-odds of the program's answer.
  package let logOdds: [Double]
  /// Those of a text of as many words as this one, whose vectors are zeros, without n-grams and marks.
  package let base: [Double]
  /// What the network's arithmetic adds to that of its weights in single precision: rounding to 8 bits, for a
  /// model of 8-bit weights.
  package let rounding: [Double]
  /// By how much the contributions of the words to the network's part miss their sum: what the integral lacks.
  package let error: [Double]
  /// How many points of the path from nothing to the text were looked at.
  package let points: Int
  /// The words of the cleaned text in order.
  package let words: [Word]
  /// The marks of the text, as in `explanation.marks`.
  package let marks: [[Double]]
  /// The n-grams, as in `explanation.ngrams`.
  package let ngrams: [[Double]]
  /// For each token: see `TokenAttention`.
  package let attention: [TokenAttention]

  /// A word of the cleaned text.
  package struct Word: Equatable, Sendable {
    package let text: String
    /// Its bytes in the cleaned text.
    package let range: Range<Int>
    /// Its contribution to the network's part: integrated gradients.
    package var network: [Double]
    /// Its share of the n-grams: those of words are divided evenly among their words, those of letters by letters.
    package var ngrams: [Double]
    /// The greatest `TokenAttention.attention` of its tokens.
    package var attention: Double
    /// Whether the network read it as `xxunk`, in part at least.
    package var isUnknown: Bool

    /// Everything that it contributes.
    package var worth: [Double] { zip(network, ngrams).map(+) }
  }

  /// The greatest error of a label as a share of the greatest difference that the network's part makes to a label,
  /// or of 1 where that is less.
  package var relativeError: Double {
    let sums = labels.indices.map { label in abs(words.reduce(0) { $0 + $1.network[label] } - error[label]) }
    return (error.map(abs).max() ?? 0) / max(1, sums.max() ?? 0)
  }
}

/// How sensitive the likeliest label is to a token.
package struct TokenAttention: Equatable, Sendable {
  /// The case study's intrinsic attention, as fastai v1 computes it: the gradient of the label's probability with
  /// respect to the token's embedding, absolute values summed, the greatest of the text being 1.
  package let attention: Double
  /// The same gradient times the embedding, summed, then absolute, the greatest being 1.
  package let saliency: Double
}

/// Log-odds of labels as a function of their logits.
struct LogOdds {
  let labelCount: Int
  let temperature: Double

  /// The factor of each logit in the log-odds of one label against some others.
  func factors(of label: Int, against others: [Int]) -> [Double] {
    (0..<labelCount).map { other in
      if other == label { return 1 / temperature }
      return others.contains(other) ? -1 / Double(others.count) / temperature : 0
    }
  }

  /// The same against all others.
  func factors(of label: Int) -> [Double] {
    factors(of: label, against: (0..<labelCount).filter { $0 != label })
  }

  /// The factor of each logit in the gradient of a label's probability, but for one that all have in common.
  ///
  /// The gradient of p is p · Σ (δ - p) · logit: the others have the factors that are their shares of 1 - p,
  /// computed without p, beside which they would be lost where the label is all but certain.
  /// - Parameter values: the log-odds of all labels.
  func slopes(of label: Int, at values: [Double]) -> [Double] {
    let others = values.indices.filter { $0 != label }
    let greatest = others.map { values[$0] }.max() ?? 0
    let share = Double(labelCount - 1) / Double(labelCount)
    let powers = values.map { exp(($0 - greatest) * share) }
    let sum = others.reduce(0.0) { $0 + powers[$1] }
    return powers.indices.map { $0 == label ? 1 : -powers[$0] / sum }
  }

  /// The log-odds of all labels.
  func callAsFunction(_ logits: [Double]) -> [Double] {
    (0..<labelCount).map { label in zip(factors(of: label), logits).reduce(0) { $0 + $1.0 * $1.1 } }
  }
}
