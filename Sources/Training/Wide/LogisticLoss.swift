internal import Datasets
internal import Glibc

/// What a linear model loses by an answer, and how that changes with its scores.
///
/// Of two labels there is one score, the log-odds of the second; of more there is one a label, of which the softmax gives
/// the probabilities.
enum LogisticLoss {
  /// How many scores an answer has.
  static func scores(labels: Int) -> Int { labels == 2 ? 1 : labels }

  /// The loss of an answer: the cross-entropy with what is right, in nats. Allocates nothing.
  ///
  /// - Parameter slopes: receives how the loss changes with each score.
  static func evaluate(
    _ scores: Span<Double>, _ target: Target, slopes: inout MutableSpan<Double>
  ) -> Double {
    guard scores.count > 1 else {
      let probability = probabilityOfSecond(target)
      slopes[0] = self.probability(logOdds: scores[0]) - probability
      return value(logOdds: scores[0], probability: probability)
    }
    switch target {
    case .odds(let label, let other):
      let logOdds = scores[label] - scores[other]
      for score in slopes.indices { slopes[score] = 0 }
      slopes[label] = probability(logOdds: logOdds) - 1
      slopes[other] = -slopes[label]
      return value(logOdds: logOdds, probability: 1)
    case .label(let label):
      let logarithm = softmax(scores, &slopes)
      slopes[label] -= 1
      return logarithm - scores[label]
    case .distribution(let probabilities):
      let logarithm = softmax(scores, &slopes)
      var wanted = 0.0
      for score in scores.indices {
        wanted += Double(probabilities[score]) * (logarithm - scores[score])
        slopes[score] -= Double(probabilities[score])
      }
      return wanted
    }
  }

  private static func probabilityOfSecond(_ target: Target) -> Double {
    switch target {
    case .label(let label), .odds(let label, _): Double(label)
    case .distribution(let probabilities): Double(probabilities[1])
    }
  }

  /// −ln of the probability of the label that is right; of two labels the mean by how probable each is.
  ///
  /// - Parameter probability: that the second label is right.
  private static func value(logOdds: Double, probability: Double) -> Double {
    probability * softplus(-logOdds) + (1 - probability) * softplus(logOdds)
  }

  /// ln(1 + eˣ).
  private static func softplus(_ x: Double) -> Double {
    x < 0 ? log1p(exp(x)) : log1p(exp(-x)) + x
  }

  /// The probability of the second label.
  private static func probability(logOdds: Double) -> Double { 1 / (1 + exp(-logOdds)) }

  /// The probability of each label; returns the logarithm of what scores' powers of e add up to.
  private static func softmax(_ scores: Span<Double>, _ probabilities: inout MutableSpan<Double>) -> Double {
    var greatest = scores[0]
    for score in scores.indices { greatest = max(greatest, scores[score]) }
    var sum = 0.0
    for score in scores.indices {
      probabilities[score] = exp(scores[score] - greatest)
      sum += probabilities[score]
    }
    for score in scores.indices { probabilities[score] /= sum }
    return greatest + log(sum)
  }
}

extension Target {
  /// The same as classes' weights make it, and what the example counts for by them.
  ///
  /// The cross-entropy whose terms are weighted by their classes is that with another target, times a factor. Targets
  /// that decide between two labels have no such weights.
  func weighed(by classWeights: [Float]) -> (target: Target, factor: Float) {
    switch self {
    case .label(let label): return (self, classWeights[label])
    case .odds: return (self, 1)
    case .distribution(let probabilities):
      let weighed = zip(probabilities, classWeights).map(*)
      let sum = weighed.reduce(0, +)
      return sum > 0 ? (.distribution(weighed.map { $0 / sum }), sum) : (self, 0)
    }
  }
}
