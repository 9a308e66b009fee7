import ArgumentParser
import Glibc

/// When to use colours.
enum ColourChoice: String, CaseIterable, ExpressibleByArgument {
  case auto, always, never
}

/// The colours that a terminal shows: words for something on blue, words against it on red.
///
/// The hues are the ends of ColorBrewer's RdBu, which people of any colour vision can tell apart; letters on them are
/// black or white, whatever the terminal's own colours are.
enum TerminalColour: Equatable {
  case none
  /// The colours of ECMA-48.
  case sixteen
  /// xterm's palette of 256.
  case palette
  /// 24 bits.
  case full

  /// The colours for standard output.
  ///
  /// - Parameters:
  ///   - environment: `NO_COLOR` (no-color.org), `COLORTERM` and `TERM` count.
  init(_ choice: ColourChoice, isTerminal: Bool, environment: (String) -> String?) {
    let terminal = environment("TERM") ?? ""
    let isWanted =
      switch choice {
      case .always: true
      case .never: false
      case .auto:
        isTerminal && (environment("NO_COLOR") ?? "").isEmpty && terminal != "dumb" && !terminal.isEmpty
      }
    guard isWanted else {
      self = .none
      return
    }
    switch environment("COLORTERM") {
    case "truecolor", "24bit": self = .full
    default: self = terminal.contains("256") ? .palette : terminal.contains("direct") ? .full : .sixteen
    }
  }

  /// A text with the colour of a strength from -1, red, to 1, blue; hardly any is no colour.
  func paint(_ text: String, strength: Double) -> String {
    guard self != .none, abs(strength) >= 0.08 else { return text }
    let level = min(Self.levels - 1, Int(abs(strength) * Double(Self.levels)))
    let isFor = strength > 0
    switch self {
    case .none: return text
    case .sixteen:
      let isStrong = level >= 2
      return Self.wrapped(text, isStrong ? "1;97;\(isFor ? 44 : 41)" : "\(isFor ? 94 : 91)")
    case .palette:
      let background = (isFor ? [153, 111, 68, 25, 18] : [224, 217, 209, 160, 88])[level]
      return Self.wrapped(text, "38;5;\(level >= 3 ? 231 : 16);48;5;\(background)")
    case .full:
      let (red, green, blue) = (isFor ? Self.blues : Self.reds)[level]
      let letters = level >= 3 ? "255;255;255" : "0;0;0"
      return Self.wrapped(text, "38;2;\(letters);48;2;\(red);\(green);\(blue)")
    }
  }

  /// A removed text: red and struck through.
  func removed(_ text: String) -> String { self == .none ? text : Self.wrapped(text, "9;91") }

  /// An added text: blue and underlined.
  func added(_ text: String) -> String { self == .none ? text : Self.wrapped(text, "4;94") }

  private static func wrapped(_ text: String, _ codes: String) -> String {
    "\u{1B}[\(codes)m\(text)\u{1B}[0m"
  }

  private static let levels = 5
  private static let blues = [(209, 229, 240), (146, 197, 222), (67, 147, 195), (33, 102, 172), (5, 48, 97)]
  private static let reds = [(253, 219, 199), (244, 165, 130), (230, 120, 100), (178, 24, 43), (103, 0, 31)]
}

extension TerminalColour {
  /// The colours for standard output of this process.
  static func ofStandardOutput(_ choice: ColourChoice) -> TerminalColour {
    TerminalColour(choice, isTerminal: StandardOutput.isTerminal, environment: Environment.value(of:))
  }
}
