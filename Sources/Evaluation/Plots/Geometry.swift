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
