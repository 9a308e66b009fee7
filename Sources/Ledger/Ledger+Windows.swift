internal import JSON
package import Statistics

// The windows of event time, read.
extension Ledger {
  /// The windows of a length that begin in `period`, in seconds since 1970, and what is counted apart.
  ///
  /// Windows without tweets are left out. One query a call, of all windows at one moment.
  package func windows(in period: Range<Int>, step: WindowStep) throws(LedgerError) -> MoodHistory {
    try read { (connection) throws(LedgerError) in
      var history = MoodHistory(step: step, period: period)
      history.newest = try connection.newestEvent()
      history.windows = try connection.windows(
        "step = ? AND start >= ? AND start < ? ORDER BY start, windows.labels",
        [.text(step.rawValue), .integer(period.lowerBound), .integer(period.upperBound)]
      ).filter { !$0.counts.isEmpty }
      if history.windows.isEmpty { history.latestLabels = try connection.latestLabels() }
      for reason in EventCounts.Apart.allCases {
        var sum = MoodCounts()
        try connection.forEachCounts("step = ?", [.text(reason.rawValue)]) { _, _, counts, _ in sum += counts
        }
        if !sum.isEmpty { history.apart[reason] = sum }
      }
      history.words = try connection.words(in: period)
      history.estimator = try connection.estimator()
      return history
    }
  }

  /// What estimates true shares from the answers of the model that is in use; nil where nothing does.
  package func estimator() throws(LedgerError) -> ShareEstimator? {
    try read { (connection) throws(LedgerError) in try connection.estimator() }
  }

  /// The start of the oldest window that there is of a length, in seconds since 1970; nil without windows.
  package func firstWindow(_ step: WindowStep) throws(LedgerError) -> Int? {
    try read { (connection) throws(LedgerError) in
      try connection.integer("SELECT min(start) FROM windows WHERE step = ?", [.text(step.rawValue)])
    }
  }
}

// The lines of `windows.jsonl`.
extension Ledger {
  /// Lines that the file is to end with.
  package struct Lines: Equatable, Sendable {
    /// How long the file is without them, in bytes.
    package var position: Int
    /// The lines with their line ends; empty if there are none.
    package var text: String
  }

  /// The lines that were taken last, which the file may lack.
  package func lines() throws(LedgerError) -> Lines {
    try read { (connection) throws(LedgerError) in
      var lines = Lines(position: 0, text: "")
      lines.position =
        try connection.integer(
          "SELECT CAST(value AS INTEGER) FROM meta WHERE key = ?", [.text(Self.positionKey)]) ?? 0
      try connection.run("SELECT line FROM window_lines ORDER BY number") { lines.text += $0.text(0) + "\n" }
      return lines
    }
  }

  /// Gives each closed window that has changed its next revision, and makes lines of them in place of those that were
  /// taken before: durably, so that the same lines are written whatever happens.
  ///
  /// - Parameter position: how long the file is with the lines that were taken before.
  /// - Returns: nil if no closed window has changed; nothing is recorded then.
  package func takeLines(
    at position: Int, atMost limit: Int = 2000
  ) throws(LedgerError) -> Lines? {
    guard let newest = try read({ (connection) throws(LedgerError) in try connection.newestEvent() }) else {
      return nil
    }
    let watermark = EventTime.watermark(at: newest)
    let windows = try read { (connection) throws(LedgerError) in
      try connection.changedWindows(before: watermark, atMost: limit)
    }
    guard !windows.isEmpty else { return nil }
    var lines = Lines(position: position, text: "")
    let estimator = try read { (connection) throws(LedgerError) in try connection.estimator() }
    try write { (connection) throws(LedgerError) in
      try connection.run("DELETE FROM window_lines")
      try connection.run(
        "INSERT OR REPLACE INTO meta VALUES (?, ?)", [.text(Self.positionKey), .text(String(position))])
      for var window in windows {
        window.revision += 1
        let line = window.json(estimator).line
        lines.text += line + "\n"
        try connection.run("INSERT INTO window_lines (line) VALUES (?)", [.text(line)])
        try connection.run(
          "UPDATE windows SET revision = ?, changed = 0 WHERE step = ? AND start = ?",
          [.integer(window.revision), .text(window.step.rawValue), .integer(window.start)])
      }
    }
    return lines
  }

  private static let positionKey = "windows_file_position"
}

extension Connection {
  /// The closed windows that have changed since they were written, the oldest first, short ones before long ones.
  fileprivate func changedWindows(before watermark: Int, atMost limit: Int) throws(LedgerError)
    -> [MoodWindow]
  {
    var changed: [MoodWindow] = []
    for step in WindowStep.allCases where changed.count < limit {
      // All rows of a window, whichever of them has changed.
      changed += try windows(
        """
        (step, start) IN (SELECT DISTINCT step, start FROM windows
          WHERE changed = 1 AND step = ? AND start <= ? ORDER BY start LIMIT ?)
        ORDER BY start, windows.labels
        """,
        [.text(step.rawValue), .integer(watermark - step.seconds), .integer(limit - changed.count)])
    }
    return changed
  }

  /// The windows that meet a condition that orders them by start.
  fileprivate func windows(_ condition: String, _ values: [SQLValue]) throws(LedgerError) -> [MoodWindow] {
    var windows: [MoodWindow] = []
    try forEachCounts(condition, values) { step, start, counts, revision in
      guard let step = WindowStep(rawValue: step) else { return }
      if let last = windows.last, last.start == start, last.step == step {
        windows[windows.count - 1].counts += counts
        windows[windows.count - 1].revision = max(last.revision, revision)
      } else {
        windows.append(MoodWindow(step, at: start, counts, revision: revision))
      }
    }
    return windows
  }

  /// The labels of the latest window, or of what is counted apart; none before anything has been labelled.
  fileprivate func latestLabels() throws(LedgerError) -> [String] {
    var labels: [String] = []
    try run(
      """
      SELECT window_labels.labels FROM windows JOIN window_labels ON window_labels.id = windows.labels
      ORDER BY start DESC, window_labels.id DESC LIMIT 1
      """
    ) { labels = Self.labels(in: $0.bytes(0)) }
    return labels
  }

  fileprivate func forEachCounts(
    _ condition: String, _ values: [SQLValue], _ body: (String, Int, MoodCounts, Int) -> Void
  ) throws(LedgerError) {
    var known: [Int: [String]] = [:]
    try run(
      """
      SELECT step, start, window_labels.id, window_labels.labels, counts, revision FROM windows
      JOIN window_labels ON window_labels.id = windows.labels WHERE \(condition)
      """, values
    ) { row in
      let labels = known[row.integer(2)] ?? Self.labels(in: row.bytes(3))
      known[row.integer(2)] = labels
      guard let counts = MoodCounts(labels: labels, text: row.bytes(4)) else { return }
      body(row.text(0), row.integer(1), counts, row.integer(5))
    }
  }
}
