internal import Sentiment

/// What users should know of a labelled line; written only when there is something.
struct LineFlags: OptionSet {
  let rawValue: UInt8

  static let truncated = LineFlags(rawValue: 1)
  static let emptyAfterCleaning = LineFlags(rawValue: 2)
  static let loneSurrogate = LineFlags(rawValue: 4)
  static let duplicateKey = LineFlags(rawValue: 8)
  static let invalidUTF8 = LineFlags(rawValue: 16)
  static let sentimentReplaced = LineFlags(rawValue: 32)

  /// The names in outputs, in order.
  static let names: [(flag: LineFlags, name: StaticString)] = [
    (.truncated, "truncated"),
    (.emptyAfterCleaning, "empty_after_clean"),
    (.loneSurrogate, "lone_surrogate"),
    (.duplicateKey, "duplicate_key"),
    (.invalidUTF8, "invalid_utf8"),
    (.sentimentReplaced, "sentiment_replaced"),
  ]

  mutating func add(_ flags: TextFlags) {
    if flags.contains(.truncated) { insert(LineFlags.truncated) }
    if flags.contains(.emptyAfterCleaning) { insert(LineFlags.emptyAfterCleaning) }
  }
}
