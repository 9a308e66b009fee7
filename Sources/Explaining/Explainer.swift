internal import AWDLSTM
package import Sentiment
internal import Training
internal import TweetText

/// Finds out which words of a text decided.
///
/// Holds the network's weights in single precision beside those of the scorer. Used by one thread at a time.
///
/// ```swift
/// let attribution = try Explainer(scorer).attribution(of: "qué día tan horrible")
/// ```
package final class Explainer {
  private let scorer: SentimentScorer
  private let gradients: EmbeddingGradients
  private let logOdds: LogOdds

  private static let exact = PathIntegral.Precision(
    tolerance: 0.01, countsTheRest: true, pieces: 8, mostPoints: 513)
  private static let quick = PathIntegral.Precision(tolerance: 0.1, pieces: 4, mostPoints: 17)

  /// - Parameter threads: the number of threads that share the work on one text.
  /// - Throws: `SentimentError` when the model's weights cannot be read.
  package init(_ scorer: SentimentScorer, threads: Int = 2) throws(SentimentError) {
    self.scorer = scorer
    do {
      gradients = try EmbeddingGradients(scorer.model, threads: threads)
    } catch {
      throw SentimentError(model: scorer.modelName, reason: "\(error)")
    }
    logOdds = LogOdds(labelCount: scorer.labels.count, temperature: scorer.temperature)
  }

  /// What each word and mark of a text contributes to each label.
  ///
  /// Cost: 20 to 70 times that of training on the text, up to 250 times for a long tweet; the longer a text is
  /// beyond that, the fewer times.
  /// - Parameter onProgress: is told after each step how many points of the integral's path were looked at, and
  ///   the most that there may be.
  package func attribution(
    of text: String, onProgress: (_ points: Int, _ most: Int) -> Void = { _, _ in }
  ) -> Attribution {
    let explanation = scorer.explain(text)
    let parts = AddedParts(explanation, logOdds)
    let likeliest = explanation.probabilities.indices.max {
      (explanation.probabilities[$0], $1) < (explanation.probabilities[$1], $0)
    }
    let label = likeliest ?? 0
    guard !explanation.flags.contains(.nothingToJudge) else {
      return .unjudged(explanation, label: label, labels: scorer.labels)
    }
    // The log-odds of all labels add up to 0: those of the last follow from the others.
    let scores = scorer.labels.indices.dropLast().map(logOdds.factors(of:))
    let embeddings = embeddings(of: explanation)
    let integral = PathIntegral(
      embeddings, scores: scores, by: gradients, Self.exact, onProgress: onProgress)
    func completed(_ values: [Double]) -> [Double] { values + [-values.reduce(0, +)] }
    let exactNetwork = completed(integral.end)
    let network = logOdds(explanation.networkLogits.map(Double.init))
    let total = zip(network, parts.sum).map(+)
    var words = parts.words
    let attention = attention(embeddings, to: label, logOdds: total)
    for (index, token) in explanation.tokens.enumerated() {
      guard let word = words.firstIndex(where: { $0.range.overlaps(token.range) }) else { continue }
      let contribution = completed(integral.contributions.map { $0[index] })
      words[word].network = zip(words[word].network, contribution).map(+)
      words[word].attention = max(words[word].attention, attention[index].attention)
      words[word].isUnknown = words[word].isUnknown || token.isUnknown
    }
    return Attribution(
      labels: scorer.labels, explanation: explanation, label: label, isUnjudged: false,
      logOdds: total, base: completed(integral.start),
      rounding: zip(network, exactNetwork).map(-), error: completed(integral.errors), points: integral.points,
      words: words, marks: parts.marks, ngrams: parts.ngrams, attention: attention)
  }

  /// What the words and marks of a text contribute to some labels: a rough integral of the network's part, and exact
  /// n-grams and marks. Cost: 5 to 17 times that of training on the text, for each label.
  ///
  /// - Parameters:
  ///   - contrasts: each label, by its place among the model's, and those that it is told from.
  ///   - goesOn: whether they are still wanted; asked between the steps of the integral. Once it has said no,
  ///     it must not say anything else.
  /// - Returns: the words in their order, then the marks, each with its worth for each contrast; none for a text with
  ///   nothing to judge, or when they are no longer wanted.
  package func contributions(
    in text: String, to contrasts: [(label: Int, others: [Int])],
    while goesOn: @escaping @Sendable () -> Bool = { true }
  ) -> [(word: String, isMark: Bool, worths: [Double])] {
    let explanation = scorer.explain(text)
    guard !explanation.flags.contains(.nothingToJudge) else { return [] }
    let factors = contrasts.map { logOdds.factors(of: $0.label, against: $0.others) }
    func scores(_ logits: [Double]) -> [Double] {
      factors.map { zip($0, logits).reduce(0) { $0 + $1.0 * $1.1 } }
    }
    let integral = PathIntegral(
      embeddings(of: explanation), scores: factors, by: gradients, Self.quick, while: goesOn)
    guard goesOn() else { return [] }
    let parts = AddedParts(explanation, LogOdds(labelCount: scorer.labels.count, temperature: 1), isRaw: true)
    var words = parts.words.map { (word: $0.text, isMark: false, worths: scores($0.ngrams)) }
    for (index, token) in explanation.tokens.enumerated() {
      guard let word = parts.words.firstIndex(where: { $0.range.overlaps(token.range) }) else { continue }
      for contrast in factors.indices {
        words[word].worths[contrast] += integral.contributions[contrast][index]
      }
    }
    return words + explanation.marks.map { ($0.text, true, scores($0.worth.map(Double.init))) }
  }

  private func embeddings(of explanation: Explanation) -> [Float] {
    explanation.tokens.flatMap { scorer.model.embedding(of: $0.id) }
  }

  /// How sensitive a label's probability is to each token.
  private func attention(_ embeddings: [Float], to label: Int, logOdds: [Double]) -> [TokenAttention] {
    let factors = self.logOdds.slopes(of: label, at: logOdds).map { Float($0) }
    let gradient = gradients.evaluate([embeddings], gradientsOf: [factors])[0].gradient
    let size = gradients.embeddingSize
    var (sums, products) = ([Double](), [Double]())
    for token in 0..<embeddings.count / size {
      let range = token * size..<(token + 1) * size
      sums.append(range.reduce(0) { $0 + Double(abs(gradient[$1])) })
      products.append(abs(range.reduce(0) { $0 + Double(gradient[$1]) * Double(embeddings[$1]) }))
    }
    let (most, greatest) = (sums.max() ?? 0, products.max() ?? 0)
    return zip(sums, products).map { sum, product in
      TokenAttention(attention: most > 0 ? sum / most : 0, saliency: greatest > 0 ? product / greatest : 0)
    }
  }
}

