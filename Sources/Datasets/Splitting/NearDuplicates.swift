/// Finds texts that say the same: the same words after cleaning, or nearly the same.
///
/// Nearly means that the sets of their token 3-shingles have a Jaccard index of at least 0.8. Candidates come
/// from MinHash signatures (Broder 1997) cut into bands (Leskovec, Rajaraman, Ullman, *Mining of Massive
/// Datasets*, 3.4): with 20 bands of 5 a pair at 0.8 is found with probability 0.9996; each candidate's index
/// is then computed exactly. Cost: about 7 µs and 260 bytes a tweet.
struct NearDuplicates: Sendable {
  /// The Jaccard index from which texts are near-duplicates.
  static let threshold = 0.8
  private static let bands = 20
  private static let rows = 5
  /// The maximum number of texts of its bucket that a text is compared with, which avoids quadratic time.
  private static let comparisons = 32

  private var hashes = WordHashes()
  private var words: [UInt64] = []
  /// The set of each distinct sequence of words, by the hash of the sequence.
  private var distinct: [UInt64: Int32] = [:]
  private var sets = ShingleSets()
  /// The first text of each distinct sequence.
  private var firstTexts: [Int32] = []
  /// The distinct sequence of each text.
  private var sequences: [Int32] = []

  /// How many texts there are.
  var count: Int { sequences.count }

  /// Adds a text, raw; its number is how many there were before it.
  mutating func add(_ text: Span<UInt8>) {
    hashes.read(text, into: &words)
    let hash = ShingleSets.hash(words[...])
    if let sequence = distinct[hash] {
      sequences.append(sequence)
    } else {
      let sequence = Int32(sets.count)
      distinct[hash] = sequence
      firstTexts.append(Int32(count))
      sequences.append(sequence)
      sets.append(words: words)
    }
  }

  /// Unites near-duplicates in `texts`.
  func unite(in texts: inout DisjointSets) {
    for (text, sequence) in sequences.enumerated() { texts.unite(text, Int(firstTexts[Int(sequence)])) }
    var random = RandomStream(seed: 0).generator("minhash", step: 0)
    for _ in 0..<Self.bands {
      let multipliers = (0..<Self.rows).map { _ in random.next() | 1 }
      let buckets = keys(multipliers: multipliers)
      uniteAlike(in: buckets, &texts)
    }
  }

  private struct Key: Comparable {
    let hash: UInt64
    let sequence: Int32

    static func < (first: Key, second: Key) -> Bool {
      first.hash != second.hash ? first.hash < second.hash : first.sequence < second.sequence
    }
  }

  /// The sequences sorted by one band of their signatures, so that equal bands are adjacent.
  private func keys(multipliers: [UInt64]) -> [Key] {
    let keys = (0..<sets.count).map { sequence in
      let hash = multipliers.reduce(UInt64(0)) { hash, multiplier in
        RandomStream.mixed(hash &+ sets.minimum(of: sequence, multiplier: multiplier))
      }
      return Key(hash: hash, sequence: Int32(sequence))
    }
    return keys.sorted()
  }

  private func uniteAlike(in keys: [Key], _ texts: inout DisjointSets) {
    var bucketStart = 0
    for index in keys.indices {
      if keys[index].hash != keys[bucketStart].hash { bucketStart = index }
      let sequence = Int(keys[index].sequence)
      for other in max(bucketStart, index - Self.comparisons)..<index {
        uniteIfAlike(Int(keys[other].sequence), sequence, &texts)
      }
    }
  }

  private func uniteIfAlike(_ first: Int, _ second: Int, _ texts: inout DisjointSets) {
    let (one, other) = (Int(firstTexts[first]), Int(firstTexts[second]))
    guard texts.root(of: one) != texts.root(of: other) else { return }
    if sets.similarity(first, second) >= Self.threshold { texts.unite(one, other) }
  }
}

/// A partition of the numbers in `0..<count`: union-find (Tarjan 1975) with path halving.
///
/// A set is identified by its smallest number, regardless of the order of unions.
struct DisjointSets: Sendable {
  private var parents: [Int32]

  /// Each number alone.
  ///
  /// - Precondition: `count` fits into 32 bits.
  init(count: Int) {
    parents = Array(0..<Int32(count))
  }

  var count: Int { parents.count }

  /// The smallest number of the set of `number`.
  mutating func root(of number: Int) -> Int {
    var number = number
    while Int(parents[number]) != number {
      parents[number] = parents[Int(parents[number])]
      number = Int(parents[number])
    }
    return number
  }

  /// Unites the sets of two numbers.
  mutating func unite(_ first: Int, _ second: Int) {
    let (first, second) = (root(of: first), root(of: second))
    if first < second { parents[second] = Int32(first) } else { parents[first] = Int32(second) }
  }

  /// The size of the set of each root; 0 for numbers that are not roots.
  mutating func sizes() -> [Int] {
    var sizes = [Int](repeating: 0, count: count)
    for number in 0..<count { sizes[root(of: number)] += 1 }
    return sizes
  }
}
