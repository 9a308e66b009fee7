import Testing

@testable import Commands

@Suite("What clean and explain print") struct TextDifferenceTests {
  @Test("What was removed and added is told in whole words")
  func differences() {
    func line(_ before: String, _ after: String) -> String { TextDifference(before, after).line(.none) }
    #expect(line("@ana ¡qué día! :)", "¡qué día!") == "[-@ana -]¡qué día![- :)-]")
    #expect(line("#BuenosDías a", "Buenos Días a") == "[-#BuenosDías-]{+Buenos Días+} a")
    #expect(line("y 😍 #BuenosDías", "y Buenos Días") == "y [-😍 #BuenosDías-]{+Buenos Días+}")
    #expect(line("igual", "igual") == "igual" && line("", "").isEmpty && line("todo", "") == "[-todo-]")
    let (long, short) = (String(repeating: "a b ", count: 3000), String(repeating: "c ", count: 2000))
    let parts = TextDifference(long, short).parts
    #expect(parts.filter { $0.kind != .added }.map(\.text).joined() == long)
    #expect(parts.filter { $0.kind != .removed }.map(\.text).joined() == short)
  }

  @Test("A letter that was composed was removed and added, though both forms look the same")
  func composedLetters() {
    let line = TextDifference("a feli\u{301}z z", "a fel\u{ED}z z").line(.none)
    #expect(Array(line.utf8) == Array("a [-feli\u{301}z-]{+fel\u{ED}z+} z".utf8))
  }

  @Test("Colours follow the terminal, NO_COLOR and --color")
  func colours() {
    func colour(_ choice: ColourChoice, _ isTerminal: Bool, _ variables: [String: String]) -> TerminalColour {
      TerminalColour(choice, isTerminal: isTerminal) { variables[$0] }
    }
    let full = ["TERM": "xterm-256color", "COLORTERM": "truecolor"]
    #expect(colour(.auto, true, full) == .full && colour(.auto, false, full) == .none)
    #expect(colour(.auto, true, full.merging(["NO_COLOR": "1"]) { $1 }) == .none)
    #expect(colour(.always, false, full.merging(["NO_COLOR": "1"]) { $1 }) == .full)
    #expect(colour(.auto, true, ["TERM": "screen-256color"]) == .palette)
    #expect(colour(.auto, true, ["TERM": "linux"]) == .sixteen && colour(.always, false, [:]) == .sixteen)
    #expect(colour(.auto, true, ["TERM": "dumb"]) == .none && colour(.never, true, full) == .none)
    #expect(TerminalColour.full.paint("a", strength: 1) == "\u{1B}[38;2;255;255;255;48;2;5;48;97ma\u{1B}[0m")
    #expect(TerminalColour.palette.paint("a", strength: -0.1) == "\u{1B}[38;5;16;48;5;224ma\u{1B}[0m")
    #expect(TerminalColour.sixteen.paint("a", strength: -0.9) == "\u{1B}[1;97;41ma\u{1B}[0m")
    #expect(TerminalColour.full.paint("a", strength: 0.01) == "a")
  }
}
