/// A picture in Scalable Vector Graphics 1.1, drawn from back to front in user units with the origin at the top left.
///
/// It scales to whatever width it is shown at, alone or inside of a page, has a ground of its own in the colours of light
/// and dark screens, and says in its title and description what it shows. The same drawing is the same bytes on every
/// machine.
package struct SVG: Sendable {
  /// Which part of a text is at its point.
  package enum Anchor: String, Sendable { case start, middle, end }

  /// How a line is drawn.
  package struct Stroke: Sendable {
    package var colour: Colour
    package var width: Double
    package var opacity: Double
    package var isDashed: Bool

    package init(colour: Colour, width: Double = 1, opacity: Double = 1, isDashed: Bool = false) {
      (self.colour, self.width, self.opacity, self.isDashed) = (colour, width, opacity, isDashed)
    }
  }

  /// How letters look.
  package struct Lettering: Sendable {
    package var size: Double
    package var colour: Colour
    package var anchor: Anchor
    package var isBold: Bool
    /// Read from bottom to top.
    package var isUpright: Bool
    /// How long the text is drawn, whatever the font: in Arial or one that is as wide, stretched or compressed if there is
    /// none; nil for its own length in the picture's font.
    package var length: Double?
    /// The language that the text is read aloud in, such as `es`; nil for the page's.
    package var language: String?

    package init(
      size: Double = 12, colour: Colour = .ink, anchor: Anchor = .start, isBold: Bool = false,
      isUpright: Bool = false, length: Double? = nil, language: String? = nil
    ) {
      (self.size, self.colour, self.anchor) = (size, colour, anchor)
      (self.isBold, self.isUpright, self.length, self.language) = (isBold, isUpright, length, language)
    }
  }

  /// What the picture is to those who cannot see it.
  package enum Role: String, Sendable {
    /// One picture: its title and description are read.
    case picture = "img"
    /// A text that is laid out: its letters are read as well.
    case text = "group"
  }

  /// Fonts in which each letter is as wide as in Arial; for emoji those that have them in colours, as some others have them
  /// as outlines.
  private static func families(for text: String) -> String {
    text.unicodeScalars.contains(where: \.properties.isEmojiPresentation)
      ? "'Apple Color Emoji', 'Segoe UI Emoji', 'Noto Color Emoji', sans-serif"
      : "Arial, 'Liberation Sans', Arimo, Helvetica, sans-serif"
  }

  /// The mean width of a bold letter as a share of its size, in wide fonts.
  private static let boldLetterWidth = 0.62

  private let width: Double
  private let height: Double
  private let title: String
  private let description: String
  private let role: Role
  private var elements = ""

  /// - Parameters:
  ///   - title: what the picture is; shown where `heading` draws it.
  ///   - description: what can be seen in it, in a sentence or two.
  package init(
    width: Double, height: Double, title: String, description: String = "", role: Role = .picture
  ) {
    (self.width, self.height, self.role) = (width, height, role)
    (self.title, self.description) = (title, description)
    rectangle(Rectangle(left: 0, top: 0, right: width, bottom: height), fill: .paper)
  }

  /// The picture as a file, or as an element of a page.
  package var document: String {
    let description = description.isEmpty ? "" : "<desc>\(HTML.escaped(description))</desc>\n"
    return """
      <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(number(width)) \(number(height))" \
      role="\(role.rawValue)" style="color-scheme:light dark" \
      font-family="system-ui, 'Segoe UI', 'DejaVu Sans', Helvetica, Arial, sans-serif">
      <title>\(HTML.escaped(title))</title>
      \(description)\(elements)</svg>

      """
  }

  /// The title above the picture, in smaller letters where it would not fit.
  package mutating func heading(left: Double = 20) {
    let fittingSize = (width - left - 20) / (Self.boldLetterWidth * Double(max(title.count, 1)))
    text(title, at: Point(x: left, y: 28), Lettering(size: min(15, fittingSize), isBold: true))
  }

  /// - Parameter hint: what a pointer on it shows; nothing if empty.
  package mutating func rectangle(
    _ area: Rectangle, fill: Colour, opacity: Double = 1, hint: String = ""
  ) {
    add(
      "rect",
      """
      x="\(number(area.left))" y="\(number(area.top))" width="\(number(area.width))" \
      height="\(number(area.height))" \(Colour.attributes(["fill": fill]))\(attribute("fill-opacity", opacity))
      """, hint: hint)
  }

  package mutating func circle(at centre: Point, radius: Double, fill: Colour, hint: String = "") {
    add(
      "circle",
      """
      cx="\(number(centre.x))" cy="\(number(centre.y))" r="\(number(radius))" \
      \(Colour.attributes(["fill": fill, "stroke": .paper]))
      """, hint: hint)
  }

  /// A line through some points; nothing for none.
  package mutating func line(_ points: [Point], _ stroke: Stroke, hint: String = "") {
    guard !points.isEmpty else { return }
    let places = points.map { "\(number($0.x)),\(number($0.y))" }.joined(separator: " ")
    let dashes = stroke.isDashed ? " stroke-dasharray=\"5 4\"" : ""
    add(
      "polyline",
      """
      points="\(places)" fill="none" \(Colour.attributes(["stroke": stroke.colour])) \
      stroke-width="\(number(stroke.width))" stroke-linejoin="round"\
      \(attribute("stroke-opacity", stroke.opacity))\(dashes)
      """, hint: hint)
  }

  package mutating func text(
    _ text: String, at point: Point, _ lettering: Lettering = Lettering(), hint: String = ""
  ) {
    guard !text.isEmpty else { return }
    let (x, y) = (number(point.x), number(point.y))
    let turn = lettering.isUpright ? " transform=\"rotate(-90 \(x) \(y))\"" : ""
    let weight = lettering.isBold ? " font-weight=\"600\"" : ""
    let length = lettering.length.map {
      " font-family=\"\(Self.families(for: text))\" textLength=\"\(number($0))\" lengthAdjust=\"spacingAndGlyphs\""
    }
    let language = lettering.language.map { " lang=\"\($0)\"" }
    let title = hint.isEmpty ? "" : "<title>\(HTML.escaped(hint))</title>"
    elements += """
      <text x="\(x)" y="\(y)" font-size="\(number(lettering.size))" \
      \(Colour.attributes(["fill": lettering.colour])) \
      text-anchor="\(lettering.anchor.rawValue)"\(weight)\(turn)\(length ?? "")\(language ?? "")>\
      \(title)\(HTML.escaped(text))</text>

      """
  }

  /// An interval: a thin line with a stop at either end, level or upright.
  package mutating func interval(from start: Point, to end: Point, hint: String = "") {
    let stroke = Stroke(colour: .ink, width: 1.25)
    let reach = start.y == end.y ? (x: 0.0, y: 4.0) : (x: 4.0, y: 0.0)
    line([start, end], stroke, hint: hint)
    for stop in [start, end] {
      line(
        [Point(x: stop.x - reach.x, y: stop.y - reach.y), Point(x: stop.x + reach.x, y: stop.y + reach.y)],
        stroke)
    }
  }

  /// A cell of a heat map: the stronger its colour, the greater the share, 0…1, with lines of text that can be read on
  /// it, the first of them bold.
  package mutating func heatCell(_ area: Rectangle, share: Double, lines: [String], size: Double) {
    rectangle(area, fill: Colour.navy.tint(0.06 + 0.94 * share))
    let colour = share > 0.6 ? Colour.paper : .ink
    let top = area.centre.y - size * 1.15 * (Double(lines.count) / 2 - 0.8)
    for (number, line) in lines.enumerated() {
      text(
        line, at: Point(x: area.centre.x, y: top + Double(number) * size * 1.15),
        Lettering(
          size: number == 0 ? size : max(10, size * 0.75), colour: colour, anchor: .middle,
          isBold: number == 0))
    }
  }

  private mutating func add(_ name: String, _ attributes: String, hint: String) {
    elements += "<\(name) \(attributes)"
    elements += hint.isEmpty ? "/>\n" : "><title>\(HTML.escaped(hint))</title></\(name)>\n"
  }

  private func attribute(_ name: String, _ opacity: Double) -> String {
    opacity == 1 ? "" : " \(name)=\"\(number(opacity))\""
  }

  private func number(_ value: Double) -> String {
    value.text(decimals: 2)
  }
}

/// A place in a picture, in user units from the top left.
package struct Point: Equatable, Sendable {
  package var x: Double
  package var y: Double

  package init(x: Double, y: Double) {
    (self.x, self.y) = (x, y)
  }
}

/// An upright rectangle in a picture.
package struct Rectangle: Equatable, Sendable {
  package var left: Double
  package var top: Double
  package var right: Double
  package var bottom: Double

  package init(left: Double, top: Double, right: Double, bottom: Double) {
    (self.left, self.top, self.right, self.bottom) = (left, top, right, bottom)
  }

  package var width: Double { right - left }
  package var height: Double { bottom - top }
  package var centre: Point { Point(x: (left + right) / 2, y: (top + bottom) / 2) }
}
