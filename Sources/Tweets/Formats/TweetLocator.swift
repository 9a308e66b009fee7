internal import JSON

/// A line in which the text has been found.
package struct LocatedTweet {
  /// The line's bytes, in the chunk's `bytes`.
  package internal(set) var range: Range<Int>
  /// Its id as it stands in the input, in the same bytes; a number or a quoted string.
  package internal(set) var id: Range<Int>?
  /// Where the last `}` of a JSON object is, in the same bytes.
  package internal(set) var closingBrace = 0
  /// What is to be left out of a JSON object, in the same bytes: members that ours takes the place of.
  package internal(set) var superseded: [Range<Int>] = []
  /// The language that a JSON object says its text is in, as a code in the same bytes.
  package internal(set) var language: Range<Int>?
  /// When it was written, in milliseconds since 1970; nil where it does not say so, or that is not wanted.
  package internal(set) var time: Int?
  /// Where the text was, if not in the tweet's own member.
  package internal(set) var place = TextPlace()
  /// What is worth knowing of how it was read.
  package internal(set) var flags: Flags = []

  /// What is worth knowing of how a line was read.
  package struct Flags: OptionSet, Sendable {
    package let rawValue: UInt8

    package init(rawValue: UInt8) { self.rawValue = rawValue }

    /// Half of a surrogate pair in the text was replaced by U+FFFD.
    package static let loneSurrogate = Flags(rawValue: 1)
    /// The text or the id was given twice under the same name.
    package static let duplicateKey = Flags(rawValue: 2)
    /// Bytes that are not UTF-8 were replaced by U+FFFD.
    package static let invalidUTF8 = Flags(rawValue: 4)
    /// It has a member or column that ours takes the place of.
    package static let sentimentReplaced = Flags(rawValue: 8)
    /// It is said to be in another language than Spanish.
    package static let notSpanish = Flags(rawValue: 16)
  }
}

