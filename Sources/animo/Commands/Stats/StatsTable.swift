import Dates
import Statistics

/// The windows of `animo stats` as a table, as wide as there is room for it.
struct StatsTable {
  /// The names of the columns.
  let header: [String]
  /// A line for each window, and one for each gap.
  let rows: [String]

  /// How much is shown of each window: less and less, where there is little room.
  private enum Form: CaseIterable {
    /// Bars of the shares too.
    case bars
    /// All numbers.
    case full
    /// Without the tweets with nothing to judge.
    case judged
    /// Shares without decimals, under the beginnings of their labels.
    case short
    /// The same without the number of tweets, and of days without the year.
    case shortest
  }

  private static let bar = (least: 12, most: 50)

  init(_ history: MoodHistory, _ style: TextStyle) {
    let labels = history.sum.labels
    var (cells, bars) = (Self.cells(history, labels, .shortest), [String]())
    for form in Form.allCases where form != .bars || style.isTerminal {
      let found = Self.cells(history, labels, form)
      let room = style.width - Self.width(of: found) - 2
      guard room >= (form == .bars ? Self.bar.least : -2) else { continue }
      cells = found
      if form == .bars { bars = Self.bars(history, labels, min(Self.bar.most, room), style) }
      break
    }
    let numbers = Array(repeating: TextTable.Alignment.right, count: max(0, (cells.first?.count ?? 0) - 1))
    let lines = TextTable(columns: [.left] + numbers).text(cells).split(separator: "\n")
      .map { style.cut(String($0)) }
    header = Array(lines.prefix(1))
    let width = lines.first?.columns ?? 0
    rows = lines.dropFirst().enumerated().map { index, line in
      guard index < bars.count, !bars[index].isEmpty else { return line }
      return line + String(repeating: " ", count: width - line.columns + 2) + bars[index]
    }
  }

  private static func width(of rows: [[String]]) -> Int {
    let columns = rows.first?.indices ?? 0..<0
    return columns.map { column in rows.map { $0[column].columns }.max() ?? 0 }.reduce(-2) { $0 + $1 + 2 }
  }

  /// The cells of header and rows.
  private static func cells(_ history: MoodHistory, _ labels: [String], _ form: Form) -> [[String]] {
    let isShort = form == .short || form == .shortest
    var header = ["", "tweets"] + labels.map { isShort ? String($0.prefix(5)) : $0 }
    if form == .bars || form == .full { header.append("unjudged") }
    var cells = [header]
    var next: Int?
    for window in history.windows {
      if let next, window.start > next {
        cells.append([form == .shortest ? "-" : "no tweets"] + Array(repeating: "", count: header.count - 1))
      }
      next = window.end
      let counts = window.counts.arranged(by: labels)
      var row = [time(window.start, history.step, form), NumberText.grouped(counts.answered)]
      row += labels.indices.map { label in
        guard counts.labelledTotal > 0 else { return "-" }
        let (part, whole) = (counts.labelled(label), counts.labelledTotal)
        return isShort
          ? NumberText.fixed(100 * Double(part) / Double(whole), decimals: 0) + " %"
          : NumberText.percent(part, of: whole)
      }
      if form == .bars || form == .full { row.append(NumberText.grouped(counts.unjudged)) }
      cells.append(row)
    }
    return form == .shortest ? cells.map { [$0[0]] + $0[2...] } : cells
  }

  private static func time(_ start: Int, _ step: WindowStep, _ form: Form) -> String {
    let time = CalendarTime(secondsSince1970: start)
    let date = form == .shortest ? String(time.date.suffix(5)) : time.date
    return step == .day ? date : "\(date) \(time.time.prefix(5))"
  }

  /// A bar of the labels' shares for each row, in their colours and in different shades; empty for gaps.
  private static func bars(
    _ history: MoodHistory, _ labels: [String], _ width: Int, _ style: TextStyle
  ) -> [String] {
    let shades: [Character] = style.isUnicode ? ["█", "░", "▓", "▒"] : ["#", ".", "+", "-"]
    var bars: [String] = []
    var next: Int?
    for window in history.windows {
      if let next, window.start > next { bars.append("") }
      next = window.end
      let counts = window.counts.arranged(by: labels)
      var (bar, drawn, sum) = ("", 0, 0)
      for label in labels.indices where counts.labelledTotal > 0 {
        sum += counts.labelled(label)
        let end = (sum * width + counts.labelledTotal / 2) / counts.labelledTotal
        let part = String(repeating: shades[label % shades.count], count: end - drawn)
        if !part.isEmpty { bar += style.colored(part, as: labels[label]) }
        drawn = end
      }
      bars.append(bar)
    }
    return bars
  }

  /// The windows as comma-separated values (RFC 4180), with a header.
  static func csv(_ history: MoodHistory) -> String {
    let labels = history.labels
    let names =
      ["start", "end", "rev", "closed", "tweets", "labelled", "unjudged"]
      + labels.flatMap { ["\($0)", "\($0)_mean_probability"] }
    var text = names.map(quoted).joined(separator: ",") + "\r\n"
    for window in history.windows {
      let counts = window.counts.arranged(by: labels)
      var row = [
        CalendarTime(secondsSince1970: window.start).rfc3339,
        CalendarTime(secondsSince1970: window.end).rfc3339, "\(window.revision)",
        "\(history.isClosed(window))", "\(counts.answered)", "\(counts.labelledTotal)", "\(counts.unjudged)",
      ]
      for label in labels.indices {
        row.append("\(counts.labelled(label))")
        row.append(NumberText.fixed(counts.meanProbability(of: label), decimals: 6))
      }
      text += row.joined(separator: ",") + "\r\n"
    }
    return text
  }

  /// A field, in quotes where it needs them.
  static func quoted(_ name: String) -> String {
    // Code points: to Swift CR LF is one character, and a comma with an accent is none of these.
    let special: [Unicode.Scalar] = [",", "\"", "\r", "\n"]
    guard name.unicodeScalars.contains(where: { special.contains($0) }) else { return name }
    var field = String.UnicodeScalarView()
    for scalar in name.unicodeScalars {
      if scalar == "\"" { field.append(scalar) }
      field.append(scalar)
    }
    return "\"\(String(field))\""
  }
}
