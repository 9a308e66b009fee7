internal import Glibc
package import TweetText

/// Tweets as a wide term learns from them: the features of each, its class and its weight.
package struct WideExamples: Sendable {
  /// Of all tweets one after another; of each those of words, then those of characters.
  private(set) var features: [UInt32] = []
  /// Where the features of each tweet begin, and those of its characters; at last where all end.
  private(set) var starts = [0]
  private(set) var middles: [Int] = []
  /// 0 for the first label, 1 for the second.
  package private(set) var labels: [Int] = []
  package private(set) var weights: [Float] = []

  package let ngrams: HashedNGrams
  private var found = TextFeatures()

  package init(_ ngrams: HashedNGrams) {
    self.ngrams = ngrams
  }

  package var count: Int { labels.count }
  /// Features of all tweets.
  package var featureCount: Int { features.count }

  /// Adds a tweet that has been cleaned.
  package mutating func append(_ cleaned: Span<UInt8>, label: Int, weight: Float) {
    ngrams.find(in: cleaned, into: &found)
    features += found.words
    middles.append(features.count)
    features += found.characters
    starts.append(features.count)
    labels.append(label)
    weights.append(weight)
  }

  /// The features of a tweet: of words, and of characters.
  func ranges(_ row: Int) -> (words: Range<Int>, characters: Range<Int>) {
    (starts[row]..<middles[row], middles[row]..<starts[row + 1])
  }

  /// How rare each bucket is: 1 + ln((1 + tweets) / (1 + those that have it)), as in scikit-learn; 0 for one that
  /// no tweet has. A tweet with words and characters in one bucket counts as two that have it.
  func rarities() -> [Double] {
    var counts = [Int](repeating: 0, count: ngrams.buckets)
    for feature in features { counts[Int(feature)] += 1 }
    return counts.map { $0 == 0 ? 0 : 1 + log(Double(1 + count) / Double(1 + $0)) }
  }

  /// Sum of weights times what their features are worth, of each tweet: its log-odds.
  ///
  /// - Parameter weights: by bucket.
  func logOdds(_ weights: [Double], intercept: Double) -> [Double] {
    (0..<count).map { logOdds(of: $0, weights.span) + intercept }
  }

  /// The same of one tweet, without the intercept.
  func logOdds(of row: Int, _ weights: Span<Double>) -> Double {
    let (words, characters) = ranges(row)
    return sum(weights, words) + sum(weights, characters)
  }

  private func sum(_ weights: Span<Double>, _ range: Range<Int>) -> Double {
    guard !range.isEmpty else { return 0 }
    let features = features.span
    var sum = 0.0
    for index in range { sum += weights[Int(features[index])] }
    return sum / Double(range.count).squareRoot()
  }

  /// Adds `slope` times what log-odds change by with each weight.
  func addGradient(of row: Int, slope: Double, to gradient: inout MutableSpan<Double>) {
    let (words, characters) = ranges(row)
    let features = features.span
    for range in [words, characters] where !range.isEmpty {
      let share = slope / Double(range.count).squareRoot()
      for index in range { gradient[Int(features[index])] += share }
    }
  }
}
