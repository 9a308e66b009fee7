internal import JSON

/// The text of the small HTML that Mastodon and its like export: tags out, entities decoded.
///
/// Elements that begin a line of their own become a space, all others nothing, so that `#<span>hoy</span>` stays one
/// word. What is not a tag or an entity stays as it is. The WHATWG standard's tokenisation, as far as sanitised posts
/// need it.
struct HTMLText {
  /// Whether `text` holds a tag that such exports have; `a < b` and `<3` are none.
  static func isHTML(_ text: Span<UInt8>) -> Bool {
    for index in text.indices where text[index] == UInt8(ascii: "<") {
      guard let tag = Tag(at: index, of: text) else { continue }
      if lineTags.contains(tag.name) || inlineTags.contains(tag.name) { return true }
    }
    return false
  }

  /// Appends what `html`, in UTF-8, says to readers.
  static func append(_ html: Span<UInt8>, to text: inout [UInt8]) {
    let start = text.count
    var position = 0
    while position < html.count {
      let byte = html[position]
      if byte == UInt8(ascii: "<"), let tag = Tag(at: position, of: html) {
        if lineTags.contains(tag.name), text.count > start, text.last != 0x20 { text.append(0x20) }
        position = tag.end
      } else if byte == UInt8(ascii: "&"), let (scalar, end) = reference(at: position, of: html) {
        text.append(scalar: scalar == "\u{A0}" ? " " : scalar)
        position = end
      } else {
        text.append(byte)
        position += 1
      }
    }
    while text.count > start, text.last == 0x20 { text.removeLast() }
  }

  private static let lineTags: Set = [
    "p", "br", "div", "li", "ul", "ol", "dl", "dt", "dd", "blockquote", "pre", "hr", "h1", "h2", "h3", "h4",
    "h5", "h6", "table", "tr", "td", "th", "section", "article", "figure", "figcaption",
  ]
  private static let inlineTags: Set = [
    "a", "span", "em", "strong", "b", "i", "u", "s", "del", "ins", "strike", "code", "small", "sub", "sup",
    "img", "font", "mark", "q", "cite", "wbr", "ruby", "rt", "rp", "video", "audio", "html", "body",
  ]

  /// The character that the reference at `start` means, and where it ends; nil when it is none that is known.
  private static func reference(at start: Int, of html: Span<UInt8>) -> (Unicode.Scalar, end: Int)? {
    var end = start + 1
    while end < html.count, end - start <= longestReference, html[end] != UInt8(ascii: ";") { end += 1 }
    guard end < html.count, html[end] == UInt8(ascii: ";"), end > start + 1 else { return nil }
    let name = String(decoding: ((start + 1)..<end).map { html[$0] }, as: UTF8.self)
    guard name.utf8.first == UInt8(ascii: "#") else { return named[name].map { ($0, end + 1) } }
    let digits = name.dropFirst()
    let isHexadecimal = digits.first == "x" || digits.first == "X"
    guard let code = UInt32(isHexadecimal ? digits.dropFirst() : digits, radix: isHexadecimal ? 16 : 10)
    else {
      return nil
    }
    return (scalar(code), end + 1)
  }

  private static let longestReference = 12

  /// The scalar of a numeric reference; 0x80…0x9F are those of windows-1252.
  private static func scalar(_ code: UInt32) -> Unicode.Scalar {
    if 0x80..<0xA0 ~= code { return SingleByteEncoding.windows1252(UInt8(code)) }
    return code == 0 ? "\u{FFFD}" : Unicode.Scalar(code) ?? "\u{FFFD}"
  }

  /// Names of characters: Latin-1's letters and signs, and the typographic ones.
  private static let named: [String: Unicode.Scalar] = {
    var named: [String: Unicode.Scalar] = [
      "amp": "&", "lt": "<", "gt": ">", "quot": "\"", "apos": "'", "hellip": "…", "mdash": "—", "ndash": "–",
      "lsquo": "‘", "rsquo": "’", "sbquo": "‚", "ldquo": "“", "rdquo": "”", "bdquo": "„", "lsaquo": "‹",
      "rsaquo": "›", "bull": "•", "euro": "€", "trade": "™", "hearts": "♥", "zwj": "\u{200D}",
      "zwnj": "\u{200C}", "ensp": "\u{2002}", "emsp": "\u{2003}", "thinsp": "\u{2009}", "OElig": "Œ",
      "oelig": "œ", "Scaron": "Š", "scaron": "š", "Yuml": "Ÿ", "NewLine": "\n", "Tab": "\t", "excl": "!",
      "quest": "?", "num": "#", "commat": "@", "lpar": "(", "rpar": ")", "colon": ":", "semi": ";",
    ]
    for (offset, name) in latin1.split(separator: " ").enumerated() {
      named[String(name)] = Unicode.Scalar(UInt8(0xA0 + offset))
    }
    return named
  }()

  /// The names of U+00A0 to U+00FF, in order.
  private static let latin1 = """
    nbsp iexcl cent pound curren yen brvbar sect uml copy ordf laquo not shy reg macr deg plusmn sup2 sup3 acute \
    micro para middot cedil sup1 ordm raquo frac14 frac12 frac34 iquest Agrave Aacute Acirc Atilde Auml Aring \
    AElig Ccedil Egrave Eacute Ecirc Euml Igrave Iacute Icirc Iuml ETH Ntilde Ograve Oacute Ocirc Otilde Ouml \
    times Oslash Ugrave Uacute Ucirc Uuml Yacute THORN szlig agrave aacute acirc atilde auml aring aelig ccedil \
    egrave eacute ecirc euml igrave iacute icirc iuml eth ntilde ograve oacute ocirc otilde ouml divide oslash \
    ugrave uacute ucirc uuml yacute thorn yuml
    """
}

/// A tag, opening or closing.
private struct Tag {
  /// Its name in lower case.
  let name: String
  /// Where what follows it begins.
  let end: Int

  /// The tag that begins with the `<` at `start`, or nil if none does.
  init?(at start: Int, of html: Span<UInt8>) {
    var position = start + 1
    if position < html.count, html[position] == UInt8(ascii: "/") { position += 1 }
    var name: [UInt8] = []
    while position < html.count, Self.isNameByte(html[position]) {
      name.append(html[position].foldedASCII)
      position += 1
    }
    guard let first = name.first, first >= UInt8(ascii: "a"), position < html.count else { return nil }
    guard html[position] == UInt8(ascii: ">") || html[position] == UInt8(ascii: "/") || html[position] <= 0x20
    else { return nil }
    var quote: UInt8?
    while position < html.count, position - start < Self.longest {
      let byte = html[position]
      position += 1
      if let open = quote {
        if byte == open { quote = nil }
      } else if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") {
        quote = byte
      } else if byte == UInt8(ascii: ">") {
        self.name = String(decoding: name, as: UTF8.self)
        end = position
        return
      } else if byte == UInt8(ascii: "<") {
        return nil
      }
    }
    return nil
  }

  /// So that a text of nothing but the beginnings of tags is not read again from each of them to its end.
  private static let longest = 4096

  private static func isNameByte(_ byte: UInt8) -> Bool {
    switch byte.foldedASCII {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
    default: false
    }
  }
}
