extension [UInt8] {
  /// Appends a literal's UTF-8.
  mutating func append(ascii literal: StaticString) {
    append(contentsOf: literal.description.utf8)
  }

  /// Appends one scalar as UTF-8.
  mutating func append(scalar: Unicode.Scalar) {
    append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
  }

  /// Appends bytes of another buffer.
  mutating func append(_ bytes: Span<UInt8>) {
    reserveCapacity(count + bytes.count)
    for index in bytes.indices { append(bytes[index]) }
  }

  /// Appends a whole number in decimal digits.
  mutating func append(decimal number: Int) {
    append(contentsOf: String(number).utf8)
  }

  /// Appends a number of millionths as a decimal fraction with six places: 915900 → `0.915900`.
  mutating func append(millionths number: Int) {
    append(decimal: number / 1_000_000)
    append(UInt8(ascii: "."))
    var unit = 100_000
    while unit > 0 {
      append(0x30 + UInt8(number / unit % 10))
      unit /= 10
    }
  }
}
