/// A colour on a light screen, and the one that stands for it on a dark one.
///
/// The hues are those of Okabe & Ito (2008, Color Universal Design), which people of any colour vision can tell apart;
/// on dark screens they are lighter.
package struct Colour: Equatable, Sendable {
  /// A colour of the screen (sRGB).
  package struct Shade: Equatable, Sendable {
    package let red: UInt8
    package let green: UInt8
    package let blue: UInt8

    package init(_ red: UInt8, _ green: UInt8, _ blue: UInt8) {
      (self.red, self.green, self.blue) = (red, green, blue)
    }

    /// As SVG and CSS write it: `#0072b2`.
    package var hexadecimal: String {
      "#" + [red, green, blue].map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    /// This shade with a share of another one, 0…1.
    fileprivate func mixed(with other: Shade, share: Double) -> Shade {
      func mixed(_ from: UInt8, _ to: UInt8) -> UInt8 {
        UInt8((Double(from) + (Double(to) - Double(from)) * min(max(share, 0), 1)).rounded())
      }
      return Shade(mixed(red, other.red), mixed(green, other.green), mixed(blue, other.blue))
    }
  }

  package let light: Shade
  package let dark: Shade

  package init(_ light: Shade, dark: Shade) {
    (self.light, self.dark) = (light, dark)
  }

  package static let blue = Colour(Shade(0, 114, 178), dark: Shade(86, 180, 233))
  package static let vermilion = Colour(Shade(213, 94, 0), dark: Shade(240, 128, 56))
  package static let green = Colour(Shade(0, 158, 115), dark: Shade(46, 190, 146))
  package static let purple = Colour(Shade(170, 68, 136), dark: Shade(214, 140, 184))
  /// The strong end of a scale of blues, on which letters in the colour of the ground can be read.
  package static let navy = Colour(Shade(0, 68, 136), dark: Shade(120, 178, 240))
  /// The ground.
  package static let paper = Colour(Shade(255, 255, 255), dark: Shade(22, 24, 28))
  /// Letters.
  package static let ink = Colour(Shade(34, 34, 34), dark: Shade(230, 230, 230))
  /// Less important letters; they can be read on the ground.
  package static let grey = Colour(Shade(95, 95, 95), dark: Shade(165, 168, 174))
  /// Lines behind the data.
  package static let grid = Colour(Shade(225, 225, 225), dark: Shade(48, 51, 58))

  /// Colours for a number of series, as different as can be; after six they repeat.
  package static let series = [blue, vermilion, green, purple, navy, grey]

  /// The ground with a share of this colour, 0…1.
  package func tint(_ share: Double) -> Colour {
    Colour(
      Self.paper.light.mixed(with: light, share: share), dark: Self.paper.dark.mixed(with: dark, share: share)
    )
  }

  /// This colour with a share of the letters' colour, 0…1: darker on light screens, lighter on dark ones.
  package func towardsInk(_ share: Double) -> Colour {
    Colour(
      light.mixed(with: Self.ink.light, share: share), dark: dark.mixed(with: Self.ink.dark, share: share))
  }

  /// Attributes of SVG, such as `fill` and `stroke`; for dark screens in a style, which programs that do not know
  /// `light-dark()` (CSS Color 5) leave out.
  static func attributes(_ colours: KeyValuePairs<String, Colour>) -> String {
    let plain = colours.map { "\($0)=\"\($1.light.hexadecimal)\"" }.joined(separator: " ")
    let styles = colours.filter { $1.dark != $1.light }.map { name, colour in
      "\(name):light-dark(\(colour.light.hexadecimal),\(colour.dark.hexadecimal))"
    }
    return styles.isEmpty ? plain : plain + " style=\"\(styles.joined(separator: ";"))\""
  }
}
