/// A colour of the screen (sRGB).
///
/// The hues are those of Okabe & Ito (2008, Color Universal Design), which people of any colour vision can tell apart.
struct Colour: Equatable, Sendable {
  let red: UInt8
  let green: UInt8
  let blue: UInt8

  init(_ red: UInt8, _ green: UInt8, _ blue: UInt8) {
    self.red = red
    self.green = green
    self.blue = blue
  }

  static let blue = Colour(0, 114, 178)
  static let vermilion = Colour(213, 94, 0)
  static let green = Colour(0, 158, 115)
  /// The dark end of a scale of blues, on which white letters can be read.
  static let navy = Colour(0, 68, 136)
  static let white = Colour(255, 255, 255)
  /// Letters.
  static let ink = Colour(34, 34, 34)
  /// Less important letters; dark enough to be read on white.
  static let grey = Colour(95, 95, 95)
  /// Lines behind the data.
  static let grid = Colour(225, 225, 225)

  /// As SVG writes it: `#0072b2`.
  var hexadecimal: String {
    "#" + [red, green, blue].map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }

  /// White with a share of this colour, 0…1.
  func tint(_ share: Double) -> Colour {
    func mixed(_ channel: UInt8) -> UInt8 {
      UInt8((255 - (255 - Double(channel)) * min(max(share, 0), 1)).rounded())
    }
    return Colour(mixed(red), mixed(green), mixed(blue))
  }
}
