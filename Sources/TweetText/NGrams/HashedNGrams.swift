/// The features of a text for a linear model: its n-grams, hashed into buckets.
///
/// Pieces are n-grams of *words* and of *characters*. A word is a run of `\w` or a single other sign that is no
/// space, in lower case. Characters are scalars in lower case; their n-grams stay within what stands between two
/// spaces, with one space put before and behind it (`char_wb` in scikit-learn). Words are not spelt out: a piece is
/// known by its hash alone, and its bucket is the hash modulo the number of buckets (Weinberger et al. 2009).
///
/// The hash is FNV-1a over whole scalars, 64 bits (`hash ^ scalar`, then times the prime), from another basis for
/// characters than for words; of an n-gram of words over the hashes of its words; finally mixed by the finaliser of
/// MurmurHash3, as buckets are chosen by the lowest bits. It is part of the model format.
///
/// Total on any UTF-8: what is ill-formed counts as U+FFFD. Time is proportional to the length of the text.
package struct HashedNGrams: Equatable, Sendable {
  /// How many buckets there are: a power of two.
  package let buckets: Int
  /// How many words a piece has.
  package let words: ClosedRange<Int>
  /// How many characters a piece has, the spaces around a word included.
  package let characters: ClosedRange<Int>
  /// Whether each word that a negation reaches is one more piece: see `Negation`.
  package let negation: Bool

  /// The maximum number of scalars of a word, or of a run between two spaces, that count.
  package static let longestWord = 64

  let table = ScalarTable.shared

  package init(
    buckets: Int, words: ClosedRange<Int>, characters: ClosedRange<Int>, negation: Bool = false
  ) {
    precondition(buckets > 0 && buckets & (buckets - 1) == 0 && buckets <= 1 << 31)
    precondition(words.lowerBound >= 1 && characters.lowerBound >= 1)
    (self.buckets, self.words, self.characters) = (buckets, words, characters)
    self.negation = negation
  }

  /// Puts the features of a cleaned text into `features`, in place of those of the text before.
  ///
  /// Allocates nothing once `features` has room. Cost: about 5 µs for an ordinary tweet.
  package func find(in cleaned: Span<UInt8>, into features: inout TextFeatures) {
    features.removeAll()
    findWords(in: cleaned, &features)
    findCharacters(in: cleaned, &features)
  }

  package static func == (left: HashedNGrams, right: HashedNGrams) -> Bool {
    (left.buckets, left.words, left.characters, left.negation)
      == (right.buckets, right.words, right.characters, right.negation)
  }

  // MARK: Words

  private func findWords(in text: Span<UInt8>, _ features: inout TextFeatures) {
    features.chains.removeAll(keepingCapacity: true)
    var scope = Negation()
    var offset = 0
    while offset < text.count {
      let scalar = text.scalar(at: offset)
      let scalarClass = table.class(of: scalar.value)
      guard !scalarClass.contains(.space) else {
        offset += scalar.length
        continue
      }
      var hash = PieceHash.words
      let isWord = scalarClass.contains(.word)
      if isWord {
        offset = readWord(from: offset, of: text, &hash)
      } else {
        add(scalar.value, to: &hash)
        offset += scalar.length
      }
      addWord(hash, &features)
      if negation, scope.reaches(hash, isWord: isWord) {
        features.addWords(PieceHash.negated(hash).bucket(of: buckets))
      }
    }
  }

  /// Reads a run of `\w`; says where it ends.
  func readWord(from start: Int, of text: Span<UInt8>, _ hash: inout PieceHash) -> Int {
    var (offset, length) = (start, 0)
    while offset < text.count {
      let scalar = text.scalar(at: offset)
      guard table.class(of: scalar.value).contains(.word) else { break }
      if length < Self.longestWord { add(scalar.value, to: &hash) }
      length += 1
      offset += scalar.length
    }
    return offset
  }

  /// Adds the n-grams that end with a word.
  private func addWord(_ word: PieceHash, _ features: inout TextFeatures) {
    // `chains[n]` is the hash of the n + 1 words up to the one before; it is missing if there are fewer words.
    if features.chains.count < words.upperBound { features.chains.append(.words) }
    for length in (1...features.chains.count).reversed() {
      var chain = length == 1 ? PieceHash.words : features.chains[length - 2]
      chain.add(word.state)
      features.chains[length - 1] = chain
      if words.contains(length) { features.addWords(chain.bucket(of: buckets)) }
    }
  }

  // MARK: Characters

  private func findCharacters(in text: Span<UInt8>, _ features: inout TextFeatures) {
    var offset = 0
    while true {
      offset = table.end(of: .space, from: offset, in: text)
      guard offset < text.count else { return }
      offset = readChunk(from: offset, of: text, &features.scalars)
      addPieces(of: &features)
    }
  }

  /// Reads the run up to the next space, with a space before and after it; returns its end.
  private func readChunk(from start: Int, of text: Span<UInt8>, _ scalars: inout [UInt32]) -> Int {
    scalars.removeAll(keepingCapacity: true)
    scalars.append(0x20)
    var offset = start
    while offset < text.count {
      let scalar = text.scalar(at: offset)
      guard !table.class(of: scalar.value).contains(.space) else { break }
      if scalars.count <= Self.longestWord { scalars.append(lowercase(scalar.value)) }
      offset += scalar.length
    }
    scalars.append(0x20)
    return offset
  }

  private func addPieces(of features: inout TextFeatures) {
    let count = features.scalars.count
    for start in 0..<count {
      var hash = PieceHash.characters
      for length in 1...min(characters.upperBound, count - start) {
        hash.add(UInt64(features.scalars[start + length - 1]))
        if length >= characters.lowerBound { features.addCharacters(hash.bucket(of: buckets)) }
      }
    }
  }

  func add(_ scalar: UInt32, to hash: inout PieceHash) {
    hash.add(UInt64(lowercase(scalar)))
  }

  /// The small letter as one scalar: of `İ`, whose small form is two, only the `i`.
  @inline(__always)
  func lowercase(_ scalar: UInt32) -> UInt32 {
    let small = table.lowercase(of: scalar)
    return small == ScalarTable.severalScalars ? 0x69 : small
  }
}

