internal import TweetText

/// A cleaned text and its marks as numbers that the answer cache compares: the text's length in bytes, four bytes a
/// number, then of each mark its number and how often it comes.
struct TextKey {
  /// Numbers of the longest text that is remembered: nearly all tweets have fewer than 508 bytes.
  static let longest = 128

  private(set) var numbers: [Int32] = []

  /// Makes the key of a text, without an allocation once there is room.
  ///
  /// - Returns: false when that is too much to be remembered.
  mutating func set(_ text: Span<UInt8>, marks: KnownMarks = KnownMarks()) -> Bool {
    guard (text.count + 3) / 4 + 2 * marks.numbers.count < Self.longest else { return false }
    numbers.removeAll(keepingCapacity: true)
    numbers.append(Int32(text.count))
    var number: UInt32 = 0
    for index in text.indices {
      number = number << 8 | UInt32(text[index])
      guard index % 4 == 3 || index == text.count - 1 else { continue }
      numbers.append(Int32(bitPattern: number))
      number = 0
    }
    for index in marks.numbers.indices {
      numbers.append(Int32(bitPattern: marks.numbers[index]))
      numbers.append(Int32(bitPattern: marks.counts[index]))
    }
    return true
  }
}
