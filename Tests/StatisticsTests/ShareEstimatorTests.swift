import JSON
import Statistics
import Testing

@Suite("Estimated shares") struct ShareEstimatorTests {
  @Test("A mixture of what the corpus's labels look like gives its shares exactly", arguments: [2, 3, 5])
  func exact(labels: Int) throws {
    let classifier = InventedClassifier(labels: labels)
    let estimator = classifier.estimator(texts: 5000, seed: 1)
    let shares = (1...labels).map { Double($0) / Double(labels * (labels + 1) / 2) }
    let sums = (0..<labels).map { label in
      zip(shares, estimator.corpora[0].means).reduce(0) { $0 + 10_000 * $1.0 * $1.1[label] }
    }
    let estimates = try #require(estimator.estimate(tweets: 10_000, sums: sums).estimates)
    for (estimate, share) in zip(estimates, shares) {
      #expect(abs(estimate.share - share) < 1e-9)
      #expect(estimate.low < share && share < estimate.high)
    }
  }

  @Test(
    "On streams of 5 to 95 % of a label the error is less than half of the plain share's, and the interval holds the truth in 92 to 98 %",
    arguments: [2, 3, 4])
  func streams(labels: Int) throws {
    let classifier = InventedClassifier(labels: labels)
    var (plain, estimated, covered, count) = (0.0, 0.0, 0, 0)
    for round in 0..<40 {
      let estimator = classifier.estimator(texts: 400, seed: UInt64(round))
      var draws = Draws(seed: UInt64(1000 + round))
      for label in 0..<labels {
        for share in [0.05, 0.2, 0.5, 0.8, 0.95] {
          let mixture = (0..<labels).map { $0 == label ? share : (1 - share) / Double(labels - 1) }
          var (sums, given) = (Array(repeating: 0.0, count: labels), 0)
          for _ in 0..<500 {
            let probabilities = classifier.answer(to: draws.choice(mixture), &draws)
            for index in sums.indices { sums[index] += probabilities[index] }
            given += probabilities[label] == probabilities.max() ? 1 : 0
          }
          let estimate = try #require(estimator.estimate(tweets: 500, sums: sums).estimates)[label]
          plain += abs(Double(given) / 500 - share)
          estimated += abs(estimate.share - share)
          covered += (estimate.low...estimate.high).contains(share) ? 1 : 0
          count += 1
        }
      }
    }
    #expect(estimated < plain / 2)
    #expect((0.92...0.98).contains(Double(covered) / Double(count)), "\(covered) of \(count)")
  }

  @Test("Shares stay between 0 and 1 and add up to 1, whatever the sums; the interval holds the estimate")
  func constrained() throws {
    let estimator = InventedClassifier(labels: 3).estimator(texts: 200, seed: 3)
    var draws = Draws(seed: 4)
    for _ in 0..<300 {
      let sums = (0..<3).map { _ in draws.uniform() < 0.3 ? 0 : draws.uniform() }
      guard sums.contains(where: { $0 > 0 }) else { continue }
      let estimates = try #require(estimator.estimate(tweets: 50, sums: sums).estimates)
      #expect(abs(estimates.reduce(0) { $0 + $1.share } - 1) < 1e-9)
      for estimate in estimates {
        #expect(0 <= estimate.low && estimate.low <= estimate.share + 1e-12)
        #expect(estimate.share <= estimate.high + 1e-12 && estimate.high <= 1 + 1e-12)
      }
    }
  }

  @Test("More tweets and more judged texts narrow the interval; corpora that disagree widen it")
  func width() throws {
    let classifier = InventedClassifier(labels: 3)
    func width(tweets: Int, _ estimator: ShareEstimator) throws -> Double {
      let sums = [0.5, 0.3, 0.2].map { $0 * Double(tweets) }
      let estimate = try #require(estimator.estimate(tweets: tweets, sums: sums).estimates)[0]
      return estimate.high - estimate.low
    }
    let (few, many) = (classifier.estimator(texts: 50, seed: 1), classifier.estimator(texts: 5000, seed: 1))
    #expect(try width(tweets: 1000, many) < width(tweets: 100, many))
    #expect(try width(tweets: 1000, many) < width(tweets: 1000, few))
    let other = InventedClassifier(labels: 3, sharpness: 0.8).estimator(texts: 5000, seed: 2)
    let both = ShareEstimator(labels: many.labels, corpora: many.corpora + other.corpora + many.corpora)
    #expect(try width(tweets: 1000, both) > width(tweets: 1000, many))
  }

