internal import AWDLSTM
internal import TweetText

/// How the model read one text and came to its answer: everything that is known exactly and at once.
///
/// `Explaining.Attribution` adds what each word meant to the network.
package struct Explanation: Sendable {
  /// What cleaning left of the text.
  package let cleaned: String
  /// The tokens that the network read, in order.
  package let tokens: [Token]
  /// The words of `cleaned` as their writer sees them, as bytes: in order, without overlap, all but white space.
  package let words: [Range<Int>]
  /// The probability of each label, in millionths.
  package let probabilities: [Int32]
  /// What is worth knowing of the text.
  package let flags: TextFlags
  /// The marks that the model knows among those of the text, in the order in which they first come.
  package let marks: [Mark]
  /// The n-grams of the model's wide term, in order; empty if it has none.
  package let ngrams: [NGram]
  /// What the network alone answers: a logit per label, without wide term, marks and temperature.
  package let networkLogits: [Float]

  /// An emoticon or emoji that contributes to the answer.
  package struct Mark: Equatable, Sendable {
    /// Its one spelling for all variants.
    package let text: String
    /// How often it comes; more than three times count as three.
    package let count: Int
    /// What it adds to the logit of each label.
    package let worth: [Float]
  }

  /// One token of the text.
  package struct Token: Equatable, Sendable {
    /// As in the text.
    package let text: String
    /// What the network read; `xxunk` for a token that the vocabulary lacks.
    package let id: Int32
    /// Whether the vocabulary lacks it, so that the network read `xxunk` in its place.
    package let isUnknown: Bool
    /// The bytes of the cleaned text that it stands for: see `PlacedToken`.
    package let range: Range<Int>
  }

  /// One n-gram, which may come several times.
  package struct NGram: Equatable, Sendable {
    /// Its bytes in the cleaned text.
    package let range: Range<Int>
    /// Whether it consists of whole words; else of letters.
    package let isOfWords: Bool
    /// Whether it stands for its word within the reach of a negation.
    package let isNegated: Bool
    /// What it adds to the logit of each label: the feature's worth, divided by the number of times that it comes.
    package let worth: [Double]
  }
}

extension SentimentScorer {
  /// Scores one text and keeps what happened on the way.
  package func explain(_ text: String) -> Explanation {
    var batch = makeBatch()
    add(Array(text.utf8).span, to: &batch)
    score(&batch)
    var bytes: [UInt8] = []
    var workspace = CleaningWorkspace()
    cleaner.clean(Array(text.utf8).span, using: &workspace, appendingTo: &bytes)
    let placed = Tokenizer.placedTokens(of: bytes)
    let tokens = placed.prefix(network.architecture.maximumTokens).map { token in
      let id = tokenizer.vocabulary.id(of: Array(token.text.utf8).span)
      return Explanation.Token(
        text: token.text, id: id ?? SpecialToken.unknown.rawValue, isUnknown: id == nil, range: token.range)
    }
    return Explanation(
      cleaned: String(decoding: bytes, as: UTF8.self), tokens: tokens,
      words: Tokenizer.words(of: placed, in: bytes), probabilities: batch.probabilities,
      flags: batch.flags[0], marks: marks(workspace.marks), ngrams: ngrams(of: bytes),
      networkLogits: networkLogits(of: tokens.map(\.id)))
  }

  /// What the network answers to some ids.
  private func networkLogits(of ids: [Int32]) -> [Float] {
    var logits = [Float](repeating: 0, count: labels.count)
    var answers = logits.mutableSpan
    network.classify(
      ids: ids.span, offsets: [0, ids.count].span, using: network.makeWorkspace(rows: 1), logits: &answers)
    return logits
  }

  /// The n-grams of the wide term, and what each adds.
  private func ngrams(of cleaned: [UInt8]) -> [Explanation.NGram] {
    guard let ngrams, let wide = network.wide else { return [] }
    var features = TextFeatures()
    ngrams.find(in: cleaned.span, into: &features)
    let (words, characters) = (Set(features.words), Set(features.characters))
    // Features beyond the limit do not count.
    let found = ngrams.ngrams(of: cleaned.span).filter {
      ($0.kind == .characters ? characters : words).contains($0.bucket)
    }
    var times: [[UInt32: Int]] = [[:], [:]]
    for ngram in found { times[ngram.kind == .characters ? 1 : 0][ngram.bucket, default: 0] += 1 }
    return found.map { ngram in
      let isOfWords = ngram.kind != .characters
      let worth = wide.worth(of: ngram.bucket, among: isOfWords ? words.count : characters.count)
      let share = Double(times[isOfWords ? 0 : 1][ngram.bucket] ?? 1)
      return Explanation.NGram(
        range: ngram.range, isOfWords: isOfWords, isNegated: ngram.kind == .negatedWord,
        worth: worth.map { $0 / share })
    }
  }

  /// The known ones among a text's marks, and what each adds.
  private func marks(_ found: TextMarks) -> [Explanation.Mark] {
    guard let index = marks, let term = network.marks else { return [] }
    var known = KnownMarks()
    index.find(found, into: &known)
    return known.numbers.indices.map { place in
      var worth = [Float](repeating: 0, count: labels.count)
      var span = worth.mutableSpan
      term.add(
        numbers: [known.numbers[place]].span, counts: [known.counts[place]].span, to: &span, row: 0)
      let root = Float(known.numbers.count).squareRoot()
      return Explanation.Mark(
        text: index.text(of: known.numbers[place]), count: Int(known.counts[place]),
        worth: worth.map { $0 / root })
    }
  }
}

/// What the model gets of one text: enough to compute the same answer with its weights elsewhere.
package struct TextReading: Sendable {
  /// The ids of the tokens that the network reads.
  package let ids: [Int32]
  /// The buckets of the n-grams of words and of characters; empty without a wide term.
  package let words: [UInt32]
  package let characters: [UInt32]
  /// The numbers of the marks that the model knows, and how often each comes (three times at most).
  package let marks: [(number: UInt32, count: UInt32)]
  /// Whether there is no letter and no mark that the model knows.
  package let holdsNothingToJudge: Bool
}

extension SentimentScorer {
  /// Reads a text as it is read to be scored.
  package func reading(of text: String) -> TextReading {
    var (cleaned, ids): ([UInt8], [Int32]) = ([], [])
    var (cleaning, tokenizing) = (CleaningWorkspace(), TokenizerWorkspace())
    var (features, known) = (TextFeatures(), KnownMarks())
    cleaner.clean(Array(text.utf8).span, using: &cleaning, appendingTo: &cleaned)
    _ = tokenizer.tokenize(
      cleaned.span, limit: network.architecture.maximumTokens, using: &tokenizing, appendingTo: &ids)
    ngrams?.find(in: cleaned.span, into: &features)
    marks?.find(cleaning.marks, into: &known)
    return TextReading(
      ids: ids, words: features.words, characters: features.characters,
      marks: zip(known.numbers, known.counts).map { (number: $0, count: $1) },
      holdsNothingToJudge: known.numbers.isEmpty && !Cleaner.holdsLetters(cleaned.span))
  }
}
