/// Finds where the words of a hashtag begin, scalar by scalar: `#BuenosDías_Perú2024` holds four.
///
/// A word begins after an underscore, and where a small letter is followed by something else: a capital or a
/// digit. `#TBT`, `#iPhone` and `#xD` are one word each; `&#x3C;` is a character reference and no hashtag.
struct HashtagWords {
  private enum Place {
    case outside, afterAmpersand, beginning, inside, afterSmallLetter
  }

  private var place = Place.outside

  /// What to do with the next scalar.
  enum Step {
    /// Keep it.
    case goesOn
    /// It is the first of a word.
    case beginsWord
    /// It separates two words.
    case separates
  }

  @inline(__always)
  mutating func step(_ value: UInt32, _ scalarClass: ScalarClass) -> Step {
    if place == .outside || place == .afterAmpersand {
      place = outside(value)
      return .goesOn
    }
    return inside(value, scalarClass)
  }

  private func outside(_ value: UInt32) -> Place {
    switch value {
    case UInt32(UInt8(ascii: "#")): place == .afterAmpersand ? .outside : .beginning
    case UInt32(UInt8(ascii: "&")): .afterAmpersand
    default: .outside
    }
  }

  private mutating func inside(_ value: UInt32, _ scalarClass: ScalarClass) -> Step {
    guard scalarClass.contains(.word), !scalarClass.contains(.pictograph) else {
      place = .outside
      place = outside(value)
      return .goesOn
    }
    if value == UInt32(UInt8(ascii: "_")) {
      place = .beginning
      return .separates
    }
    let begins = place == .afterSmallLetter && !scalarClass.contains(.lowercase)
    place = place != .beginning && scalarClass.contains(.lowercase) ? .afterSmallLetter : .inside
    return begins ? .beginsWord : .goesOn
  }
}
