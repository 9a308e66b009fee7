package import TweetText

/// Makes a vocabulary from texts, as fastai v1 does: special tokens first, then words by falling frequency.
///
/// ```swift
/// var builder = VocabularyBuilder()
/// try TextCorpus(paths: paths).forEachText { builder.add($0) }
/// let list = builder.wordList()          // list.lines is the vocab.txt
/// ```
/// Source: `Vocab.create` in fastai v1, `fastai/text/transform.py`. About 4 µs a tweet, 50 bytes a word.
package struct VocabularyBuilder {
  /// How often a word must have been seen.
  package var minimumCount = 2
  /// How many tokens there may be, the special ones with them.
  package var maximumSize = 60_000

  private let cleaner: Cleaner
  private var workspace = TokenizerWorkspace()
  private var cleaned: [UInt8] = []
  private var counts = WordCounts()

  /// Begins a vocabulary of texts that are cleaned as `profile` says.
  ///
  /// - Parameter known: divides hashtags, as in `Cleaner`; nil while there is no vocabulary yet.
  package init(cleaning profile: CleaningProfile = .standard, dividingHashtagsBy known: Vocabulary? = nil) {
    cleaner = Cleaner(profile, vocabulary: known)
  }

  /// Counts the words of a raw text.
  ///
  /// - Parameter weight: what each of its words counts for the ranking; texts of a corpus that is to have
  ///   more say than its size gives it have more than 1.
  /// - Returns: how many tokens the text has, marks and all.
  @discardableResult
  package mutating func add(_ text: Span<UInt8>, weight: Double = 1) -> Int {
    cleaned.removeAll(keepingCapacity: true)
    cleaner.clean(text, appendingTo: &cleaned)
    let cleaned = cleaned
    var tokens = 0
    _ = Tokenizer.forEachToken(in: cleaned.span, using: &workspace) { mark, word in
      tokens += (mark == nil ? 0 : 1) + (word == nil ? 0 : 1)
      if let word { counts.add(word.span, weight: weight) }
      return true
    }
    return tokens
  }

  /// The vocabulary of all texts added.
  package func wordList() -> WordList {
    let special = SpecialToken.allCases.map(\.text)
    var list = WordList(seen: counts.total, distinct: counts.count)
    for token in special.prefix(maximumSize) { list.append(token) }
    for position in counts.ranking(minimum: minimumCount) {
      let word = counts.word(at: position)
      let isSpecial = special.contains(word)
      guard isSpecial || list.count < maximumSize else { continue }
      if !isSpecial { list.append(word) }
      list.covered += counts.occurrences(at: position)
    }
    return list
  }
}

/// The tokens of a vocabulary in the order of their ids, and how well they cover the texts they come from.
package struct WordList: Equatable, Sendable {
  /// The content of a `vocab.txt`: a token a line.
  package private(set) var lines: [UInt8] = []
  /// How many tokens there are.
  package private(set) var count = 0
  /// Words in the texts: all, and how many of them the vocabulary has.
  package let seen: Int
  package internal(set) var covered = 0
  /// Different words in the texts.
  package let distinct: Int

  init(seen: Int, distinct: Int) {
    self.seen = seen
    self.distinct = distinct
  }

  mutating func append(_ token: String) {
    lines.append(contentsOf: token.utf8)
    lines.append(UInt8(ascii: "\n"))
    count += 1
  }
}

/// The number of occurrences of each word.
struct WordCounts: Sendable {
  private var words = ByteStringIndex()
  /// The count of each word, and the sum of its weights.
  private var seen: [Int] = []
  private var weights: [Double] = []
  /// The number of occurrences of all words.
  private(set) var total = 0

  /// The number of different words.
  var count: Int { words.count }

  /// Counts one occurrence of `word`.
  mutating func add(_ word: Span<UInt8>, weight: Double) {
    let position = words.position(adding: word, in: word.indices)
    if position == seen.count {
      seen.append(0)
      weights.append(0)
    }
    seen[position] += 1
    weights[position] += weight
    total += 1
  }

  func word(at position: Int) -> String { words.string(at: position) }
  func occurrences(at position: Int) -> Int { seen[position] }

  /// The positions of the words seen at least `minimum` times, by decreasing weight, then in byte order.
  func ranking(minimum: Int) -> [Int] {
    seen.indices.filter { seen[$0] >= minimum }.sorted { first, second in
      weights[first] != weights[second]
        ? weights[first] > weights[second] : words.isOrdered(first, before: second)
    }
  }
}
