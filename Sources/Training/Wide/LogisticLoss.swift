internal import Datasets
internal import Glibc

/// The loss of a linear model's answer, and its derivative with respect to the scores.
///
/// With two labels there is one score, the log-odds of the second; with more there is one per label, and their
/// softmax gives the probabilities.
enum LogisticLoss {
  /// The number of scores of an answer.
  static func scores(labels: Int) -> Int { labels == 2 ? 1 : labels }

  /// The cross-entropy of an answer with its target, in nats. Does not allocate.
  ///
  /// - Parameter slopes: receives the derivative with respect to each score.
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

  /// −ln of the probability of the right label, averaged by the probabilities of the two labels.
  ///
  /// - Parameter probability: the probability that the second label is right.
  private static func value(logOdds: Double, probability: Double) -> Double {
    probability * softplus(-logOdds) + (1 - probability) * softplus(logOdds)
  }

  /// ln(1 + eˣ).
  private static func softplus(_ x: Double) -> Double {
    x < 0 ? log1p(exp(x)) : log1p(exp(-x)) + x
  }

  /// The probability of the second label.
  private static func probability(logOdds: Double) -> Double { 1 / (1 + exp(-logOdds)) }

  /// The probability of each label; returns the logarithm of the sum of the exponentials of the scores.
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
  /// The target reweighted by class weights, and the resulting weight of the example.
  ///
  /// A cross-entropy with weighted terms equals the cross-entropy with another target, times a factor. Targets that
  /// decide between two labels only are not reweighted.
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
