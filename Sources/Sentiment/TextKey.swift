/// A cleaned text as numbers that the answer cache compares: its length in bytes, then four bytes a number.
struct TextKey {
  /// Numbers of the longest text that is remembered: nearly all tweets have fewer than 508 bytes.
  static let longest = 128

  private(set) var numbers: [Int32] = []

  /// Makes the key of a text, without an allocation once there is room.
  ///
  /// - Returns: false when the text is too long to be remembered.
  mutating func set(_ text: Span<UInt8>) -> Bool {
    guard text.count <= 4 * (Self.longest - 1) else { return false }
    numbers.removeAll(keepingCapacity: true)
    numbers.append(Int32(text.count))
    var number: UInt32 = 0
    for index in text.indices {
      number = number << 8 | UInt32(text[index])
      guard index % 4 == 3 || index == text.count - 1 else { continue }
      numbers.append(Int32(bitPattern: number))
      number = 0
    }
    return true
  }
}