/// The exact parts of an answer: n-grams and marks.
private struct AddedParts {
  /// With their shares of the n-grams.
  private(set) var words: [Attribution.Word]
  let marks: [[Double]]
  let ngrams: [[Double]]
  private let nothing: [Double]

  /// - Parameter isRaw: whether everything stays in logits.
  init(_ explanation: Explanation, _ logOdds: LogOdds, isRaw: Bool = false) {
    func converted(_ logits: [Double]) -> [Double] { isRaw ? logits : logOdds(logits) }
    let bytes = Array(explanation.cleaned.utf8)
    let nothing = [Double](repeating: 0, count: logOdds.labelCount)
    self.nothing = nothing
    marks = explanation.marks.map { converted($0.worth.map(Double.init)) }
    ngrams = explanation.ngrams.map { converted($0.worth) }
    words = explanation.words.map { range in
      Attribution.Word(
        text: String(decoding: bytes[range], as: UTF8.self), range: range, network: nothing, ngrams: nothing,
        attention: 0, isUnknown: false)
    }
    for (ngram, worth) in zip(explanation.ngrams, ngrams) { divide(worth, of: ngram, bytes) }
  }

  /// All of it together.
  var sum: [Double] {
    var sum = nothing
    for part in ngrams + marks { for label in sum.indices { sum[label] += part[label] } }
    return sum
  }

  /// Gives each word that an n-gram touches its share.
  private mutating func divide(_ worth: [Double], of ngram: Explanation.NGram, _ bytes: [UInt8]) {
    // An n-gram of letters that is one space beside a word belongs to that word.
    let range =
      ngram.range.isEmpty
      ? max(0, ngram.range.lowerBound - 1)..<min(bytes.count, ngram.range.upperBound + 1) : ngram.range
    let touched = places(of: range)
    let shares = touched.map { word in
      ngram.isOfWords ? 1 : Double(Self.scalars(in: words[word].range.clamped(to: range), of: bytes))
    }
    let whole = shares.reduce(0, +)
    guard whole > 0 else { return }
    for (word, share) in zip(touched, shares) {
      for label in worth.indices { words[word].ngrams[label] += worth[label] * share / whole }
    }
  }

  /// The words that a range touches: they are in order and without overlap, so that the first one is found by
  /// halving.
  private func places(of range: Range<Int>) -> Range<Int> {
    let first = words.partitioningIndex { $0.range.upperBound > range.lowerBound }
    var end = first
    while end < words.count, words[end].range.overlaps(range) { end += 1 }
    return first..<end
  }

  private static func scalars(in range: Range<Int>, of bytes: [UInt8]) -> Int {
    bytes[range].count { $0 & 0xC0 != 0x80 }
  }
}

extension Attribution {
  /// Of a text that has nothing to judge.
  fileprivate static func unjudged(_ explanation: Explanation, label: Int, labels: [String]) -> Attribution {
    Attribution(
      labels: labels, explanation: explanation, label: label, isUnjudged: true, logOdds: [], base: [],
      rounding: [], error: [], points: 0, words: [], marks: [], ngrams: [], attention: [])
  }
}