  @Test("Where rounded covariances leave no error, the interval is the estimate, and not everything")
  func noError() throws {
    let sharp = ShareEstimator.Corpus(
      texts: [100, 100], means: [[1, 0], [0, 1]],
      covariances: Array(repeating: [[-1e-6, 1e-6], [1e-6, -1e-6]], count: 2))
    let estimator = ShareEstimator(labels: ["0", "1"], corpora: [sharp])
    let estimates = try #require(estimator.estimate(tweets: 100, sums: [100, 0]).estimates)
    #expect(estimates.map(\.share) == [1, 0])
    #expect(estimates.map(\.low) == [1, 0])
    #expect(estimates.map(\.high) == [1, 0])
  }

  @Test("It says why it says nothing")
  func refusals() {
    let estimator = InventedClassifier(labels: 2).estimator(texts: 100, seed: 5)
    #expect(estimator.estimate(tweets: 29, sums: [15, 14]) == .tooFewTweets)
    #expect(estimator.estimate(labels: ["0", "1"], tweets: 0, sums: [0, 0]) == .tooFewTweets)
    #expect(
      ShareEstimator(labels: ["0", "1"], corpora: []).estimate(tweets: 100, sums: [60, 40])
        == .modelNotJudged)
    #expect(estimator.estimate(labels: ["0"], tweets: 100, sums: [60]) == .modelNotJudged)
    #expect(estimator.estimate(labels: ["0", "1", "2"], tweets: 100, sums: [60, 39, 1]) == .modelNotJudged)
    // It answers the same whatever the truth.
    let blind = ShareEstimator.Corpus(
      texts: [100, 100], means: [[0.6, 0.4], [0.59, 0.41]],
      covariances: Array(repeating: [[0.01, -0.01], [-0.01, 0.01]], count: 2))
    #expect(
      ShareEstimator(labels: ["0", "1"], corpora: [blind]).estimate(tweets: 100, sums: [60, 40])
        == .inseparable)
    let none = ShareEstimator?.none
    #expect(none.outcome(labels: ["0"], tweets: 100, sums: [60]) == .modelNotJudged)
  }

  @Test("Labels are matched by name; one that has no probability, such as abstain, has no estimate")
  func names() throws {
    let estimator = InventedClassifier(labels: 2).estimator(texts: 500, seed: 6)
    let plain = estimator.estimate(labels: ["0", "1"], tweets: 100, sums: [60_000_000, 40_000_000])
    #expect(plain.estimates != nil)
    let some = ShareEstimator?.some(estimator)
    let turned = some.outcome(labels: ["abstain", "1", "0"], tweets: 100, sums: [0, 40_000_000, 60_000_000])
    #expect(turned == plain)
    #expect(some.json(of: "abstain", in: turned).line == "null")
    #expect(some.json(of: "1", in: turned).line.hasPrefix(#"{"share":0."#))
  }
}

extension ShareEstimator.Outcome {
  fileprivate var estimates: [ShareEstimator.Estimate]? {
    if case .estimates(let estimates) = self { estimates } else { nil }
  }
}

/// A classifier that errs: the probability of the true label is 1/K and more, in proportion to a random number.
private struct InventedClassifier {
  let labels: Int
  var sharpness = 0.6

  func answer(to truth: Int, _ draws: inout Draws) -> [Double] {
    var weights = (0..<labels).map { _ in draws.uniform() }
    weights[truth] += sharpness * 2 * draws.uniform() + 0.1 * Double(truth)
    let sum = weights.reduce(0, +)
    return weights.map { $0 / sum }
  }

  /// Judged by `texts` texts of each label.
  func estimator(texts: Int, seed: UInt64) -> ShareEstimator {
    var draws = Draws(seed: seed)
    var (means, covariances): ([[Double]], [[[Double]]]) = ([], [])
    for truth in 0..<labels {
      let answers = (0..<texts).map { _ in answer(to: truth, &draws) }
      let mean = (0..<labels).map { label in answers.reduce(0) { $0 + $1[label] } / Double(texts) }
      means.append(mean)
      covariances.append(
        (0..<labels).map { row in
          (0..<labels).map { column in
            answers.reduce(0) { $0 + ($1[row] - mean[row]) * ($1[column] - mean[column]) } / Double(texts - 1)
          }
        })
    }
    return ShareEstimator(
      labels: (0..<labels).map(String.init),
      corpora: [
        ShareEstimator.Corpus(
          texts: Array(repeating: texts, count: labels), means: means, covariances: covariances)
      ])
  }
}

/// Random numbers by xorshift (Marsaglia 2003), the same from the same seed.
private struct Draws {
  private var state: UInt64

  init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 | 1 }

  mutating func uniform() -> Double {
    state ^= state << 13
    state ^= state >> 7
    state ^= state << 17
    return Double(state >> 11) / Double(1 << 53)
  }

  /// An index, each as likely as `probabilities` say.
  mutating func choice(_ probabilities: [Double]) -> Int {
    var rest = uniform()
    for (index, probability) in probabilities.enumerated() {
      if rest < probability { return index }
      rest -= probability
    }
    return probabilities.count - 1
  }
}
