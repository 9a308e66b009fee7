internal import Training

/// The integral of a network's gradient along a straight path: what each word adds to scores of the network on the
/// way from a text of nothing to the text (integrated gradients; Sundararajan, Taly & Yan 2017).
///
/// The path begins at vectors of zeros for all words but the first token, `xxbos`, and ends at the words'
/// embeddings. The trapezoid rule, refined where it errs most: of each piece of the path the sum over all words is
/// known without it, as the difference of the scores at the ends. Scores bend sharply along the path (maxima, ReLU),
/// and rules for smooth functions need ten times the points.
struct PathIntegral {
  /// For each score what each word adds, [scores][words].
  let contributions: [[Double]]
  /// The scores at the beginning of the path.
  let start: [Double]
  /// The scores at its end.
  let end: [Double]
  /// How many points of the path were looked at.
  let points: Int

  /// By how much the contributions miss the difference of each score.
  var errors: [Double] {
    contributions.indices.map { contributions[$0].reduce(0, +) - (end[$0] - start[$0]) }
  }

  /// How exact an integral must be, and what it may cost.
  struct Precision {
    /// The greatest error as a share of the greatest difference of a score, or of 1 where that is less.
    var tolerance: Double
    /// Whether the scores are those of all labels but one, with which they add up to 0: its error counts too.
    var countsTheRest = false
    /// The equal pieces of the path to begin with.
    var pieces: Int
    /// No more points, whatever the error is.
    var mostPoints: Int

    /// The number of words at all points together beyond which a text gets no more points, and the points that
    /// each text may have all the same.
    private static let most = (words: 1 << 14, points: 33)

    /// The most points for a text of `words` words: the longer it is, the more each of them costs.
    func pointLimit(words: Int) -> Int {
      min(mostPoints, max(Self.most.points, Self.most.words / max(1, words)))
    }
  }

  /// A point of the path.
  private struct Point {
    let place: Double
    /// For each score.
    let scores: [Double]
    /// For each score and word the gradient times the word's embedding, [scores][words].
    let slopes: [[Double]]
  }

  /// - Parameters:
  ///   - embeddings: of the tokens, [words][E].
  ///   - scores: of each score the factor of each logit.
  ///   - goesOn: whether the integral is still wanted; once it has said no, it must not say anything else,
  ///     and the numbers mean nothing.
  ///   - onProgress: is told after each step how many points were looked at, and the most that there may be.
  init(
    _ embeddings: [Float], scores: [[Double]], by gradients: EmbeddingGradients, _ precision: Precision,
    while goesOn: @escaping @Sendable () -> Bool = { true },
    onProgress: (_ points: Int, _ most: Int) -> Void = { _, _ in }
  ) {
    let functions = scores.map { $0.map(Float.init) }
    func points(at places: [Double]) -> [Point] {
      Self.points(at: places, embeddings, functions, gradients, while: goesOn)
    }
    // Alone, the first token is the same at both ends.
    let isEmpty = embeddings.count <= gradients.embeddingSize
    let pieces = isEmpty ? 1 : precision.pieces
    var path = points(at: (0...pieces).map { Double($0) / Double(pieces) })
    let words = embeddings.count / gradients.embeddingSize
    let most = precision.pointLimit(words: words)
    onProgress(path.count, most)
    while !isEmpty, goesOn(), path.count < most {
      let errors = zip(path, path.dropFirst()).map(Self.errors)
      guard !Self.suffices(errors, of: path, precision) else { break }
      let worst = errors.map { $0.reduce(0) { max($0, abs($1)) } }.enumerated()
        .sorted { ($1.element, $0.offset) < ($0.element, $1.offset) }
      let chosen = worst.prefix(min(8, most - path.count)).map(\.offset)
      path += points(at: chosen.map { (path[$0].place + path[$0 + 1].place) / 2 })
      path.sort { $0.place < $1.place }
      onProgress(path.count, most)
    }
    let nothing = scores.map { _ in 0.0 }
    (start, end) = (path.first?.scores ?? nothing, path.last?.scores ?? nothing)
    self.points = path.count
    var sums = scores.map { _ in [Double](repeating: 0, count: words) }
    for (first, second) in zip(path, path.dropFirst()) {
      let half = (second.place - first.place) / 2
      for score in sums.indices {
        for word in 0..<words {
          sums[score][word] += half * (first.slopes[score][word] + second.slopes[score][word])
        }
      }
    }
    contributions = sums
  }

  /// By how much the rule misses the difference of each score over one piece.
  private static func errors(_ first: Point, _ second: Point) -> [Double] {
    first.scores.indices.map { score in
      let slope = first.slopes[score].reduce(0, +) + second.slopes[score].reduce(0, +)
      return (second.place - first.place) / 2 * slope - (second.scores[score] - first.scores[score])
    }
  }

  /// Whether the error of all pieces together is small enough, and not only because great ones cancel out.
  private static func suffices(_ errors: [[Double]], of path: [Point], _ precision: Precision) -> Bool {
    func all(_ scores: [Double]) -> [Double] {
      precision.countsTheRest ? scores + [-scores.reduce(0, +)] : scores
    }
    let (start, end) = (all(path[0].scores), all(path[path.count - 1].scores))
    let (errors, tolerance) = (errors.map(all), precision.tolerance)
    let scale = max(1, zip(start, end).map { abs($1 - $0) }.max() ?? 0)
    return start.indices.allSatisfy { score in
      let sum = errors.reduce(0) { $0 + $1[score] }
      let greatest = errors.reduce(0) { $0 + abs($1[score]) }
      return abs(sum) <= tolerance * scale && greatest <= 5 * tolerance * scale
    }
  }

  private static func points(
    at places: [Double], _ embeddings: [Float], _ functions: [[Float]], _ gradients: EmbeddingGradients,
    while goesOn: @Sendable () -> Bool
  ) -> [Point] {
    let size = gradients.embeddingSize
    let texts = places.map { place in
      embeddings.indices.map { $0 < size ? embeddings[$0] : Float(place) * embeddings[$0] }
    }
    let answers = gradients.evaluate(
      texts.flatMap { text in functions.map { _ in text } },
      gradientsOf: places.flatMap { _ in functions }, while: goesOn)
    guard answers.count == places.count * functions.count else { return [] }
    return places.enumerated().map { index, place in
      let rows = answers[index * functions.count..<(index + 1) * functions.count]
      return Point(
        place: place,
        scores: zip(rows, functions).map { row, function in
          zip(row.logits, function).reduce(0) { $0 + Double($1.0) * Double($1.1) }
        },
        slopes: rows.map { Self.slopes($0.gradient, embeddings, size: size) })
    }
  }

  /// For each word but the first the gradient times its embedding, summed.
  private static func slopes(_ gradient: [Float], _ embeddings: [Float], size: Int) -> [Double] {
    (0..<embeddings.count / size).map { word in
      guard word > 0 else { return 0 }
      var sum = 0.0
      for index in word * size..<(word + 1) * size {
        sum += Double(gradient[index]) * Double(embeddings[index])
      }
      return sum
    }
  }
}
