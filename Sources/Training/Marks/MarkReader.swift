package import AWDLSTM
package import Datasets
internal import TweetText

/// Reads labelled texts with their marks, and classifies them without.
package struct MarkReader {
  private let network: Network
  private let cleaner: Cleaner
  private let tokenizer: Tokenizer
  private let ngrams: HashedNGrams?
  private var workspace = CleaningWorkspace()
  private var tokenizerWorkspace = TokenizerWorkspace()
  private var features = TextFeatures()
  /// The texts with marks; their logits are those of the wide term alone.
  private var texts: [MarkExamples.Text] = []
  private var ids: [[Int32]] = []
  /// For each text read, its index in `texts`, or nil.
  private var places: [Int?] = []

  /// - Throws: if the model is not a classifier, or its vocabulary or cleaning profile is invalid.
  package init(_ model: Model) throws {
    network = try Network(model)
    let lines = model.vocabulary.bytes(in: 0..<model.vocabulary.byteCount)
    do {
      tokenizer = Tokenizer(vocabulary: try Vocabulary(lines: lines.span))
    } catch {
      throw ModelError(file: model.vocabulary.name, expected: "a token a line", found: "\(error)")
    }
    guard let profile = CleaningProfile(rawValue: model.architecture.cleaning), profile != .notebook else {
      throw ModelError(
        file: model.configuration.name, place: "cleaning",
        expected: "a profile that finds marks, such as standard",
        found: "'\(model.architecture.cleaning)'")
    }
    cleaner = Cleaner(profile, vocabulary: tokenizer.vocabulary, findsMarks: true)
    ngrams = model.architecture.wide.map {
      HashedNGrams(
        buckets: $0.buckets, words: $0.words, characters: $0.characters, negation: $0.negation)
    }
  }

  /// Reads the next text.
  package mutating func add(_ example: LabelledExample, weight: Float) {
    var cleaned: [UInt8] = []
    cleaner.clean(example.text.span, using: &workspace, appendingTo: &cleaned)
    guard workspace.marks.count > 0 else { return places.append(nil) }
    places.append(texts.count)
    var logits = [Float](repeating: 0, count: network.architecture.labels.count)
    if let ngrams, let wide = network.wide {
      ngrams.find(in: cleaned.span, into: &features)
      var span = logits.mutableSpan
      wide.add(words: features.words.span, characters: features.characters.span, to: &span, row: 0)
    }
    var tokens: [Int32] = []
    _ = tokenizer.tokenize(
      cleaned.span, limit: network.architecture.maximumTokens, using: &tokenizerWorkspace,
      appendingTo: &tokens)
    ids.append(tokens)
    texts.append(
      MarkExamples.Text(marks: workspace.marks, target: example.target, weight: weight, logits: logits))
  }

  /// Those with marks among the texts with these numbers, counted from 0 in reading order.
  package func texts(_ numbers: [Int]) -> [MarkExamples.Text] {
    let places = numbers.compactMap { self.places[$0] }
    return zip(places, network.logits(of: places.map { ids[$0] })).map { place, logits in
      var text = texts[place]
      text.logits = zip(logits, text.logits).map(+)
      return text
    }
  }
}
