internal import AWDLSTM
internal import TweetText

/// How the model came to its answer for one text.
package struct Explanation: Sendable {
  /// What cleaning left of the text.
  package let cleaned: String
  /// The tokens that the network read, in order.
  package let tokens: [Token]
  /// The probability of each label, in millionths.
  package let probabilities: [Int32]
  /// What is worth knowing of the text.
  package let flags: TextFlags
  /// The marks that the model knows among those of the text, in the order in which they first come.
  package let marks: [Mark]

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
    /// Whether the vocabulary lacks it, so that the network read `xxunk` in its place.
    package let isUnknown: Bool
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
    let cleaned = String(decoding: bytes, as: UTF8.self)
    let tokens = tokenizer.tokens(of: cleaned).prefix(network.architecture.maximumTokens)
    return Explanation(
      cleaned: cleaned,
      tokens: tokens.map { token in
        let id = tokenizer.vocabulary.id(of: Array(token.utf8).span)
        return Explanation.Token(text: token, isUnknown: id == nil)
      },
      probabilities: batch.probabilities, flags: batch.flags[0],
      marks: marks(workspace.marks))
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
