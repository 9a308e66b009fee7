package import JSON

/// Estimates the true shares of labels from a classifier's answers, corrected for the errors that it was found to make.
///
/// A classifier that errs shifts the shares of its labels: of a stream with 5 % negative tweets it finds more, of one with
/// 95 % it finds less. How it errs is known from corpora whose labels are known. If tweets of one label are alike in
/// stream and corpus, whatever their shares, then the mean probabilities of a stream are a mixture of those of the labels,
/// `mean = M · shares`, where column k of M is the mean of the corpus's texts of label k; solved for the shares, that is the
/// adjusted count (Forman 2008, Quantifying counts and costs via classification) with probabilities in place of counts
/// (Bella et al. 2010). Shares are constrained to 0 … 1 and to a sum of 1, at the least distance in the metric of their
/// own error.
///
/// The interval of 95 % covers two errors. The sampling error: the tweets are taken as a sample of what could have been
/// written. The model's: M is known from a limited number of texts, and, of several corpora, differs from one to another. An
/// estimate is made with each corpus, as in a meta-analysis; their mean is the estimate, and how far they differ is
/// how far the next stream may. With a single corpus it is taken for granted that the stream is like it.
package struct ShareEstimator: Equatable, Sendable {
  /// How the classifier answered to a corpus.
  package struct Corpus: Equatable, Sendable {
    /// How many texts have each label.
    package let texts: [Int]
    /// [true label][label]: mean probabilities.
    package let means: [[Double]]
    /// [true label][label][label]: the covariances of the probabilities from text to text.
    package let covariances: [[[Double]]]

    /// A corpus of these numbers.
    package init(texts: [Int], means: [[Double]], covariances: [[[Double]]]) {
      precondition(texts.count == means.count && texts.count == covariances.count, "a row for each label")
      (self.texts, self.means, self.covariances) = (texts, means, covariances)
    }
  }

  /// The true share of a label, with where it is in 95 of 100 cases.
  package struct Estimate: Equatable, Sendable {
    package var share: Double
    package var low: Double
    package var high: Double
  }

  /// What can be said of the shares of some tweets.
  package enum Outcome: Equatable, Sendable {
    /// For each label, in the estimator's order.
    case estimates([Estimate])
    /// Nothing: the model was not judged, or says other labels than it was judged by.
    case modelNotJudged
    /// Nothing: there are fewer than `ShareEstimator.fewestTweets`.
    case tooFewTweets
    /// Nothing: the classifier cannot tell two labels apart, or hardly.
    case inseparable
  }

  /// What is estimated, in this order.
  package let labels: [String]
  package let corpora: [Corpus]
  private let solutions: [ShareSolution]

  /// Errors of fewer tweets are not normally distributed.
  package static let fewestTweets = 30

  /// An estimator for a classifier of `labels`.
  package init(labels: [String], corpora: [Corpus]) {
    (self.labels, self.corpora) = (labels, corpora)
    solutions = corpora.compactMap { ShareSolution($0) }
  }

  package static func == (first: ShareEstimator, second: ShareEstimator) -> Bool {
    first.labels == second.labels && first.corpora == second.corpora
  }

  /// The shares in a sample of `tweets`.
  ///
  /// - Parameter sums: the probability of each label, summed over the tweets.
  package func estimate(tweets: Int, sums: [Double]) -> Outcome {
    precondition(sums.count == labels.count, "a sum for each label")
    guard !corpora.isEmpty else { return .modelNotJudged }
    guard tweets >= Self.fewestTweets else { return .tooFewTweets }
    let total = sums.reduce(0, +)
    guard !solutions.isEmpty, total > 0 else { return .inseparable }
    let mean = sums.map { $0 / total }
    return .estimates(combined(solutions.map { $0.shares(mean: mean, tweets: Double(tweets)) }))
  }

  private func combined(_ answers: [ShareSolution.Answer]) -> [Estimate] {
    let count = Double(answers.count)
    return labels.indices.map { label in
      let shares = answers.map { $0.shares[label] }
      let centre = shares.reduce(0, +) / count
      // Covariances of a near-perfect classifier, rounded, may come to a variance below 0, which has no root.
      let own = answers.reduce(0) { $0 + min(max(0, $1.variances[label]), Self.largestVariance) } / count
      let half: Double
      let middle: Double
      if answers.count == 1 {
        // About the unconstrained solution, which has no bias; what lies outside of 0 … 1 is cut off.
        (middle, half) = (answers[0].unconstrained[label], Self.normal * own.squareRoot())
      } else {
        let between = shares.reduce(0) { $0 + ($1 - centre) * ($1 - centre) } / (count - 1)
        let student = Self.student(degrees: answers.count - 1)
        middle = centre
        half =
          (student * student * between * (1 + 1 / count) + Self.normal * Self.normal * own).squareRoot()
      }
      return Estimate(
        share: centre, low: min(centre, max(0, middle - half)), high: max(centre, min(1, middle + half)))
    }
  }

  /// The variance of a share of which nothing is known.
  private static let largestVariance = 1.0 / 12
  /// The 97.5th percentile of the normal distribution.
  private static let normal = 1.959964

  /// The 97.5th percentile of Student's distribution.
  private static func student(degrees: Int) -> Double {
    let table = [12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228]
    return degrees <= table.count ? table[degrees - 1] : normal + 2.65 / Double(degrees)
  }
}

