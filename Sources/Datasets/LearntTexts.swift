internal import Glibc
package import TweetText

/// The texts that a model has learnt the labels of: not the texts, but a Bloom filter of their hashes, which says of any
/// text whether it is one of them.
///
/// It never misses one; a text that is none is taken for one with the probability `errorRate`, less than 1 in 10,000. It
/// takes 20 bits for each text, at least 512 bytes, and no text can be read out of it. A model that was trained from
/// another one has a layer more for what it has learnt itself.
///
/// The file: the eight letters `animo-lt`; for each layer the number of texts and of 64-bit words, then the words. All
/// numbers are 64-bit, little-endian.
package struct LearntTexts: Equatable, Sendable {
  /// The filter of some texts (Bloom 1970, Space/Time Trade-offs in Hash Coding with Allowable Errors).
  private struct Layer: Equatable, Sendable {
    /// How many texts it was made for.
    var count: Int
    var words: [UInt64]

    /// The share of texts elsewhere that all of its probes take for one of its own.
    var errorRate: Double {
      let ones = words.reduce(0) { $0 + $1.nonzeroBitCount }
      return pow(Double(ones) / Double(64 * words.count), Double(LearntTexts.probes))
    }

    func contains(_ text: TextHash) -> Bool {
      text.probes(among: 64 * words.count).allSatisfy { words[$0 / 64] >> UInt64($0 % 64) & 1 == 1 }
    }

    mutating func add(_ text: TextHash) {
      for bit in text.probes(among: 64 * words.count) { words[bit / 64] |= 1 << UInt64(bit % 64) }
    }
  }

  private var layers: [Layer] = []

  fileprivate static let probes = 13
  private static let bitsOfText = 20
  /// Among fewer bits the probes of different texts would often be the same.
  private static let fewestWords = 64
  private static let signature = Array("animo-lt".utf8)

  /// No texts.
  package init() {}

  /// How many texts, each once in a layer.
  package var count: Int { layers.reduce(0) { $0 + $1.count } }

  /// The probability that a text which is none of these is taken for one.
  package var errorRate: Double { 1 - layers.reduce(1) { $0 * (1 - $1.errorRate) } }

  package func contains(_ text: TextHash) -> Bool { layers.contains { $0.contains(text) } }

  /// Adds texts; those that are known already take no room.
  package mutating func add(_ texts: some Sequence<TextHash>) {
    let new = Set(texts.filter { !contains($0) })
    guard !new.isEmpty else { return }
    let words = max(Self.fewestWords, (new.count * Self.bitsOfText + 63) / 64)
    var layer = Layer(count: new.count, words: Array(repeating: 0, count: words))
    for text in new { layer.add(text) }
    layers.append(layer)
  }

  // As a file.

  /// The content of the file; empty for no texts.
  package var bytes: [UInt8] {
    guard !layers.isEmpty else { return [] }
    var bytes = Self.signature
    func append(_ number: UInt64) {
      for place in 0..<8 { bytes.append(UInt8(truncatingIfNeeded: number >> (8 * place))) }
    }
    for layer in layers {
      append(UInt64(layer.count))
      append(UInt64(layer.words.count))
      for word in layer.words { append(word) }
    }
    return bytes
  }

  /// Reads what `bytes` wrote; nil for anything else.
  package init?(bytes: [UInt8]) {
    guard !bytes.isEmpty else { return }
    guard bytes.starts(with: Self.signature), bytes.count % 8 == 0 else { return nil }
    let numbers = stride(from: Self.signature.count, to: bytes.count, by: 8).map { start in
      (0..<8).reduce(UInt64(0)) { $0 | UInt64(bytes[start + $1]) << (8 * $1) }
    }
    var rest = numbers[...]
    while rest.count >= 2 {
      let (count, words) = (Int(exactly: rest.removeFirst()), Int(exactly: rest.removeFirst()))
      guard let count, let words, words > 0, words <= rest.count else { return nil }
      layers.append(Layer(count: count, words: Array(rest.prefix(words))))
      rest = rest.dropFirst(words)
    }
    guard rest.isEmpty else { return nil }
  }
}

/// The hash of a text as cleaning leaves it: two tweets that differ only in links, handles and emoticons have the same.
package struct TextHash: Hashable, Sendable {
  private let value: UInt64

  /// FNV-1a with the finaliser of MurmurHash3, which lets every bit depend on every byte.
  package init(cleaned text: Span<UInt8>) {
    value = text.hash.murmurMixed
  }

  /// Places among `count` bits (Kirsch & Mitzenmacher 2006: two hashes do as well as many).
  fileprivate func probes(among count: Int) -> some Sequence<Int> {
    let step = (value ^ 0x9e37_79b9_7f4a_7c15).murmurMixed | 1
    return (0..<UInt64(LearntTexts.probes)).lazy.map { [value] in
      Int((value &+ $0 &* step) % UInt64(count))
    }
  }
}

/// Makes hashes of raw texts.
package struct TextHasher {
  private let cleaner: Cleaner
  private var workspace = CleaningWorkspace()
  private var cleaned: [UInt8] = []

  /// - Parameter cleaning: the profile of the model.
  package init(_ cleaning: CleaningProfile) {
    cleaner = Cleaner(cleaning)
  }

  /// The hash of a raw text; nil if cleaning leaves nothing of it.
  package mutating func hash(_ text: Span<UInt8>) -> TextHash? {
    cleaned.removeAll(keepingCapacity: true)
    cleaner.clean(text, using: &workspace, appendingTo: &cleaned)
    return cleaned.isEmpty ? nil : TextHash(cleaned: cleaned.span)
  }
}
