internal import SystemCalls

/// Which names in the inbox are nobody's business yet.
enum InboxRules {
  /// What programs add to the names of files that they are still writing.
  private static let unfinished = ["~", ".tmp", ".part", ".partial", ".filepart", ".crdownload", ".swp"]

  /// Whether the entry `name` is to be ignored.
  static func ignores(_ name: FileName) -> Bool {
    name.bytes.first == UInt8(ascii: ".") || unfinished.contains { name.hasEnding($0) }
  }
}
