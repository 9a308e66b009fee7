internal import JSON

/// Tells from an input's first bytes what is certainly not tweets, and what to do about it.
enum ContentSniffer {
  /// The maximum number of bytes examined; fewer if a line or the input ends before.
  static let length = 512

  /// What the input must be refused for, or nil when it may be text.
  static func refusal(for start: Span<UInt8>) -> String? {
    if beginsWith([0xFF, 0xFE, 0, 0], start) || beginsWith([0, 0, 0xFE, 0xFF], start) {
      return "this is UTF-32; convert it first: iconv -f UTF-32 -t UTF-8"
    }
    if let order = byteOrder(of: start) {
      return "this is UTF-16 without a byte order mark; convert it first: iconv -f UTF-16\(order) -t UTF-8"
    }
    if isTar(start) { return "this is a tar archive; unpack it first: tar -xf" }
    for (mark, what) in marks where beginsWith(mark, start) { return what }
    return looksBinary(start) ? "this is not text: it holds NUL bytes, and bytes that are not UTF-8" : nil
  }

  /// The mark of the header before a tar archive's first file, which is padded with NUL (POSIX.1-2017, pax).
  private static func isTar(_ start: Span<UInt8>) -> Bool {
    let mark = Array("ustar".utf8)
    let place = 257
    guard start.count >= place + mark.count, let padding = start.firstIndex(of: 0, from: 0), padding < place
    else { return false }
    return start.extracting(place..<(place + mark.count)).elementsEqual(mark)
  }

  /// NUL and ill-formed UTF-8 in the same breath; either alone may be a slip in one line.
  private static func looksBinary(_ start: Span<UInt8>) -> Bool {
    var end = 0
    var hasNUL = false
    while end < min(length, start.count), start[end] != 0x0A {
      hasNUL = hasNUL || start[end] == 0
      end += 1
    }
    guard hasNUL, let offset = start.extracting(0..<end).firstInvalidUTF8 else {
      return false
    }
    // A character that is cut off by the end of what is looked at is not ill-formed.
    return end < length || offset < end - 3
  }

  private static let marks: [(mark: [UInt8], what: String)] = [
    ([0x50, 0x4B, 0x05, 0x06], "this is a zip archive without files"),
    ([0x25, 0x50, 0x44, 0x46], "this is a PDF, not tweets"),
    ([0x89, 0x50, 0x4E, 0x47], "this is a picture, not tweets"),
    ([0xFF, 0xD8, 0xFF], "this is a picture, not tweets"),
    ([0x7F, 0x45, 0x4C, 0x46], "this is a program, not tweets"),
    ([0x04, 0x22, 0x4D, 0x18], "this is compressed with lz4; decompress it first: lz4 -dc"),
    ([0x37, 0x7A, 0xBC, 0xAF], "this is a 7z archive; unpack it first: 7z x"),
    ([0x52, 0x61, 0x72, 0x21, 0x1A, 0x07], "this is a RAR archive; unpack it first: unrar x"),
    ([0x50, 0x41, 0x52, 0x31], "this is Parquet; export it as CSV or JSON Lines first"),
    ([0xD0, 0xCF, 0x11, 0xE0], "this is an old Office file; export it as CSV first"),
  ]

  /// `LE` or `BE` for ASCII characters in two bytes each: every other byte is NUL. With its mark it is read.
  private static func byteOrder(of start: Span<UInt8>) -> String? {
    guard start.count >= 4 else { return nil }
    switch (0..<4).map({ start[$0] == 0 }) {
    case [false, true, false, true]: return "LE"
    case [true, false, true, false]: return "BE"
    default: return nil
    }
  }

  private static func beginsWith(_ mark: [UInt8], _ start: Span<UInt8>) -> Bool {
    start.count >= mark.count && start.extracting(0..<mark.count).elementsEqual(mark)
  }
}
