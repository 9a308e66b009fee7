internal import TweetText

/// The sets of token 3-shingles (three words in a row, hashed) of some texts.
struct ShingleSets: Sendable {
  /// Words in a shingle.
  static let length = 3

  /// The sets, concatenated, each in increasing order without repetitions.
  private var shingles: [UInt64] = []
  /// Where each set ends, after a leading 0.
  private var ends: [Int] = [0]

  /// How many sets there are.
  var count: Int { ends.count - 1 }

  /// Adds the set of a text with these words. A text of fewer than three words has one shingle, all of it.
  mutating func append(words: [UInt64]) {
    let start = shingles.count
    let number = max(1, words.count - Self.length + 1)
    for first in 0..<number {
      shingles.append(Self.hash(words[first..<min(first + Self.length, words.count)]))
    }
    shingles[start...].sort()
    removeRepetitions(from: start)
    ends.append(shingles.count)
  }

  /// The minimum of the products of shingles with an odd `multiplier`: a MinHash of the set.
  func minimum(of set: Int, multiplier: UInt64) -> UInt64 {
    var least = UInt64.max
    for index in ends[set]..<ends[set + 1] { least = min(least, shingles[index] &* multiplier) }
    return least
  }

  /// The Jaccard index of two sets: the share of their shingles that both have, 0…1.
  func similarity(_ first: Int, _ second: Int) -> Double {
    var (left, right) = (ends[first], ends[second])
    let (leftEnd, rightEnd) = (ends[first + 1], ends[second + 1])
    let total = leftEnd - left + rightEnd - right
    var common = 0
    while left < leftEnd, right < rightEnd {
      let (one, other) = (shingles[left], shingles[right])
      if one == other { common += 1 }
      if one <= other { left += 1 }
      if other <= one { right += 1 }
    }
    return Double(common) / Double(total - common)
  }

  private mutating func removeRepetitions(from start: Int) {
    var write = start
    for read in start..<shingles.count where read == start || shingles[read] != shingles[write - 1] {
      shingles[write] = shingles[read]
      write += 1
    }
    shingles.removeLast(shingles.count - write)
  }

  /// One number for some in their order.
  static func hash(_ words: ArraySlice<UInt64>) -> UInt64 {
    words.reduce(UInt64(words.count)) { RandomStream.mixed($0 &+ $1) }
  }
}

/// Hashes the words of texts, for detecting near-duplicates.
///
/// Words are the network's tokens after `standard` cleaning, ignoring case, so that tweets that differ only in links,
/// mentions, hashtags, emoticons or case have the same hashes.
struct WordHashes {
  private let cleaner = Cleaner(.standard)
  private var workspace = TokenizerWorkspace()
  private var cleaned: [UInt8] = []

  /// Sets `hashes` to the hashes of the words of `text`, in order.
  mutating func read(_ text: Span<UInt8>, into hashes: inout [UInt64]) {
    cleaned.removeAll(keepingCapacity: true)
    hashes.removeAll(keepingCapacity: true)
    cleaner.clean(text, appendingTo: &cleaned)
    let cleaned = cleaned
    _ = Tokenizer.forEachToken(in: cleaned.span, using: &workspace) { _, word in
      if let word { hashes.append(RandomStream.mixed(word.span.hash)) }
      return true
    }
  }
}