// Of counts.
extension ShareEstimator {
  /// The shares of the tweets that were given a label, by the names of the labels.
  ///
  /// - Parameters:
  ///   - labels: of the sums; those that no probability is given of, such as `abstain`, may be among them.
  ///   - sums: the probability of each in millionths, summed over the tweets.
  package func estimate(labels: [String], tweets: Int, sums: [Int]) -> Outcome {
    let places = self.labels.map { labels.firstIndex(of: $0) }
    guard !places.contains(nil), zip(labels, sums).allSatisfy({ $1 == 0 || self.labels.contains($0) }) else {
      return .modelNotJudged
    }
    return estimate(tweets: tweets, sums: places.map { $0.map { Double(sums[$0]) / 1_000_000 } ?? 0 })
  }
}

// As JSON.
extension ShareEstimator.Outcome {
  /// Whether there are estimates, in a word.
  package var status: JSONValue {
    switch self {
    case .estimates: .string("yes")
    case .modelNotJudged: .string("model_not_judged")
    case .tooFewTweets: .string("too_few_tweets")
    case .inseparable: .string("inseparable")
    }
  }
}

extension ShareEstimator? {
  /// What can be said of counts, be there an estimator or not.
  package func outcome(labels: [String], tweets: Int, sums: [Int]) -> ShareEstimator.Outcome {
    self?.estimate(labels: labels, tweets: tweets, sums: sums) ?? .modelNotJudged
  }

  /// The estimate of `label` in an outcome; nil where there is none.
  package func estimated(_ label: String, in outcome: ShareEstimator.Outcome) -> ShareEstimator.Estimate? {
    guard let place = self?.labels.firstIndex(of: label), case .estimates(let estimates) = outcome else {
      return nil
    }
    return estimates[place]
  }

  /// The estimate of `label` in an outcome: `{"share", "low", "high"}`; `null` where there is none.
  package func json(of label: String, in outcome: ShareEstimator.Outcome) -> JSONValue {
    guard let estimate = estimated(label, in: outcome) else { return .null }
    return .object([
      ("share", .decimal(estimate.share, places: 6)), ("low", .decimal(estimate.low, places: 6)),
      ("high", .decimal(estimate.high, places: 6)),
    ])
  }
}

// As the ledger keeps it.
extension ShareEstimator {
  /// The estimator as JSON on one line.
  package var text: String {
    func array(_ numbers: [Double]) -> JSONValue { .array(numbers.map { .shortest($0) }) }
    return JSONValue.object([
      ("labels", .array(labels.map { .string($0) })),
      (
        "corpora",
        .array(
          corpora.map { corpus in
            .object([
              ("texts", .integers(corpus.texts)), ("means", .array(corpus.means.map(array))),
              ("covariances", .array(corpus.covariances.map { .array($0.map(array)) })),
            ])
          })
      ),
    ]).line
  }

  /// What `text` holds; nil for any other text.
  package init?(text: [UInt8]) {
    guard let members = (try? JSONReader.read(text))?.members,
      let labels = members["labels"]?.array?.compactMap(\.string),
      let corpora = members["corpora"]?.array?.compactMap({ Corpus($0, labels: labels.count) })
    else { return nil }
    self.init(labels: labels, corpora: corpora)
  }
}

extension ShareEstimator.Corpus {
  fileprivate init?(_ value: JSONValue, labels: Int) {
    func vector(_ value: JSONValue) -> [Double]? {
      guard let numbers = value.array?.compactMap(\.double), numbers.count == labels else { return nil }
      return numbers
    }
    func matrix(_ value: JSONValue) -> [[Double]]? {
      guard let rows = value.array?.compactMap(vector), rows.count == labels else { return nil }
      return rows
    }
    guard let members = value.members,
      let texts = members["texts"]?.array?.compactMap(\.integer), texts.count == labels,
      let means = members["means"].flatMap(matrix),
      let covariances = members["covariances"]?.array?.compactMap(matrix), covariances.count == labels
    else { return nil }
    self.init(texts: texts, means: means, covariances: covariances)
  }
}
