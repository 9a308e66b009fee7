internal import TweetText

/// Turns texts into hashes of their words: what near-duplicates are told by.
///
/// Words are those that the network would read after `standard` cleaning, capitals and small letters alike,
/// so that tweets which differ in links, mentions, hashtags, emoticons or case alone have the same.
struct WordHashes {
  private let cleaner = Cleaner(.standard)
  private var workspace = TokenizerWorkspace()
  private var cleaned: [UInt8] = []

  /// Leaves the hashes of the words of `text` in `hashes`, in their order.
  mutating func read(_ text: Span<UInt8>, into hashes: inout [UInt64]) {
    cleaned.removeAll(keepingCapacity: true)
    hashes.removeAll(keepingCapacity: true)
    cleaner.clean(text, appendingTo: &cleaned)
    let cleaned = cleaned
    _ = Tokenizer.forEachToken(in: cleaned.span, using: &workspace) { _, word in
      if let word { hashes.append(Self.hash(of: word)) }
      return true
    }
  }

  /// FNV-1a (Fowler, Noll, Vo), 64 bits, mixed so that all bits count alike.
  private static func hash(of word: [UInt8]) -> UInt64 {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in word { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
    return RandomStream.mixed(hash)
  }
}
