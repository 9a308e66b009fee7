/// Faces drawn with signs and letters of all scripts.
extension MarkScanner {
  /// A face that begins with a scalar beyond ASCII: `ʕ•ᴥ•ʔ`, `ಠ_ಠ`, `•__•`, `¬¬`; says where it ends.
  func drawnFace(
    _ scalar: DecodedScalar, at offset: Int, in text: Span<UInt8>, _ marks: inout TextMarks
  ) -> Int? {
    if scalar.value == Self.bearLeft { return kaomoji(at: offset, to: Self.bearRight, in: text, &marks) }
    let end = offset + scalar.length
    var second = end
    while text.byte(at: second) == UInt8(ascii: "_") { second += 1 }
    let hasMouth = second > end
    guard hasMouth || scalar.value == Self.askance, second < text.count,
      text.scalar(at: second).value == scalar.value, Self.canBeEyes(scalar.value)
    else { return nil }
    if scalar.value == Self.askance {
      marks.append("¬¬")
    } else {
      marks.append { bytes in
        bytes.appendScalar(scalar.value)
        bytes.append(UInt8(ascii: "_"))
        bytes.appendScalar(scalar.value)
      }
    }
    return second + scalar.length
  }

  /// What is between two brackets, if it looks back; says where it ends.
  ///
  /// There are eyes (a sign that comes again two or three scalars later) or a mouth that nothing but faces has, and
  /// no words.
  func kaomoji(at start: Int, to right: UInt32, in text: Span<UInt8>, _ marks: inout TextMarks) -> Int? {
    var reading = Reading()
    let first = text.scalar(at: start)
    var offset = start + first.length
    for _ in 0..<Self.longest {
      guard offset < text.count else { return nil }
      let scalar = text.scalar(at: offset)
      offset += scalar.length
      if scalar.value == right {
        guard reading.isFace else { return nil }
        marks.append { bytes in
          bytes.appendScalar(first.value)
          for index in 0..<reading.count { bytes.appendScalar(reading.scalars[index]) }
          bytes.appendScalar(right)
        }
        return offset
      }
      let isLetter = scalar.value < 0x250 && isWord(at: offset - scalar.length, in: text)
      guard reading.add(scalar.value, isLetter: isLetter) else { return nil }
    }
    return nil
  }

  /// ʕ and ʔ
  private static let bearLeft: UInt32 = 0x295
  private static let bearRight: UInt32 = 0x294
  private static let askance: UInt32 = 0xAC
  /// Scalars between the brackets, spaces and combining marks included.
  private static let longest = 20

  /// Not letters of ours, nor emoji, which are marks by themselves.
  fileprivate static func canBeEyes(_ value: UInt32) -> Bool {
    switch value {
    case 0xAC, 0xB0, 0xB4, 0xAF, 0xA8: true
    case 0x250..<0x1F000: !(0x2018...0x201F).contains(value)
    default: false
    }
  }

  /// What has been read behind the bracket.
  private struct Reading {
    var scalars = InlineArray<12, UInt32>(repeating: 0)
    var count = 0
    private var endsWithLetter = false
    private var hasMouth = false

    /// Takes the next scalar; returns false if this is not a face.
    mutating func add(_ value: UInt32, isLetter: Bool) -> Bool {
      switch value {
      case 0x20, 0x300...0x36F: return true
      // Brackets of another face, and emoji.
      case 0x28, 0x29, 0x1F000...: return false
      default: break
      }
      guard count < scalars.count, !(isLetter && endsWithLetter) else { return false }
      scalars[count] = value
      count += 1
      endsWithLetter = isLetter
      if Self.isMouth(value) { hasMouth = true }
      return true
    }

    var isFace: Bool {
      if hasMouth { return true }
      guard count >= 3 else { return false }
      for index in 0..<(count - 2) where MarkScanner.canBeEyes(scalars[index]) {
        if scalars[index] == scalars[index + 2] { return true }
        if index + 3 < count, scalars[index] == scalars[index + 3] { return true }
      }
      return false
    }

    /// `ツ ω ‿ ◡ ᴗ ʖ ᴥ 益 ▽ ∀ Д д ヮ`
    private static func isMouth(_ value: UInt32) -> Bool {
      switch value {
      case 0x30C4, 0x3C9, 0x203F, 0x25E1, 0x1D17, 0x296, 0x1D25, 0x76CA, 0x25BD, 0x2200, 0x414, 0x434, 0x30EE:
        true
      default: false
      }
    }
  }
}
