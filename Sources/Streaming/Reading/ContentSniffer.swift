/// Tells from an input's first bytes what is certainly not tweets, and what to do about it.
enum ContentSniffer {
  /// What the input must be refused for, or nil when it may be text.
  static func refusal(for start: Span<UInt8>) -> String? {
    if beginsWith([0xFF, 0xFE], start) || beginsWith([0xFE, 0xFF], start) || looksLikeUTF16(start) {
      return "this is UTF-16; convert it first: iconv -f UTF-16 -t UTF-8"
    }
    for (mark, what) in marks where beginsWith(mark, start) { return what }
    return nil
  }

  private static let marks: [(mark: [UInt8], what: String)] = [
    ([0x28, 0xB5, 0x2F, 0xFD], "this is compressed with zstd; decompress it first: zstd -dc"),
    ([0x42, 0x5A, 0x68, 0x39, 0x31], "this is compressed with bzip2; decompress it first: bzip2 -dc"),
    ([0x50, 0x4B, 0x03, 0x04], "this is a zip archive (or a spreadsheet); unpack or export it as CSV first"),
    ([0x25, 0x50, 0x44, 0x46], "this is a PDF, not tweets"),
    ([0x89, 0x50, 0x4E, 0x47], "this is a picture, not tweets"),
    ([0x7F, 0x45, 0x4C, 0x46], "this is a program, not tweets"),
  ]

  /// ASCII characters in two bytes each: every other byte is NUL.
  private static func looksLikeUTF16(_ start: Span<UInt8>) -> Bool {
    guard start.count >= 4 else { return false }
    let nulls = (0..<4).map { start[$0] == 0 }
    return nulls == [false, true, false, true] || nulls == [true, false, true, false]
  }

  private static func beginsWith(_ mark: [UInt8], _ start: Span<UInt8>) -> Bool {
    start.count >= mark.count && start.extracting(0..<mark.count).elementsEqual(mark)
  }
}
