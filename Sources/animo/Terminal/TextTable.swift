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
    let widths = columns.indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
    return rows.map { line($0, widths) + "\n" }.joined()
  }

  private func line(_ row: [String], _ widths: [Int]) -> String {
    let cells = columns.indices.map { column in
      let padding = String(repeating: " ", count: widths[column] - row[column].count)
      return columns[column] == .left ? row[column] + padding : padding + row[column]
    }
    var line = cells.joined(separator: "  ")
    while line.last == " " { line.removeLast() }
    return line
  }
}
