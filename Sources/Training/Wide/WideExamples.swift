package import Datasets
internal import Glibc
package import TweetText

/// Tweets for training a wide term: the features, target and weight of each. The texts themselves are not kept.
package struct WideExamples: Sendable {
  /// The features of all tweets, concatenated; of each tweet those of words, then those of characters.
  private(set) var features: [UInt32] = []
  /// The first feature of each tweet, then the number of all; and the first feature of its characters.
  private var starts = [0]
  private var middles: [Int] = []
  package private(set) var targets: [Target] = []
  package private(set) var weights: [Float] = []

  package let ngrams: HashedNGrams
  /// The number of labels.
  package let labels: Int
  private var found = TextFeatures()

  package init(_ ngrams: HashedNGrams, labels: Int) {
    self.ngrams = ngrams
    self.labels = labels
  }

  package var count: Int { targets.count }
  /// Features of all tweets.
  package var featureCount: Int { features.count }

  /// Adds a cleaned tweet.
  package mutating func append(_ cleaned: Span<UInt8>, target: Target, weight: Float) {
    ngrams.find(in: cleaned, into: &found)
    append(words: found.words, characters: found.characters, target: target, weight: weight)
  }

  /// Adds a tweet with these features, all different.
  mutating func append(words: [UInt32], characters: [UInt32], target: Target, weight: Float) {
    features += words
    middles.append(features.count)
    features += characters
    starts.append(features.count)
    targets.append(target)
    weights.append(weight)
  }

  /// Multiplies weights by factors, one per tweet.
  mutating func scaleWeights(by factors: [Float]) {
    for (row, factor) in factors.enumerated() { weights[row] *= factor }
  }

  /// Removes some tweets, and returns them.
  ///
  /// - Parameter rows: in increasing order.
  package mutating func remove(_ rows: [Int]) -> WideExamples {
    var removed = WideExamples(ngrams, labels: labels)
    var rest = rows[...]
    var kept = 0
    for row in 0..<count {
      if rest.first == row {
        rest.removeFirst()
        let (words, characters) = ranges(row)
        removed.append(
          words: Array(features[words]), characters: Array(features[characters]), target: targets[row],
          weight: weights[row])
      } else {
        move(row, to: kept)
        kept += 1
      }
    }
    features.removeLast(features.count - starts[kept])
    starts.removeLast(count - kept)
    middles.removeLast(count - kept)
    weights.removeLast(count - kept)
    targets.removeLast(count - kept)
    return removed
  }

  /// Moves a tweet to a lower index, in place: there may be no memory for a copy of all tweets.
  private mutating func move(_ row: Int, to place: Int) {
    let (words, characters) = ranges(row)
    let start = starts[place]
    for (offset, index) in (words.lowerBound..<characters.upperBound).enumerated() {
      features[start + offset] = features[index]
    }
    middles[place] = start + words.count
    starts[place + 1] = start + words.count + characters.count
    (targets[place], weights[place]) = (targets[row], weights[row])
  }

  /// The features of a tweet: those of words, and those of characters.
  func ranges(_ row: Int) -> (words: Range<Int>, characters: Range<Int>) {
    (starts[row]..<middles[row], middles[row]..<starts[row + 1])
  }

  /// The inverse document frequency of each bucket: 1 + ln((1 + tweets) / (1 + tweets with it)), as in scikit-learn;
  /// 0 for a bucket that no tweet has. A tweet with both words and characters in a bucket counts twice.
  func rarities() -> [Double] {
    var counts = [Int](repeating: 0, count: ngrams.buckets)
    for feature in features { counts[Int(feature)] += 1 }
    return counts.map { $0 == 0 ? 0 : 1 + log(Double(1 + count) / Double(1 + $0)) }
  }

  /// The scores of each tweet: the weights of its features plus the intercepts; [tweets][scores].
  package func scores(_ weights: WideWeights, intercepts: [Double]) -> [[Double]] {
    weights.scores == 1
      ? scores(WideTable<Double>(weights), intercepts) : scores(WideTable<SIMD4<Double>>(weights), intercepts)
  }

  private func scores<Cell: WideCell>(_ table: WideTable<Cell>, _ intercepts: [Double]) -> [[Double]] {
    (0..<count).map { row in
      var scores = intercepts
      var span = scores.mutableSpan
      table.addWorth(of: ranges(row), features.span, to: &span)
      return scores
    }
  }
}
