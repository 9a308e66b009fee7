extension Span<UInt8> {
  /// Whether the ASCII `literal` is at `offset`.
  func has(_ literal: String, at offset: Int) -> Bool {
    hasPrefix(literal, at: offset) { $0 }
  }

  /// Whether the lower-case ASCII `literal` is at `offset`, ignoring case.
  func hasIgnoringCase(_ literal: String, at offset: Int) -> Bool {
    hasPrefix(literal, at: offset) { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) ? $0 | 0x20 : $0 }
  }

  @inline(__always)
  private func hasPrefix(_ literal: String, at offset: Int, folding: (UInt8) -> UInt8) -> Bool {
    guard offset >= 0, offset + literal.utf8.count <= count else { return false }
    var position = offset
    for byte in literal.utf8 {
      guard folding(self[position]) == byte else { return false }
      position += 1
    }
    return true
  }
}

extension Span<UInt8> {
  /// Whether `byte` is anywhere in the span.
  func contains(_ byte: UInt8) -> Bool {
    for offset in indices where self[offset] == byte { return true }
    return false
  }
}
