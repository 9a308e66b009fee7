import AWDLSTM
import Datasets
import Evaluation
import Foundation
import JSON
import Scoring
import Statistics

/// How far estimated shares are from true ones, and how often their interval holds the truth: on streams drawn from tweets
/// with known labels, so that 5 to 95 % of a stream have one of these.
///
/// A stream's tweets are drawn with given probabilities of the labels, which are the truth, and without replacement.
struct ShareExperiment {
  /// What came of some streams.
  struct Result {
    /// What the model was judged by, and what the streams were drawn from.
    let name: String
    let labels: Int
    let tweets: Int
    private(set) var streams = 0
    private var plain = 0.0
    private var estimate = 0.0
    private var width = 0.0
    private var covered = 0

    init(_ name: String, labels: Int, tweets: Int) {
      (self.name, self.labels, self.tweets) = (name, labels, tweets)
    }

    mutating func add(truth: Double, plain: Double, _ estimate: ShareEstimator.Estimate) {
      streams += 1
      self.plain += abs(plain - truth)
      self.estimate += abs(estimate.share - truth)
      width += estimate.high - estimate.low
      covered += (estimate.low...estimate.high).contains(truth) ? 1 : 0
    }

    /// A row of the table; errors in percentage points.
    var row: String {
      func points(_ sum: Double) -> String { (100 * sum / Double(streams)).decimalText(places: 1) ?? "–" }
      let ratio = (estimate / plain).decimalText(places: 2) ?? "–"
      return
        "| \(name) | \(labels) | \(tweets) | \(streams) | \(points(plain)) | \(points(estimate)) | \(ratio) "
        + "| \(points(Double(covered))) % | ±\(points(width / 2)) |"
    }

    static let head = """
      | judged by → streams from | labels | tweets a stream | streams | error of plain shares | of estimates | ratio | truth in interval | interval |
      |---|---|---|---|---|---|---|---|---|
      """
  }

  /// A corpus that was classified.
  private struct Corpus {
    let name: String
    var judgements: [Judgement]
  }

  private static let shares = [0.05, 0.1, 0.2, 0.35, 0.5, 0.65, 0.8, 0.9, 0.95]

  private let labels: [String]
  private let corpora: [Corpus]
  private let repetitions: Int
  private var draws = SplitMix64(state: 42)

  /// - Parameters:
  ///   - paths: what `animo classify` wrote of files of objects with `label`, a corpus each.
  ///   - repetitions: how often each corpus is divided into two halves.
  init(_ paths: [String], repetitions: Int) throws {
    var (labels, corpora): ([String], [Corpus]) = ([], [])
    for path in paths {
      let name = URL(filePath: path).deletingPathExtension().lastPathComponent
      var corpus = Corpus(name: name, judgements: [])
      for line in try Data(contentsOf: URL(filePath: path)).split(separator: 0x0A) {
        guard let judgement = try Self.judgement(JSONReader.read(Array(line)), &labels) else { continue }
        corpus.judgements.append(judgement)
      }
      corpora.append(corpus)
    }
    (self.labels, self.corpora, self.repetitions) = (labels, corpora, repetitions)
  }

  /// The judgement in a line; nil for one with another label, or with nothing to judge.
  private static func judgement(_ line: JSONValue, _ labels: inout [String]) throws -> Judgement? {
    guard let members = line.members, let name = members["label"]?.string,
      let sentiment = members["sentiment"]?.members, case .object(let probabilities)? = sentiment["p"]
    else { throw CocoaError(.fileReadCorruptFile) }
    labels = probabilities.map(\.0)
    let flags = sentiment["flags"]?.array?.compactMap(\.string) ?? []
    guard let truth = labels.firstIndex(of: ["none": "neutral", "other": "neutral"][name] ?? name),
      !flags.contains("nothing_to_judge")
    else { return nil }
    return Judgement(truth: truth, probabilities: probabilities.compactMap(\.1.double))
  }

  /// Prints the table.
  mutating func run() {
    print(Result.head)
    var sets = [corpora]
    if let negative = labels.firstIndex(of: "negative"), let positive = labels.firstIndex(of: "positive"),
      labels.count > 2
    {
      sets.append(
        corpora.map { Corpus(name: $0.name, judgements: $0.judgements.between(negative, positive)) })
    }
    for (index, corpora) in sets.enumerated() {
      let labels = index == 0 ? labels.count : 2
      let all = Corpus(name: "all", judgements: corpora.flatMap(\.judgements))
      for tweets in [300, 1000] { print(halves(of: all, labels, tweets).row) }
      for corpus in corpora { print(halves(of: corpus, labels, 200).row) }
      guard corpora.count > 2 else { continue }
      for place in corpora.indices {
        var others = corpora
        let corpus = others.remove(at: place)
        print(across(others, to: corpus, labels, 1000).row)
      }
    }
  }

