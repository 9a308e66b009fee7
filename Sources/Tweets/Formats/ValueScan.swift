internal import JSON

/// Follows the grammar of one JSON value through bytes that come piece by piece, to where it ends.
///
/// Strings are taken for what stands between their quotes, numbers and words for anything that is nothing else: whether
/// they are well-formed is for `JSONScanner` to say.
struct ValueScan {
  /// What has been found, and where.
  enum Finding {
    /// The value ends before this place.
    case ended(Int)
    /// A line ends in it.
    case lineEnd(Int)
    /// What stands there cannot.
    case broken(Int)
    /// All bytes have been looked at.
    case more(Int)
  }

  private enum Expected { case value, valueOrEnd, key, keyOrEnd, colon, commaOrEnd }

  /// Whether the value is an object with an array under the name of a page's tweets, or with members of such pages.
  private(set) var isPage = false
  private(set) var mayBePage = false
  /// Whether the next byte is inside a string.
  var isInString = false

  private let lineEnd: UInt8
  private var isEscaped = false
  private var isInWord = false
  private var expected = Expected.value
  private var depth = 0
  /// One bit for each open level, the innermost lowest: 1 for an object, 0 for an array.
  private var levels: UInt64 = 0
  /// Where in the record the key began that is being read, or nil where it does not matter.
  private var keyStart: Int?
  private var isPageKey = false

  /// - Parameter lineEnd: LF, or CR alone.
  init(lineEnd: UInt8) {
    self.lineEnd = lineEnd
  }

  /// The names under which pages have their tweets.
  static let pageNames = ["data", "statuses", "tweets", "results"].map { Array($0.utf8) }
  /// The names of what else is on a page.
  private static let companionNames = ["includes", "meta", "errors", "search_metadata"].map { Array($0.utf8) }

  /// Goes on from `position`, and no further than `end`.
  ///
  /// - Parameter record: where the record begins, or nil where its beginning is forgotten.
  mutating func scan(_ bytes: Span<UInt8>, from position: Int, to end: Int, recordAt record: Int?) -> Finding
  {
    var position = position
    while position < end {
      let byte = bytes[position]
      if isInString {
        if isEscaped {
          isEscaped = false
          if byte == lineEnd { return .broken(position) }
        } else if byte == UInt8(ascii: "\"") {
          isInString = false
          endString(at: position, of: bytes, recordAt: record)
          if depth == 0 { return .ended(position + 1) }
        } else if byte == UInt8(ascii: "\\") {
          isEscaped = true
        } else if byte == lineEnd {
          return .broken(position)
        }
        position += 1
        continue
      }
      if byte.isJSONSpace {
        if isInWord, depth == 0 { return .ended(position) }
        isInWord = false
        if byte == lineEnd { return .lineEnd(position) }
        position += 1
        continue
      }
      if depth == 0, isInWord, Self.endsWord(byte) { return .ended(position) }
      guard take(byte, at: position, recordAt: record) else { return .broken(position) }
      position += 1
      if depth == 0, byte == UInt8(ascii: "}") || byte == UInt8(ascii: "]") { return .ended(position) }
    }
    return .more(position)
  }

  /// Whether `byte` closes the last bracket that is open, or leaves none, in a value whose grammar is broken.
  mutating func closes(with byte: UInt8) -> Bool {
    if isInString {
      if isEscaped {
        isEscaped = false
      } else if byte == UInt8(ascii: "\\") {
        isEscaped = true
      } else if byte == UInt8(ascii: "\"") {
        isInString = false
      }
      return false
    }
    switch byte {
    case UInt8(ascii: "\""): isInString = true
    case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
    case UInt8(ascii: "}"), UInt8(ascii: "]"):
      depth -= 1
      return depth <= 0
    default: break
    }
    return false
  }

  /// Steps over a byte outside of strings that is not white space; returns whether it may stand there.
  private mutating func take(_ byte: UInt8, at position: Int, recordAt record: Int?) -> Bool {
    let isNext = !isInWord
    isInWord = false
    switch byte {
    case UInt8(ascii: "\""): return isNext && beginString(at: position, recordAt: record)
    case UInt8(ascii: "{"), UInt8(ascii: "["):
      guard isNext, expected == .value || expected == .valueOrEnd, depth < UInt64.bitWidth else {
        return false
      }
      if byte == UInt8(ascii: "["), depth == 1, isPageKey { isPage = true }
      levels = levels << 1 | (byte == UInt8(ascii: "{") ? 1 : 0)
      depth += 1
      expected = byte == UInt8(ascii: "{") ? .keyOrEnd : .valueOrEnd
    case UInt8(ascii: "}"), UInt8(ascii: "]"):
      let isObject = byte == UInt8(ascii: "}")
      guard depth > 0, (levels & 1 == 1) == isObject,
        expected == .commaOrEnd || expected == (isObject ? .keyOrEnd : .valueOrEnd)
      else { return false }
      depth -= 1
      levels >>= 1
      expected = .commaOrEnd
    case UInt8(ascii: ","):
      guard expected == .commaOrEnd, depth > 0 else { return false }
      expected = levels & 1 == 1 ? .key : .value
    case UInt8(ascii: ":"):
      guard expected == .colon else { return false }
      expected = .value
    default:
      guard !isNext || expected == .value || expected == .valueOrEnd else { return false }
      isInWord = true
      expected = .commaOrEnd
    }
    return true
  }

  private static func endsWord(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: ","), UInt8(ascii: "]"), UInt8(ascii: "}"), UInt8(ascii: "["), UInt8(ascii: "{"): true
    default: false
    }
  }

  private mutating func beginString(at position: Int, recordAt record: Int?) -> Bool {
    keyStart = nil
    switch expected {
    case .key, .keyOrEnd:
      expected = .colon
      if depth == 1 { keyStart = record.map { position + 1 - $0 } }
    case .value, .valueOrEnd: expected = .commaOrEnd
    case .colon, .commaOrEnd: return false
    }
    isInString = true
    return true
  }

  /// Notes what a key of the outermost object says of the value.
  private mutating func endString(at position: Int, of bytes: Span<UInt8>, recordAt record: Int?) {
    guard let keyStart, let record else { return }
    let key = bytes.extracting((record + keyStart)..<position)
    isPageKey = Self.pageNames.contains { key.elementsEqual($0) }
    mayBePage = mayBePage || Self.companionNames.contains { key.elementsEqual($0) }
    self.keyStart = nil
  }
}
