/// The features of one text, and the room in which they are found: kept from text to text, it makes that free of
/// allocations.
///
/// A bucket counts once, however often the text has it, in the order in which it first came. Each task that looks
/// for features has its own.
package struct TextFeatures: Sendable {
  /// No text has more features of either kind: what comes after is left out.
  package static let limit = 4096

  private var wordSet = BucketSet(limit: Self.limit)
  private var characterSet = BucketSet(limit: Self.limit)
  /// Hashes of the last words, alone and with those before them.
  var chains: [PieceHash] = []
  /// What is read between two spaces.
  var scalars: [UInt32] = []

  package init() {}

  /// The buckets of the n-grams of words.
  package var words: [UInt32] { wordSet.buckets }
  /// The buckets of the n-grams of characters.
  package var characters: [UInt32] { characterSet.buckets }

  mutating func removeAll() {
    wordSet.removeAll()
    characterSet.removeAll()
  }

  @inline(__always)
  mutating func addWords(_ bucket: UInt32) { wordSet.insert(bucket) }

  @inline(__always)
  mutating func addCharacters(_ bucket: UInt32) { characterSet.insert(bucket) }
}

/// Different numbers in the order of insertion, up to a maximum: a table with open addressing, at most half full.
struct BucketSet: Sendable {
  private(set) var buckets: [UInt32] = []
  private let limit: Int
  /// Of each slot the number in the lower half, and in the upper which filling of the set it belongs to.
  private var slots: [UInt64]
  private var filling: UInt64 = 1 << 32

  /// - Parameter limit: a power of two.
  init(limit: Int) {
    precondition(limit > 0 && limit & (limit - 1) == 0)
    self.limit = limit
    slots = [UInt64](repeating: 0, count: 2 * limit)
  }

  /// Empties the set, without touching its slots: they belong to a filling that is past.
  mutating func removeAll() {
    buckets.removeAll(keepingCapacity: true)
    filling &+= 1 << 32
    guard filling == 0 else { return }
    for index in slots.indices { slots[index] = 0 }
    filling = 1 << 32
  }

  @inline(__always)
  mutating func insert(_ bucket: UInt32) {
    let wanted = filling | UInt64(bucket)
    // Buckets are hashes: any bits of them will do.
    var slot = Int(bucket) & (slots.count - 1)
    while slots[slot] >> 32 == filling >> 32 {
      if slots[slot] == wanted { return }
      slot = (slot + 1) & (slots.count - 1)
    }
    guard buckets.count < limit else { return }
    slots[slot] = wanted
    buckets.append(bucket)
  }
}
