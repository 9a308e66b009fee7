internal import JSON

/// How inputs are to be read.
package struct ReadingOptions: Equatable, Sendable {
  /// How an input's bytes stand for characters.
  package enum Encoding: String, CaseIterable, Sendable {
    case utf8 = "utf-8"
    case latin1 = "iso-8859-1"
    case windows1252 = "windows-1252"
  }

  /// The treatment of a line that is not valid UTF-8.
  package enum InvalidUTF8: String, CaseIterable, Sendable {
    /// It is rejected.
    case reject
    /// Each ill-formed sequence becomes U+FFFD.
    case replace
  }

  /// The format, or nil to tell it by the file's name and its first non-blank byte.
  package var format: InputFormat?
  /// The names under which a JSON object or a table's header may hold the text, the likeliest first: the whole text
  /// goes before one that may have been cut.
  package var textKeys = ["full_text", "text", "tweet", "content", "rawContent", "body", "message"]
  /// The names under which they may hold the tweet's id, the likeliest first: a string goes before a number, which
  /// may have been rounded.
  package var idKeys = ["id_str", "id", "tweet_id"]
  /// The names under which they may say when the tweet was written, the likeliest first; nil where that is not wanted.
  package var timeKeys: [String]?
  /// The usual ones.
  package static let usualTimeKeys = ["created_at", "createdAt", "timestamp_ms", "date"]
  /// What stands between the fields of a table, or nil to find it out.
  package var delimiter: UInt8?
  /// Whether the first record of a table names its columns.
  package var hasHeader = true
  /// Which column of a table holds the text, from 1; nil to go by its name.
  package var textColumn: Int?
  /// How bytes stand for characters, in inputs without a byte order mark.
  package var encoding = Encoding.utf8
  /// The treatment of a line that is not valid UTF-8.
  package var invalidUTF8 = InvalidUTF8.reject
  /// Lines longer than this, in bytes, are rejected and never held in memory.
  package var maximumLineLength = 1 << 20

  /// The languages of the tweets that are wanted; tweets that name another one are left out.
  package var languages = LanguageChoice()
  /// Whether blank lines are lines of chunks like others, as they are answered; those of tables never are.
  package var keepsBlankLines = false
  /// Whether each line is a record by itself, whatever it holds: no table, and nothing is refused for its first bytes.
  package var isLockstep = false

  /// The defaults.
  package init() {}

  /// Whether they say what only a table has: no header, or the number of the text's column.
  var describesTable: Bool { !hasHeader || textColumn != nil }

  /// Whether the text is looked for in a member `sentiment`, which `merge` puts its own in place of.
  package var textIsSentiment: Bool { Self.namesSentiment(textKeys) }

  /// Whether one of the text's names is `sentiment`, or a path that begins there.
  static func namesSentiment(_ textKeys: [String]) -> Bool {
    textKeys.contains { $0 == "sentiment" || $0.hasPrefix("sentiment.") }
  }
}

extension ReadingOptions.Encoding {
  /// Appends `text` as UTF-8; UTF-8 as it stands, be it well-formed or not.
  func append(_ text: Span<UInt8>, to buffer: inout [UInt8]) {
    switch self {
    case .utf8: buffer.append(text)
    case .latin1, .windows1252: SingleByteEncoding.transcode(text, from: self, appendingTo: &buffer)
    }
  }
}

/// Encodings of one byte a character, turned into UTF-8.
enum SingleByteEncoding {
  /// Appends `text` as UTF-8.
  static func transcode(
    _ text: Span<UInt8>, from encoding: ReadingOptions.Encoding, appendingTo output: inout [UInt8]
  ) {
    for index in text.indices {
      let byte = text[index]
      if encoding == .windows1252, 0x80..<0xA0 ~= byte {
        output.append(scalar: windows1252(byte))
      } else {
        output.append(scalar: Unicode.Scalar(byte))
      }
    }
  }

  /// What a byte from 0x80 to 0x9F means in windows-1252.
  static func windows1252(_ byte: UInt8) -> Unicode.Scalar { table[Int(byte - 0x80)] }

  /// 0x80…0x9F of windows-1252; the five that it leaves undefined stay control characters, as browsers read them
  /// (WHATWG Encoding Standard).
  private static let table: [Unicode.Scalar] = [
    "\u{20AC}", "\u{81}", "\u{201A}", "\u{192}", "\u{201E}", "\u{2026}", "\u{2020}", "\u{2021}",
    "\u{2C6}", "\u{2030}", "\u{160}", "\u{2039}", "\u{152}", "\u{8D}", "\u{17D}", "\u{8F}",
    "\u{90}", "\u{2018}", "\u{2019}", "\u{201C}", "\u{201D}", "\u{2022}", "\u{2013}", "\u{2014}",
    "\u{2DC}", "\u{2122}", "\u{161}", "\u{203A}", "\u{153}", "\u{9D}", "\u{17E}", "\u{178}",
  ]
}
