/// Columns of text, two spaces apart.
struct TextTable {
  /// The alignment of a column.
  enum Alignment { case left, right }

  private let columns: [Alignment]

  init(columns: [Alignment]) {
    self.columns = columns
  }

  /// The rows as lines, without trailing spaces.
  func text(_ rows: [[String]]) -> String {
    let widths = columns.indices.map { column in rows.map { $0[column].columns }.max() ?? 0 }
    return rows.map { line($0, widths) + "\n" }.joined()
  }

  private func line(_ row: [String], _ widths: [Int]) -> String {
    let cells = columns.indices.map { column in
      let padding = String(repeating: " ", count: widths[column] - row[column].columns)
      return columns[column] == .left ? row[column] + padding : padding + row[column]
    }
    var line = cells.joined(separator: "  ")
    while line.last == " " { line.removeLast() }
    return line
  }
}

extension String {
  /// The columns that the text takes on a terminal: two for an emoji or an East Asian wide character.
  var columns: Int {
    reduce(0) { columns, character in
      let isWide = character.unicodeScalars.contains { scalar in
        switch scalar.value {
        case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF,
          0xFE30...0xFE6F,
          0xFF00...0xFF60, 0xFFE0...0xFFE6, 0xFE0F:
          true
        default: scalar.properties.isEmojiPresentation
        }
      }
      return columns + (isWide ? 2 : 1)
    }
  }
}
