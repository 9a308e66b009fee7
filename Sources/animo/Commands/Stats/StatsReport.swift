import Dates
import Statistics

/// The report of `animo stats`: a heading, sparklines, and a table of windows.
struct StatsReport {
  let history: MoodHistory

  /// The heights of a sparkline's columns, the lowest first.
  private static let heights = (unicode: Array("▁▂▃▄▅▆▇█"), ascii: Array("12345678"))
  /// The most columns that a sparkline takes.
  private static let longest = 120

  /// The whole report.
  func lines(_ style: TextStyle) -> [String] {
    guard !history.windows.isEmpty else { return heading(style) + nothing }
    let table = StatsTable(history, style)
    return heading(style) + [""] + sparklines(style) + [""] + table.header + table.rows + remarks
  }

  /// What fits on a screen: of the table the last rows.
  func lines(_ style: TextStyle, height: Int) -> [String] {
    let all = lines(style)
    guard all.count > height, !history.windows.isEmpty else { return Array(all.prefix(height)) }
    let table = StatsTable(history, style)
    let above = heading(style) + [""] + sparklines(style) + [""]
    let room = height - above.count - table.header.count
    guard room > 0 else { return Array(all.prefix(height)) }
    return Array((above + table.header + table.rows.suffix(room) + remarks).prefix(height))
  }

  private func heading(_ style: TextStyle) -> [String] {
    let (period, sum) = (history.period, history.sum)
    var words = [
      "\(time(period.lowerBound)) to \(time(period.upperBound)) UTC,",
      "by \(history.step.noun):", "\(NumberText.counted(sum.answered, "tweet")),",
      "\(NumberText.grouped(sum.unjudged)) with nothing to judge",
    ]
    if sum.unjudged == 0 { words[2...] = ["\(NumberText.counted(sum.answered, "tweet"))"] }
    return style.wrapped(words.joined(separator: " "))
  }

  private var nothing: [String] {
    guard let newest = history.newest else {
      return ["no history yet: no tweet that says when it was written has been labelled"] + remarks
    }
    return ["no tweets of this period; the newest is of \(time(newest)) UTC"] + remarks
  }

  /// What no window says.
  private var remarks: [String] {
    let words: [EventCounts.Apart: String] = [
      .noTime: "without a time, in no window", .future: "from the future, in no window",
      .late: "more than a day late, in their windows all the same",
    ]
    let found = EventCounts.Apart.allCases.compactMap { reason -> String? in
      guard let counts = history.apart[reason], counts.answered > 0, let words = words[reason] else {
        return nil
      }
      return "\(NumberText.counted(counts.answered, "tweet")) \(words)"
    }
    return found.isEmpty ? [] : [""] + found
  }

  private func time(_ seconds: Int) -> String {
    let time = CalendarTime(secondsSince1970: seconds)
    return "\(time.date) \(time.time.prefix(5))"
  }
}

// Sparklines.
extension StatsReport {
  /// A line for the number of tweets, and one for the share of each label.
  private func sparklines(_ style: TextStyle) -> [String] {
    let labels = history.sum.labels
    let names = ["tweets"] + labels
    let width = names.map(\.count).max() ?? 0
    let ranges = 17
    let columns = columns(atMost: max(8, min(Self.longest, style.width - width - ranges - 4)))
    let volumes = columns.map { $0.map { Double($0.answered) } }
    let numbers = volumes.compactMap(\.self)
    var lines = [
      line(
        "tweets", width, volumes, from: 0,
        "0 - \(NumberText.grouped(Int(numbers.max() ?? 0)))", color: nil, style)
    ]
    for label in labels {
      let shares = columns.map { counts -> Double? in
        guard let counts, counts.labelledTotal > 0, let place = counts.labels.firstIndex(of: label) else {
          return nil
        }
        return counts.share(of: place) * 100
      }
      let found = shares.compactMap(\.self)
      let (low, high) = (found.min() ?? 0, found.max() ?? 0)
      let range =
        (low < high ? "\(NumberText.fixed(low, decimals: 1)) - " : "")
        + "\(NumberText.fixed(high, decimals: 1)) %"
      lines.append(line(label, width, shares, from: low, range, color: label, style))
    }
    return lines
  }

  private func line(
    _ name: String, _ width: Int, _ values: [Double?], from low: Double, _ range: String, color: String?,
    _ style: TextStyle
  ) -> String {
    let heights = style.isUnicode ? Self.heights.unicode : Self.heights.ascii
    let high = values.compactMap(\.self).max() ?? 0
    let cells = values.map { value -> Character in
      guard let value else { return style.isUnicode ? "·" : "." }
      guard high > low else { return heights[heights.count / 2 - 1] }
      return heights[Int(((value - low) / (high - low) * Double(heights.count - 1)).rounded())]
    }
    let padding = String(repeating: " ", count: width - name.count + 2)
    let drawn = style.colored(String(cells), as: color)
    return "\(name)\(padding)\(drawn)  \(style.isUnicode ? range.replacing(" - ", with: "–") : range)"
  }

  /// The period in equal columns, each a window or the sum of some; nil for columns without tweets.
  private func columns(atMost limit: Int) -> [MoodCounts?] {
    let (start, step) = (history.period.lowerBound, history.step.seconds)
    let count = (history.period.count + step - 1) / step
    let each = max(1, (count + limit - 1) / limit)
    var columns = [MoodCounts?](repeating: nil, count: (count + each - 1) / each)
    for window in history.windows {
      let column = (window.start - start) / step / each
      var sum = columns[column] ?? MoodCounts()
      sum += window.counts
      columns[column] = sum
    }
    return columns
  }
}

extension WindowStep {
  var noun: String {
    switch self {
    case .minute: "minute"
    case .hour: "hour"
    case .day: "day"
    }
  }
}
