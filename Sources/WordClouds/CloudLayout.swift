package import Pages

/// Where the words of a cloud are, and how large: boxes that do not overlap, the weightiest word in the middle.
///
/// The size of letters is proportional to the wanted one, down to what can be read. One after another, each word takes the first place along a spiral from the middle outwards (Fermat's: point n at √n times the golden angle, so that points are
/// equally dense everywhere) where its box is free. All words are made smaller together until there is room for all.
///
/// The same words, weights and random numbers give the same places on every machine: only operations are used whose results
/// IEEE 754 defines to the last bit, and all numbers are rounded to tenths.
package struct CloudLayout: Sendable {
  /// A word in its place.
  package struct Place: Equatable, Sendable {
    /// Its index among the words.
    package let word: Int
    /// The size of its letters.
    package let size: Double
    /// What it takes, with half the gap between words on each side.
    package let box: Rectangle
    /// How wide its letters are.
    package let length: Double

    /// Where its letters begin.
    package var baseline: Point {
      Point(
        x: box.left + CloudLayout.gap / 2, y: box.top + CloudLayout.leading / 2 + LetterWidths.ascent * size)
    }
  }

  /// In the order of the words.
  package private(set) var places: [Place] = []

  /// Between words on a line.
  static let gap = 6.0
  /// Between lines: browsers round ascent and descent to whole pixels.
  private static let leading = 1.0
  /// The size of the largest letters, if there is room.
  private static let largest = 96.0
  /// The size of the smallest letters as a share of the largest.
  private static let smallestShare = 0.13
  private static let steps = 8_000
  /// The cosine and sine of the golden angle, π (3 − √5).
  private static let turn = (cosine: -0.737_368_878_078_319_7, sine: 0.675_490_294_261_523_8)

  private let area: Rectangle
  /// Of each word, for letters of size 1.
  private let widths: [Double]
  private let shares: [Double]
  /// The direction in which each word's spiral begins, of length 1.
  private let directions: [Point]

  /// - Parameters:
  ///   - words: texts that are not empty and sizes relative to each other, above 0, the largest first.
  ///   - area: where they are to be.
  ///   - random: determines in which direction each word's spiral begins.
  package init(
    _ words: [(text: String, size: Double)], in area: Rectangle, random: inout some RandomNumberGenerator
  ) {
    self.area = area
    widths = words.map { LetterWidths.width(of: $0.text) }
    let greatest = words.first?.size ?? 1
    shares = words.map { max(Self.smallestShare, $0.size / greatest) }
    var directions: [Point] = []
    while directions.count < words.count { directions.append(Self.direction(using: &random)) }
    self.directions = directions
    var scale = firstScale
    while places.count < words.count {
      places = placed(at: scale)
      scale *= 0.95
    }
  }

  /// A size of the largest letters at which words have at most nine tenths of the area, and each fits in its width.
  private var firstScale: Double {
    let lineHeight = LetterWidths.ascent + LetterWidths.descent
    let total = zip(widths, shares).reduce(0) { $0 + $1.0 * lineHeight * $1.1 * $1.1 }
    let byArea = (0.9 * area.width * area.height / max(total, 1e-9)).squareRoot()
    let byWidth = zip(widths, shares).map { (area.width - Self.gap) / max($0 * $1, 1e-9) }.min() ?? byArea
    return min(Self.largest, byArea, byWidth, area.height / lineHeight)
  }

  /// The places of the words up to the first that finds none.
  private func placed(at scale: Double) -> [Place] {
    var places: [Place] = []
    for index in widths.indices {
      let size = Self.tenths(scale * shares[index])
      let length = Self.tenths(widths[index] * size)
      let height = Self.tenths((LetterWidths.ascent + LetterWidths.descent) * size + Self.leading + 0.05)
      guard let box = freeBox(length + Self.gap, height, from: directions[index], among: places) else {
        break
      }
      places.append(Place(word: index, size: size, box: box, length: length))
    }
    return places
  }

  private func freeBox(
    _ width: Double, _ height: Double, from direction: Point, among places: [Place]
  ) -> Rectangle? {
    var (x, y) = (direction.x, direction.y)
    for step in 0..<Self.steps {
      // The ellipse of radius 1 touches the edges of the area, that of radius √2 its corners.
      let radius = (2 * Double(step) / Double(Self.steps)).squareRoot()
      let left = Self.tenths(area.centre.x + radius * x * area.width / 2 - width / 2)
      let top = Self.tenths(area.centre.y + radius * y * area.height / 2 - height / 2)
      (x, y) = (x * Self.turn.cosine - y * Self.turn.sine, x * Self.turn.sine + y * Self.turn.cosine)
      let box = Rectangle(left: left, top: top, right: left + width, bottom: top + height)
      if box.isInside(area), !places.contains(where: { $0.box.overlaps(box) }) { return box }
    }
    return nil
  }

  /// A random direction: a point of a disc, put on its edge.
  private static func direction(using random: inout some RandomNumberGenerator) -> Point {
    while true {
      let (x, y) = (fraction(using: &random) * 2 - 1, fraction(using: &random) * 2 - 1)
      let length = (x * x + y * y).squareRoot()
      if length > 0.1, length <= 1 { return Point(x: x / length, y: y / length) }
    }
  }

  private static func fraction(using random: inout some RandomNumberGenerator) -> Double {
    Double(random.next() >> 11) * 0x1p-53
  }

  private static func tenths(_ number: Double) -> Double { (number * 10).rounded() / 10 }
}

extension Rectangle {
  func overlaps(_ other: Rectangle) -> Bool {
    left < other.right && other.left < right && top < other.bottom && other.top < bottom
  }

  func isInside(_ area: Rectangle) -> Bool {
    left >= area.left && right <= area.right && top >= area.top && bottom <= area.bottom
  }
}
