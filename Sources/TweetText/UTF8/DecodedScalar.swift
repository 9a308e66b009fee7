/// A scalar read from UTF-8, with the number of bytes it took.
///
/// Ill-formed bytes are read as U+FFFD, one for each *maximal subpart* of a sequence, as browsers and Python
/// do: `F0 9F 98` at the end is one U+FFFD of length 3, `C0 AF` are two of length 1. Source: The Unicode
/// Standard, section 3.9 ("U+FFFD Substitution of Maximal Subparts"), and the WHATWG Encoding Standard.
struct DecodedScalar {
  let value: UInt32
  let length: Int

  /// How many times longer text can become when it is repaired: an ill-formed byte becomes the three of
  /// U+FFFD.
  static let largestGrowth = 3

  static func wellFormed(_ value: UInt32, length: Int) -> DecodedScalar {
    DecodedScalar(value: value, length: length)
  }

  static func illFormed(length: Int) -> DecodedScalar {
    DecodedScalar(value: 0xFFFD, length: length)
  }
}

extension Span<UInt8> {
  /// The scalar whose first byte is at `offset`, which must lie inside the span.
  @inline(__always)
  func scalar(at offset: Int) -> DecodedScalar {
    let lead = self[offset]
    if lead < 0x80 { return .wellFormed(UInt32(lead), length: 1) }
    if lead & 0xE0 == 0xC0, lead >= 0xC2, offset + 1 < count, isContinuation(at: offset + 1) {
      return .wellFormed(UInt32(lead & 0x1F) << 6 | UInt32(self[offset + 1] & 0x3F), length: 2)
    }
    return longScalar(at: offset, lead: lead)
  }

  /// Sequences of three and four bytes, and everything that is ill-formed.
  private func longScalar(at offset: Int, lead: UInt8) -> DecodedScalar {
    let extra: Int
    switch lead {
    case 0xE0...0xEF: extra = 2
    case 0xF0...0xF4: extra = 3
    default: return .illFormed(length: 1)
    }
    guard offset + 1 < count, secondBytes(after: lead).contains(self[offset + 1]) else {
      return .illFormed(length: 1)
    }
    var value = UInt32(lead) & (extra == 2 ? 0x0F : 0x07)
    value = value << 6 | UInt32(self[offset + 1] & 0x3F)
    for position in 2..<(extra + 1) {
      guard offset + position < count, isContinuation(at: offset + position) else {
        return .illFormed(length: position)
      }
      value = value << 6 | UInt32(self[offset + position] & 0x3F)
    }
    return .wellFormed(value, length: extra + 1)
  }

  @inline(__always)
  private func isContinuation(at offset: Int) -> Bool { self[offset] & 0xC0 == 0x80 }

  /// What may follow `lead`: narrower where overlong forms, surrogates and scalars above U+10FFFF would
  /// begin.
  private func secondBytes(after lead: UInt8) -> ClosedRange<UInt8> {
    switch lead {
    case 0xE0: 0xA0...0xBF
    case 0xED: 0x80...0x9F
    case 0xF0: 0x90...0xBF
    case 0xF4: 0x80...0x8F
    default: 0x80...0xBF
    }
  }

  /// The scalar that ends just before `offset` in well-formed UTF-8; nil at the beginning.
  func scalar(before offset: Int) -> DecodedScalar? {
    var start = offset - 1
    while start > 0, isContinuation(at: start) { start -= 1 }
    return start < 0 ? nil : scalar(at: start)
  }
}

extension OutputSpan<UInt8> {
  /// Appends the UTF-8 form of `value`, which must be a Unicode scalar; there must be room for it.
  @inline(__always)
  mutating func appendScalar(_ value: UInt32) {
    if value < 0x80 {
      append(UInt8(truncatingIfNeeded: value))
    } else if value < 0x800 {
      append(UInt8(truncatingIfNeeded: 0xC0 | value >> 6))
      append(UInt8(truncatingIfNeeded: 0x80 | value & 0x3F))
    } else {
      appendLongScalar(value)
    }
  }

  @inline(__always)
  private mutating func appendLongScalar(_ value: UInt32) {
    if value < 0x10000 {
      append(UInt8(truncatingIfNeeded: 0xE0 | value >> 12))
    } else {
      append(UInt8(truncatingIfNeeded: 0xF0 | value >> 18))
      append(UInt8(truncatingIfNeeded: 0x80 | value >> 12 & 0x3F))
    }
    append(UInt8(truncatingIfNeeded: 0x80 | value >> 6 & 0x3F))
    append(UInt8(truncatingIfNeeded: 0x80 | value & 0x3F))
  }
}

extension [UInt8] {
  /// Appends the UTF-8 form of `value`, which must be a Unicode scalar.
  @inline(__always)
  mutating func appendScalar(_ value: UInt32) {
    if value < 0x80 {
      append(UInt8(truncatingIfNeeded: value))
    } else {
      append(addingCapacity: 4) { $0.appendScalar(value) }
    }
  }

  /// Appends `bytes[range]` unchanged.
  @inline(__always)
  mutating func append(_ bytes: Span<UInt8>, in range: Range<Int>) {
    // An array without memory writes its count to what all such arrays share.
    guard !range.isEmpty else { return }
    append(addingCapacity: range.count) { output in
      for offset in range { output.append(bytes[offset]) }
    }
  }
}

/// Validation of UTF-8.
package enum UTF8Validation {
  /// The offset of the first byte that is not part of well-formed UTF-8; nil when all of `bytes` is
  /// well-formed.
  ///
  /// Surrogates (`ED A0 80`), overlong forms (`C0 AF`), scalars above U+10FFFF and sequences cut off at the
  /// end are ill-formed; the offset is that of the sequence's first byte. Source: The Unicode Standard,
  /// section 3.9, table 3-7.
  ///
  /// Cost: one pass, no allocation; ASCII is read in whole words by the standard library.
  package static func firstInvalidOffset(in bytes: Span<UInt8>) -> Int? {
    do throws(UTF8.ValidationError) {
      _ = try UTF8Span(validating: bytes)
      return nil
    } catch {
      return error.byteOffsets.lowerBound
    }
  }
}
