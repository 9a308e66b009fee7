internal import TweetText

/// How often each word occurs.
struct WordCounts: Sendable {
  private var words = ByteStringIndex()
  /// How often each word has been seen, and the sum of the weights with which it was.
  private var seen: [Int] = []
  private var weights: [Double] = []
  /// All occurrences of all words.
  private(set) var total = 0

  /// How many different words there are.
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

  /// The positions of the words seen at least `minimum` times, by falling weight, then by their bytes.
  func ranking(minimum: Int) -> [Int] {
    seen.indices.filter { seen[$0] >= minimum }.sorted { first, second in
      weights[first] != weights[second]
        ? weights[first] > weights[second] : words.isOrdered(first, before: second)
    }
  }
}
