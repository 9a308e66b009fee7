/// Markup of HTML. Texts that are put into it are escaped, other markup is not, so that no text can become markup:
///
/// ```swift
/// let row: HTML = "<tr><th scope=\"row\">\(name)</th>\(cells.joined())</tr>"   // name: String, cells: [HTML]
/// ```
package struct HTML: Equatable, Sendable {
  /// The markup, as it stands in a file.
  package private(set) var markup: String

  /// Markup that is known to be such: a picture's, or what a literal cannot express.
  package init(markup: String) {
    self.markup = markup
  }

  /// Adds markup at the end.
  package static func += (left: inout HTML, right: HTML) {
    left.markup += right.markup
  }

  /// A text as HTML and XML write it, between tags or in double quotes.
  ///
  /// White space becomes a space. What XML 1.0 cannot contain (other control characters below U+0020, U+FFFE and
  /// U+FFFF; section 2.2) becomes U+FFFD.
  package static func escaped(_ text: String) -> String {
    var escaped = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": escaped += "&amp;"
      case "<": escaped += "&lt;"
      case ">": escaped += "&gt;"
      case "\"": escaped += "&quot;"
      case "\u{9}"..."\u{D}": escaped += " "
      case "\u{0}"..."\u{1F}", "\u{FFFE}", "\u{FFFF}": escaped += "\u{FFFD}"
      default: escaped.unicodeScalars.append(scalar)
      }
    }
    return escaped
  }
}

extension HTML: ExpressibleByStringInterpolation {
  package init(stringLiteral markup: String) {
    self.markup = markup
  }

  package init(stringInterpolation: StringInterpolation) {
    markup = stringInterpolation.markup
  }

  /// A literal in which texts are escaped.
  package struct StringInterpolation: StringInterpolationProtocol {
    fileprivate var markup = ""

    package init(literalCapacity: Int, interpolationCount: Int) {
      markup.reserveCapacity(literalCapacity + 16 * interpolationCount)
    }

    package mutating func appendLiteral(_ literal: String) { markup += literal }
    package mutating func appendInterpolation(_ text: String) { markup += HTML.escaped(text) }
    package mutating func appendInterpolation(_ number: Int) { markup += String(number) }
    package mutating func appendInterpolation(_ html: HTML) { markup += html.markup }
  }
}

extension [HTML] {
  /// All in one, with `separator` between them.
  package func joined(separator: HTML = "") -> HTML {
    HTML(markup: map(\.markup).joined(separator: separator.markup))
  }
}

extension HTML {
  /// A table whose first column names its rows; one that is too wide for the screen scrolls by itself.
  ///
  /// - Parameters:
  ///   - caption: what it shows; also for those who cannot see it.
  ///   - head: the names of the columns.
  ///   - rows: their cells; a row of one cell fewer than the head leaves the last one empty.
  ///   - isTextLast: whether the last column contains text, which is aligned left and may be long.
  package static func table(
    caption: String, head: [String], rows: [[HTML]], isTextLast: Bool = false
  ) -> HTML {
    let names = head.map { "<th scope=\"col\">\($0)</th>" as HTML }.joined()
    let lines = rows.map { row in
      let cells = row.dropFirst().map { "<td>\($0)</td>" as HTML }.joined()
      return "<tr><th scope=\"row\">\(row.first ?? "")</th>\(cells)</tr>\n" as HTML
    }
    let kind: HTML = isTextLast ? " class=\"texts\"" : ""
    return """
      <div class="scroll" role="region" tabindex="0" aria-label="\(caption)">
      <table\(kind)>
      <caption><span>\(caption)</span></caption>
      <thead><tr>\(names)</tr></thead>
      <tbody>
      \(lines.joined())</tbody>
      </table>
      </div>

      """
  }

  /// A picture with a caption under it.
  ///
  /// - Parameter svg: the picture, as `SVG.document` gives it.
  package static func figure(_ svg: String, caption: HTML = "") -> HTML {
    let caption: HTML = caption.markup.isEmpty ? "" : "<figcaption>\(caption)</figcaption>\n"
    return "<figure>\n\(HTML(markup: svg))\(caption)</figure>\n"
  }
}
