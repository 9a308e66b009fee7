import Datasets
import Training
import TweetText

/// Reads texts as the ids that a network learns from.
struct TokenReader {
  private let cleaner: Cleaner
  private let tokenizer: Tokenizer
  private let limit: Int
  private var workspace = TokenizerWorkspace()
  private var cleaned: [UInt8] = []

  /// - Parameter limit: longer texts are cut to so many tokens; nil for none.
  init(_ vocabulary: Vocabulary, cleaning: CleaningProfile, limit: Int? = nil) {
    cleaner = Cleaner(cleaning)
    tokenizer = Tokenizer(vocabulary: vocabulary)
    self.limit = limit ?? .max / 2
  }

  /// The ids of a raw text; `xxbos` is the first.
  mutating func ids(of text: Span<UInt8>) -> [Int32] {
    cleaned.removeAll(keepingCapacity: true)
    cleaner.clean(text, appendingTo: &cleaned)
    let cleaned = cleaned
    var ids: [Int32] = []
    _ = tokenizer.tokenize(cleaned.span, limit: limit, using: &workspace, appendingTo: &ids)
    return ids
  }

  /// An example of a classifier.
  mutating func example(_ example: LabelledExample, weight: Float = 1) -> TokenisedExample {
    TokenisedExample(
      ids: ids(of: example.text.span), label: TrainedLabels.index(of: example.label), weight: weight)
  }
}

/// The classes of a model that is trained here, in the order of its logits: the notebook's.
enum TrainedLabels {
  static let all = ["negative", "positive"]

  static func index(of textClass: TextClass) -> Int { textClass == .positive ? 1 : 0 }

  /// Says how many tweets of each class there are on both sides.
  ///
  /// - Throws: `CommandFailure` when a class has none.
  static func requireBoth(of stage: String, learnt: [Int], judged: [Int]) throws(CommandFailure) {
    for (side, purpose) in [(learnt, "to learn from"), (judged, "to judge by")] {
      let counts = all.indices.map { label in side.count { $0 == label } }
      let texts = zip(counts, all).map { "\(NumberText.grouped($0)) \($1)" }
      StandardError.write("animo: \(stage): \(texts.joined(separator: ", ")) tweets \(purpose)\n")
      guard !counts.contains(0) else {
        throw CommandFailure(.dataError, "there are not both kinds of tweets \(purpose); give more of both")
      }
    }
  }
}
