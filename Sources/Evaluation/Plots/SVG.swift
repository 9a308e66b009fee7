/// A picture in Scalable Vector Graphics 1.1, drawn from back to front in user units with the origin at the top left.
///
/// It scales to whatever width it is shown at, has a white ground, and says in its title what it shows. The same
/// drawing is the same bytes on every machine.
struct SVG {
  /// Where a text is fastened to its point.
  enum Anchor: String { case start, middle, end }

  /// What a line is drawn with.
  struct Stroke {
    var colour: Colour
    var width = 1.0
    var opacity = 1.0
    var isDashed = false
  }

  /// How letters look.
  struct Lettering {
    var size = 12.0
    var colour = Colour.ink
    var anchor = Anchor.start
    var isBold = false
    /// Read from bottom to top.
    var isUpright = false
  }

  /// The mean width of a bold letter as a share of its size, in wide fonts.
  private static let boldLetterWidth = 0.62

  private let width: Double
  private let height: Double
  private let title: String
  private var elements = ""

  init(width: Double, height: Double, title: String) {
    self.width = width
    self.height = height
    self.title = title
    rectangle(Rectangle(left: 0, top: 0, right: width, bottom: height), fill: .white)
  }

  /// The whole file.
  var document: String {
    """
    <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(number(width)) \(number(height))" role="img" \
    font-family="system-ui, 'Segoe UI', 'DejaVu Sans', Helvetica, Arial, sans-serif">
    <title>\(Self.escaped(title))</title>
    \(elements)</svg>

    """
  }

  /// The title above the picture, in smaller letters where it would not fit.
  mutating func heading(left: Double = 20) {
    let fittingSize = (width - left - 20) / (Self.boldLetterWidth * Double(max(title.count, 1)))
    text(title, at: Point(x: left, y: 28), Lettering(size: min(15, fittingSize), isBold: true))
  }

  mutating func rectangle(_ area: Rectangle, fill: Colour, opacity: Double = 1) {
    add(
      """
      <rect x="\(number(area.left))" y="\(number(area.top))" width="\(number(area.width))" \
      height="\(number(area.height))" fill="\(fill.hexadecimal)"\(attribute("fill-opacity", opacity))/>
      """)
  }

  mutating func circle(at centre: Point, radius: Double, fill: Colour) {
    add(
      """
      <circle cx="\(number(centre.x))" cy="\(number(centre.y))" r="\(number(radius))" \
      fill="\(fill.hexadecimal)" stroke="\(Colour.white.hexadecimal)"/>
      """)
  }

  /// A line through some points; nothing for none.
  mutating func line(_ points: [Point], _ stroke: Stroke) {
    guard !points.isEmpty else { return }
    let places = points.map { "\(number($0.x)),\(number($0.y))" }.joined(separator: " ")
    let dashes = stroke.isDashed ? " stroke-dasharray=\"5 4\"" : ""
    add(
      """
      <polyline points="\(places)" fill="none" stroke="\(stroke.colour.hexadecimal)" \
      stroke-width="\(number(stroke.width))" stroke-linejoin="round"\
      \(attribute("stroke-opacity", stroke.opacity))\(dashes)/>
      """)
  }

  mutating func text(_ text: String, at point: Point, _ lettering: Lettering = Lettering()) {
    let (x, y) = (number(point.x), number(point.y))
    let turn = lettering.isUpright ? " transform=\"rotate(-90 \(x) \(y))\"" : ""
    let weight = lettering.isBold ? " font-weight=\"600\"" : ""
    add(
      """
      <text x="\(x)" y="\(y)" font-size="\(number(lettering.size))" fill="\(lettering.colour.hexadecimal)" \
      text-anchor="\(lettering.anchor.rawValue)"\(weight)\(turn)>\(Self.escaped(text))</text>
      """)
  }

  private mutating func add(_ element: String) {
    elements += element + "\n"
  }

  private func attribute(_ name: String, _ opacity: Double) -> String {
    opacity == 1 ? "" : " \(name)=\"\(number(opacity))\""
  }

  private func number(_ value: Double) -> String {
    value.text(decimals: 2)
  }

  /// A text as XML writes it; control characters, which XML 1.0 has no way to write, become U+FFFD.
  static func escaped(_ text: String) -> String {
    var escaped = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": escaped += "&amp;"
      case "<": escaped += "&lt;"
      case ">": escaped += "&gt;"
      case "\"": escaped += "&quot;"
      case "\t", "\n", "\r": escaped += " "
      case _ where scalar.value < 0x20 || (0xFFFE...0xFFFF).contains(scalar.value): escaped += "\u{FFFD}"
      default: escaped.unicodeScalars.append(scalar)
      }
    }
    return escaped
  }
}

/// A place in a picture, in user units from the top left.
struct Point: Equatable, Sendable {
  var x: Double
  var y: Double
}

/// An upright rectangle in a picture.
struct Rectangle: Equatable, Sendable {
  var left: Double
  var top: Double
  var right: Double
  var bottom: Double

  var width: Double { right - left }
  var height: Double { bottom - top }
  var centre: Point { Point(x: (left + right) / 2, y: (top + bottom) / 2) }
}
