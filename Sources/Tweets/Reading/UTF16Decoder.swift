internal import JSON

/// Turns UTF-16 with a byte order mark into UTF-8, piece by piece: what Windows and Excel call Unicode.
///
/// Half of a surrogate pair and a last odd byte become bytes that are not UTF-8, so that the line that holds them is
/// rejected or repaired like any other that is not valid.
struct UTF16Decoder {
  private let isBigEndian: Bool
  /// A first byte without its second one, and a first surrogate that waits for its partner.
  private var (byte, lead): (UInt8?, UInt16?)

  /// - Returns: nil when `start` does not begin as UTF-16 does; UTF-32 is left to others.
  init?(start: [UInt8]) {
    switch start.prefix(2) {
    case [0xFF, 0xFE] where start.dropFirst(2).prefix(2) != [0, 0]: isBigEndian = false
    case [0xFE, 0xFF]: isBigEndian = true
    default: return nil
    }
  }

  /// Whether more bytes are needed to tell.
  static func isUndecided(by start: [UInt8]) -> Bool {
    start == [0xFF] || start == [0xFE] || (start.count < 4 && start.starts(with: [0xFF, 0xFE]))
  }

  /// Appends what `bytes` mean, as far as that can be told.
  mutating func decode(_ bytes: some Sequence<UInt8>, appendingTo text: inout [UInt8]) {
    for second in bytes {
      guard let first = byte else {
        byte = second
        continue
      }
      byte = nil
      let (high, low) = isBigEndian ? (first, second) : (second, first)
      append(UInt16(high) << 8 | UInt16(low), to: &text)
    }
  }

  /// Appends what is left at the end of the input.
  mutating func finish(appendingTo text: inout [UInt8]) {
    if let lead { Self.append(half: lead, to: &text) }
    if byte != nil { text.append(0xFF) }
    (byte, lead) = (nil, nil)
  }

  private mutating func append(_ unit: UInt16, to text: inout [UInt8]) {
    if let first = lead {
      lead = nil
      if UTF16.isTrailSurrogate(unit) {
        let value = 0x10000 + (UInt32(first) - 0xD800) << 10 + (UInt32(unit) - 0xDC00)
        return text.append(scalar: Unicode.Scalar(value) ?? "\u{FFFD}")
      }
      Self.append(half: first, to: &text)
    }
    if unit < 0x80 {
      text.append(UInt8(unit))
    } else if UTF16.isLeadSurrogate(unit) {
      lead = unit
    } else if let scalar = Unicode.Scalar(unit) {
      text.append(scalar: scalar)
    } else {
      Self.append(half: unit, to: &text)
    }
  }

  /// Appends a surrogate in three bytes, which UTF-8 does not allow.
  private static func append(half unit: UInt16, to text: inout [UInt8]) {
    text += [0xE0 | UInt8(unit >> 12), 0x80 | UInt8(unit >> 6 & 0x3F), 0x80 | UInt8(unit & 0x3F)]
  }
}