/// The hash of a piece of text while it is read: see `HashedNGrams`.
struct PieceHash: Equatable, Sendable {
  private(set) var state: UInt64

  /// Nothing yet of words: the basis of FNV-1a.
  static let words = PieceHash(state: .fnv1aBasis)
  /// Nothing yet of characters: the golden ratio, so that a word and its letters are different pieces.
  static let characters = PieceHash(state: 0x9E37_79B9_7F4A_7C15)

  /// A word that a negation reaches: another piece than the word.
  static func negated(_ word: PieceHash) -> PieceHash {
    var hash = PieceHash.words
    for scalar in "NOT_".unicodeScalars { hash.add(UInt64(scalar.value)) }
    hash.add(word.state)
    return hash
  }

  @inline(__always)
  mutating func add(_ part: UInt64) {
    state = state.fnv1a(part)
  }

  @inline(__always)
  func bucket(of buckets: Int) -> UInt32 {
    UInt32(truncatingIfNeeded: state.murmurMixed & UInt64(buckets - 1))
  }
}

/// How far a negation reaches: `no me gusta nada` says the opposite of its words.
///
/// To the four words after `no`, `nunca`, `sin` and similar, but not beyond punctuation, `pero`, `sino` or `aunque`.
/// A word is known by its hash.
struct Negation {
  private var left = 0

  private static let reach = 4
  private static let negators = hashes(of: [
    "no", "nunca", "jamás", "jamas", "nadie", "nada", "ni", "sin", "tampoco", "apenas", "ningún", "ningun",
    "ninguno",
    "ninguna",
  ])
  private static let turns = hashes(of: ["pero", "sino", "aunque"])

  /// Whether the next word is reached; also takes note of it.
  mutating func reaches(_ word: PieceHash, isWord: Bool) -> Bool {
    if !isWord || Self.turns.contains(word.state) {
      left = 0
      return false
    }
    if Self.negators.contains(word.state) {
      left = Self.reach
      return false
    }
    guard left > 0 else { return false }
    left -= 1
    return true
  }

  private static func hashes(of words: [String]) -> Set<UInt64> {
    Set(
      words.map { word in
        var hash = PieceHash.words
        for scalar in word.unicodeScalars { hash.add(UInt64(scalar.value)) }
        return hash.state
      })
  }
}
