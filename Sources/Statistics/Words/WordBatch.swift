/// The words of some tweets, counted exactly: what a worker makes of a chunk.
///
/// Each word is counted by the hour in which its tweet was written and the label that it was given. An
/// open-addressing table, so that a word costs no allocation. Its hash has a secret key, Swift's own: a line of
/// 1 MiB has room for 150,000 words, which could be chosen to share the slots of a hash that is known.
package struct WordBatch: Sendable {
  /// Where words are counted.
  package struct Place: Equatable, Sendable {
    /// The hour's start, in seconds since 1970.
    package let hour: Int
    /// The label's index.
    package let label: Int
  }

  private struct Entry {
    let hash: Int
    let start: Int32
    let length: Int32
    let place: Int32
    var count: Int32
  }

  private var places: [Place] = []
  private var bytes: [UInt8] = []
  private var entries: [Entry] = []
  /// Indices of entries, at most half full; as many as a power of two, or none.
  private var slots: [Int32] = []

  private static let free: Int32 = -1

  /// No words.
  package init() {}

  package var isEmpty: Bool { entries.isEmpty }

  /// The number of the place where the words of an hour and a label are counted.
  package mutating func number(ofHour hour: Int, label: Int) -> Int {
    let place = Place(hour: hour, label: label)
    if let number = places.lastIndex(of: place) { return number }
    places.append(place)
    return places.count - 1
  }

  /// Counts a word.
  ///
  /// - Parameter place: its number.
  package mutating func add(_ word: Span<UInt8>, at place: Int) {
    if slots.count < 2 * (entries.count + 1) { grow() }
    let hash = Self.hash(word, at: place)
    let mask = slots.count - 1
    var slot = hash & mask
    while slots[slot] != Self.free {
      let index = Int(slots[slot])
      if entries[index].hash == hash, isWord(entries[index], word, at: place) {
        entries[index].count += 1
        return
      }
      slot = (slot + 1) & mask
    }
    slots[slot] = Int32(entries.count)
    entries.append(
      Entry(
        hash: hash, start: Int32(bytes.count), length: Int32(word.count), place: Int32(place), count: 1))
    for index in word.indices { bytes.append(word[index]) }
  }

  /// Calls `body` with each word and its count.
  package func forEach(_ body: (Place, String, Int) -> Void) {
    for entry in entries {
      let range = Int(entry.start)..<Int(entry.start + entry.length)
      body(places[Int(entry.place)], String(decoding: bytes[range], as: UTF8.self), Int(entry.count))
    }
  }

  /// The hash of a word at a place, eight bytes at a time.
  private static func hash(_ word: Span<UInt8>, at place: Int) -> Int {
    var hasher = Hasher()
    hasher.combine(place)
    hasher.combine(word.count)
    var block: UInt64 = 0
    for index in word.indices {
      block = block << 8 | UInt64(word[index])
      if index % 8 == 7 { hasher.combine(block) }
    }
    hasher.combine(block)
    return hasher.finalize()
  }

  private func isWord(_ entry: Entry, _ word: Span<UInt8>, at place: Int) -> Bool {
    guard Int(entry.length) == word.count, Int(entry.place) == place else { return false }
    for index in word.indices where bytes[Int(entry.start) + index] != word[index] { return false }
    return true
  }

  private mutating func grow() {
    slots = Array(repeating: Self.free, count: max(1024, 2 * slots.count))
    let mask = slots.count - 1
    for (index, entry) in entries.enumerated() {
      var slot = entry.hash & mask
      while slots[slot] != Self.free { slot = (slot + 1) & mask }
      slots[slot] = Int32(index)
    }
  }
}