/// Finds the text in a line.
package struct TweetLocator {
  private let names: TweetNames
  private let replacesInvalidUTF8: Bool
  private static let spanish = LanguageChoice(["es"])

  /// For inputs that are read with `options`.
  package init(options: ReadingOptions) {
    names = TweetNames(texts: options.textKeys, ids: options.idKeys, times: options.timeKeys)
    replacesInvalidUTF8 = options.invalidUTF8 == .replace
  }

  /// Finds the text of `line` and appends it to `text`, escapes decoded.
  ///
  /// May append to `bytes`: a repaired copy of a line that is not valid UTF-8, an object on one line that spans several.
  /// - Throws: `Rejection` when the line cannot be labelled.
  package func locate(
    _ line: TweetLine, as format: RecordFormat, in bytes: inout [UInt8], appendingTextTo text: inout [UInt8]
  ) throws(Rejection) -> LocatedTweet {
    if let rejection = line.rejection { throw rejection }
    let start = text.count
    var tweet = LocatedTweet(range: line.range)
    try checkUTF8(of: &tweet, in: &bytes)
    try locateText(of: &tweet, as: format, in: bytes.span.extracting(tweet.range), appendingTo: &text)
    if case .object = format, bytes.span.extracting(tweet.range).hasLineEnd {
      join(&tweet, in: &bytes)
      text.removeSubrange(start...)
      try locateText(of: &tweet, as: format, in: bytes.span.extracting(tweet.range), appendingTo: &text)
    }
    if let repeated = line.repeated {
      try takeText(of: repeated, for: &tweet, in: &bytes, replacing: start, of: &text)
    }
    return tweet
  }

  private func locateText(
    of tweet: inout LocatedTweet, as format: RecordFormat, in content: Span<UInt8>,
    appendingTo text: inout [UInt8]
  ) throws(Rejection) {
    switch format {
    case .text: text.append(content)
    case .row(let header):
      try locateField(of: &tweet, in: content, under: header, appendingTextTo: &text)
      if header.hasSuperseded { tweet.flags.insert(.sentimentReplaced) }
    case .object: try locateMember(of: &tweet, in: content, appendingTextTo: &text)
    }
  }

  /// Puts an object that spans lines on one line, at the end of `bytes`: line ends, be they LF or CR, and the white space
  /// around them go.
  ///
  /// It must have been found to be well-formed, so that no line end is inside a string.
  private func join(_ tweet: inout LocatedTweet, in bytes: inout [UInt8]) {
    let start = bytes.count
    var isBehindLineEnd = false
    for index in tweet.range {
      let byte = bytes[index]
      if byte == 0x0A || byte == 0x0D {
        while bytes.count > start, bytes[bytes.count - 1].isJSONSpace { bytes.removeLast() }
        isBehindLineEnd = true
      } else if !isBehindLineEnd || !byte.isJSONSpace {
        isBehindLineEnd = false
        bytes.append(byte)
      }
    }
    tweet.range = start..<bytes.count
  }

  private func locateMember(
    of tweet: inout LocatedTweet, in line: Span<UInt8>, appendingTextTo text: inout [UInt8]
  ) throws(Rejection) {
    let object = try ScannedObject(scanning: line, names: names)
    let start = tweet.range.lowerBound
    tweet.closingBrace = start + object.closingBrace
    tweet.id = object.id.map { (start + $0.lowerBound)..<(start + $0.upperBound) }
    tweet.language = object.language.map { (start + $0.lowerBound)..<(start + $0.upperBound) }
    (tweet.place, tweet.time) = (object.place, object.time)
    if object.hasDuplicateKey { tweet.flags.insert(.duplicateKey) }
    if let language = object.language, !Self.spanish.includes(line.extracting(language)) {
      tweet.flags.insert(.notSpanish)
    }
    if !object.superseded.isEmpty {
      tweet.superseded = object.superseded.map { (start + $0.lowerBound)..<(start + $0.upperBound) }
      tweet.flags.insert(.sentimentReplaced)
    }
    let hasLoneSurrogate = try append(object.text, of: line, mayBeHTML: object.mayBeHTML, to: &text)
    if hasLoneSurrogate { tweet.flags.insert(.loneSurrogate) }
  }

  /// Puts the text of the tweet that `tweet` repeats, which came with it, in place of its own.
  private func takeText(
    of repeated: Range<Int>, for tweet: inout LocatedTweet, in bytes: inout [UInt8],
    replacing start: Int, of text: inout [UInt8]
  ) throws(Rejection) {
    var other = LocatedTweet(range: repeated)
    try checkUTF8(of: &other, in: &bytes)
    let line = bytes.span.extracting(other.range)
    guard tweet.place.repeated == nil, let found = try ScannedObject.repeatedText(in: line, names: names)
    else {
      return
    }
    text.removeSubrange(start...)
    tweet.flags.subtract([.loneSurrogate])
    tweet.flags.formUnion(other.flags)
    tweet.place = found.place
    if try append(found.text, of: line, mayBeHTML: found.mayBeHTML, to: &text) {
      tweet.flags.insert(.loneSurrogate)
    }
  }

  /// Appends what a string means; of HTML, what readers see of it.
  ///
  /// - Returns: whether half of a surrogate pair was replaced.
  private func append(
    _ content: Range<Int>, of line: Span<UInt8>, mayBeHTML: Bool, to text: inout [UInt8]
  ) throws(Rejection) -> Bool {
    let start = text.count
    let hasLoneSurrogate = JSONString.decode(content, of: line, appendingTo: &text)
    if mayBeHTML { try readHTML(from: start, of: &text) }
    return hasLoneSurrogate
  }

  /// Puts what readers see of it in place of the text from `start` on, if that is HTML.
  private func readHTML(from start: Int, of text: inout [UInt8]) throws(Rejection) {
    guard HTMLText.isHTML(text.span.extracting(start..<text.count)) else { return }
    let html = Array(text[start...])
    text.removeSubrange(start...)
    HTMLText.append(html.span, to: &text)
    guard text.count > start else { throw Rejection.emptyText }
  }

  private func checkUTF8(of tweet: inout LocatedTweet, in bytes: inout [UInt8]) throws(Rejection) {
    guard let offset = bytes.span.extracting(tweet.range).firstInvalidUTF8 else { return }
    guard replacesInvalidUTF8 else {
      throw Self.notUTF8(bytes.span.extracting(tweet.range), at: offset)
    }
    let repaired = String(decoding: bytes[tweet.range], as: UTF8.self)
    tweet.range = bytes.count..<(bytes.count + repaired.utf8.count)
    bytes.append(contentsOf: repaired.utf8)
    tweet.flags.insert(.invalidUTF8)
  }

  /// Appends the first text of the record that is not empty, and finds out when it was written.
  private func locateField(
    of tweet: inout LocatedTweet, in record: Span<UInt8>, under header: DelimitedHeader,
    appendingTextTo text: inout [UInt8]
  ) throws(Rejection) {
    var (column, best) = (0, header.textColumns.count)
    var (hasText, hasNumber) = (false, false)
    var (time, timeRank, idTime) = (Int?.none, header.timeColumns.count, Int?.none)
    let start = text.count
    header.forEachField(of: record) { field in
      if let rank = header.textColumns.firstIndex(of: column) {
        hasText = hasText || !field.isBlank
        if rank < best, !EmptyCell.isEmpty(field) {
          text.removeSubrange(start...)
          text.append(field)
          best = rank
        }
      }
      if column == header.idColumn {
        hasNumber = field.isNumber
        if names.wantsTime { idTime = EventTimeText.milliseconds(ofID: field) }
      }
      if let rank = header.timeColumns.firstIndex(of: column), rank < timeRank,
        let found = EventTimeText.milliseconds(in: field)
      {
        (time, timeRank) = (found, rank)
      }
      column += 1
    }
    // A record that a line end in its text has divided is short as well: only its first part begins with an id.
    guard column >= header.width || (best < header.textColumns.count && hasNumber) else {
      throw .fieldCount(column, under: header)
    }
    guard best < header.textColumns.count else {
      throw Rejection(
        .noText, hasText ? "the cell of the text is NULL, nan or the like" : "the cell of the text is empty")
    }
    if header.htmlColumns.contains(header.textColumns[best]) { try readHTML(from: start, of: &text) }
    tweet.time = time ?? idTime
  }

  /// What to say of a line that is not UTF-8 from `offset` on.
  private static func notUTF8(_ line: Span<UInt8>, at offset: Int) -> Rejection {
    let byte = line[offset]
    if byte == 0xED, offset + 2 < line.count, 0xA0...0xBF ~= line[offset + 1],
      0x80...0xBF ~= line[offset + 2]
    {
      // Of UTF-16, or of what has encoded the halves of a pair by themselves.
      return Rejection(.invalidUTF8, "byte \(offset): half of a surrogate pair is not UTF-8", .replaceInvalid)
    }
    return Rejection(
      .invalidUTF8, "byte \(offset): 0x\(String(byte, radix: 16)) is not UTF-8", remedy(for: byte))
  }

  /// A guess at the encoding: bytes that windows-1252 and Latin-1 use for Spanish letters and signs.
  private static func remedy(for byte: UInt8) -> Remedy? {
    (0xA0..<0xFE).contains(byte) || [0x80, 0x85, 0x91, 0x92, 0x93, 0x94].contains(byte)
      ? .readAsWindows1252 : nil
  }
}

/// Cells of a table that hold nothing: blank ones, and what pandas, R and databases write for no value.
enum EmptyCell {
  private static let words = [
    "nan", "NaN", "NULL", "null", "None", "NA", "N/A", "<NA>", "#N/A", "\\N",
  ].map { Array($0.utf8) }

  /// Whether `field` holds nothing. The words are these to the letter: "Nada" and "none" are texts.
  static func isEmpty(_ field: Span<UInt8>) -> Bool {
    var (start, end) = (0, field.count)
    while start < end, field[start].isJSONSpace { start += 1 }
    while end > start, field[end - 1].isJSONSpace { end -= 1 }
    guard end - start <= 4 else { return false }
    let content = field.extracting(start..<end)
    return content.isEmpty || words.contains { content.elementsEqual($0) }
  }
}

extension Span<UInt8> {
  /// Whether there is LF or CR, either of which divides lines for some readers.
  fileprivate var hasLineEnd: Bool {
    firstIndex(of: 0x0A, from: 0) != nil || firstIndex(of: 0x0D, from: 0) != nil
  }

  /// Whether there are digits and nothing else.
  fileprivate var isNumber: Bool {
    for index in indices where !(0x30...0x39 ~= self[index]) { return false }
    return !isEmpty
  }
}