  /// Judged by one half of a corpus, streams from the other.
  private mutating func halves(of corpus: Corpus, _ labels: Int, _ tweets: Int) -> Result {
    var result = Result("\(corpus.name) → other half", labels: labels, tweets: tweets)
    for _ in 0..<repetitions {
      var judgements = corpus.judgements
      draws.shuffle(&judgements)
      let half = judgements.count / 2
      let estimator = Self.estimator(
        [Corpus(name: corpus.name, judgements: Array(judgements[..<half]))], labels)
      drawStreams(from: Array(judgements[half...]), labels, tweets, estimator, into: &result)
    }
    return result
  }

  /// Judged by some corpora, streams from another.
  private mutating func across(_ others: [Corpus], to corpus: Corpus, _ labels: Int, _ tweets: Int) -> Result
  {
    var result = Result("the others → \(corpus.name)", labels: labels, tweets: tweets)
    let estimator = Self.estimator(others, labels)
    for _ in 0..<repetitions {
      drawStreams(
        from: corpus.judgements, labels, tweets, estimator, replacing: true, into: &result)
    }
    return result
  }

  private static func estimator(_ corpora: [Corpus], _ labels: Int) -> ShareEstimator {
    ShareEstimator(
      labels: (0..<labels).map(String.init),
      corpora: corpora.map { corpus in
        ShareEstimator.Corpus(JudgedCorpus(name: corpus.name, corpus.judgements, labelCount: labels))
      })
  }

  /// One stream for each label and each share of it.
  private mutating func drawStreams(
    from judgements: [Judgement], _ labels: Int, _ tweets: Int, _ estimator: ShareEstimator,
    replacing: Bool = false, into result: inout Result
  ) {
    let byLabel = (0..<labels).map { label in judgements.filter { $0.truth == label } }
    for label in 0..<labels {
      for share in Self.shares {
        let rest = Double(judgements.count - byLabel[label].count)
        let mixture = (0..<labels).map {
          $0 == label ? share : (1 - share) * Double(byLabel[$0].count) / rest
        }
        let counts = draws.counts(of: tweets, mixture)
        guard replacing || zip(counts, byLabel).allSatisfy({ $0 <= $1.count }) else { continue }
        var (sums, given) = (Array(repeating: 0.0, count: labels), 0)
        for (count, texts) in zip(counts, byLabel) {
          for judgement in draws.choose(count, of: texts, replacing: replacing) {
            for index in sums.indices { sums[index] += judgement.probabilities[index] }
            given += judgement.answer == label ? 1 : 0
          }
        }
        guard case .estimates(let estimates) = estimator.estimate(tweets: tweets, sums: sums) else {
          continue
        }
        result.add(truth: share, plain: Double(given) / Double(tweets), estimates[label])
      }
    }
  }
}

extension [Judgement] {
  /// The judgements of two labels, which take the places 0 and 1, with how probable they are of one another.
  fileprivate func between(_ first: Int, _ second: Int) -> [Judgement] {
    compactMap { judgement in
      guard judgement.truth == first || judgement.truth == second else { return nil }
      let (one, other) = (judgement.probabilities[first], judgement.probabilities[second])
      let sum = one + other
      return Judgement(
        truth: judgement.truth == first ? 0 : 1,
        probabilities: sum > 0 ? [one / sum, other / sum] : [0.5, 0.5])
    }
  }
}

extension SplitMix64 {
  fileprivate mutating func shuffle(_ judgements: inout [Judgement]) {
    for index in judgements.indices.reversed() { judgements.swapAt(index, number(below: index + 1)) }
  }

  /// How many of `count` things are of each kind when each is drawn with these probabilities.
  fileprivate mutating func counts(of count: Int, _ probabilities: [Double]) -> [Int] {
    var counts = Array(repeating: 0, count: probabilities.count)
    for _ in 0..<count {
      var (rest, kind) = (Double(number(below: 1 << 30)) / Double(1 << 30), 0)
      while kind < probabilities.count - 1, rest >= probabilities[kind] {
        rest -= probabilities[kind]
        kind += 1
      }
      counts[kind] += 1
    }
    return counts
  }

  fileprivate mutating func choose(_ count: Int, of texts: [Judgement], replacing: Bool) -> [Judgement] {
    if replacing { return (0..<count).map { _ in texts[number(below: texts.count)] } }
    var indices = Array(texts.indices)
    return (0..<count).map { place in
      indices.swapAt(place, place + number(below: indices.count - place))
      return texts[indices[place]]
    }
  }
}
