internal import JSON
internal import Statistics

// The windows of event time, written.
extension Connection {
  /// The key of one row of `windows`: a window, or what is counted apart, of tweets labelled by a model's labels.
  struct WindowRow {
    /// As in the column `step`.
    let step: String
    let start: Int
    /// The identity of the labels in `window_labels`.
    let labels: Int

    var values: [SQLValue] { [.text(step), .integer(start), .integer(labels)] }
  }

  /// Adds what was said of the tweets of jobs that are committed.
  ///
  /// - Parameter before: the newest tweet before this transaction, by which these may be late.
  func add(committed events: EventCounts, after before: Int?) throws(LedgerError) {
    guard !events.isEmpty else { return }
    let known = try newestEvent()
    if let newest = events.newest, newest > known ?? .min { try setNewestEvent(newest) }
    try forEachRow(of: events, keptAt: max(events.newest ?? .min, known ?? .min), lateAt: before) {
      (row, counts) throws(LedgerError) in try change(row, by: counts, +=)
    }
  }

  /// Adds what was said of the tweets of a job that is claimed, so that it can be taken back.
  ///
  /// Windows that would not be kept if the job were committed now are taken out again, so that an unfinished job never
  /// has more rows than the history.
  func add(_ events: EventCounts, of claimed: String, after before: Int?) throws(LedgerError) {
    guard !events.isEmpty else { return }
    let known = try integer(
      "SELECT max(start) FROM job_windows WHERE job = ? AND step = ?",
      [.text(claimed), .text(WindowStep.minute.rawValue)])
    let newest = max(events.newest ?? .min, known ?? .min, before ?? .min)
    for step in WindowStep.allCases where step.retention != nil && newest != .min {
      try withdrawWindows(
        of: claimed, "AND step = ? AND start < ?",
        [.text(step.rawValue), .integer(step.first(keptAt: newest))])
    }
    try forEachRow(of: events, keptAt: newest, lateAt: before) { (row, counts) throws(LedgerError) in
      try change(row, by: counts, +=)
      let known = try self.counts(
        "SELECT counts FROM job_windows WHERE job = ? AND step = ? AND start = ? AND labels = ?",
        [.text(claimed)] + row.values, labels: counts.labels)
      var sum = counts
      if let known { sum += known }
      try run(
        "INSERT OR REPLACE INTO job_windows VALUES (?, ?, ?, ?, ?)",
        [.text(claimed)] + row.values + [.text(sum.text)])
    }
  }

  /// Lets what a job has added stay: it is committed.
  func settleWindows(of id: String) throws(LedgerError) {
    let newest = try integer(
      "SELECT max(start) FROM job_windows WHERE job = ? AND step = ?",
      [.text(id), .text(WindowStep.minute.rawValue)])
    if let newest, try newest > newestEvent() ?? .min { try setNewestEvent(newest) }
    try run("DELETE FROM job_windows WHERE job = ?", [.text(id)])
  }

  /// Takes back what a job that is not committed has added; windows that are not kept any more are gone already.
  func withdrawWindows(
    of id: String, _ condition: String = "", _ values: [SQLValue] = []
  ) throws(LedgerError) {
    var rows: [(WindowRow, labels: [String], text: [UInt8])] = []
    try run(
      """
      SELECT step, start, window_labels.id, window_labels.labels, counts FROM job_windows
      JOIN window_labels ON window_labels.id = job_windows.labels WHERE job = ? \(condition)
      """, [.text(id)] + values
    ) { row in
      let key = WindowRow(step: row.text(0), start: row.integer(1), labels: row.integer(2))
      rows.append((key, Self.labels(in: row.bytes(3)), row.bytes(4)))
    }
    for (row, labels, text) in rows {
      guard let counts = MoodCounts(labels: labels, text: text) else { continue }
      try change(row, by: counts, -=)
    }
    try run("DELETE FROM job_windows WHERE job = ? \(condition)", [.text(id)] + values)
  }

  /// Forgets the windows that are too old to be kept.
  func removeOldWindows() throws(LedgerError) {
    guard let newest = try newestEvent() else { return }
    for step in WindowStep.allCases where step.retention != nil {
      try run(
        "DELETE FROM windows WHERE step = ? AND start < ?",
        [.text(step.rawValue), .integer(step.first(keptAt: newest))])
    }
  }

  /// The minute of the newest tweet of all committed jobs, in seconds since 1970.
  func newestEvent() throws(LedgerError) -> Int? {
    try integer("SELECT CAST(value AS INTEGER) FROM meta WHERE key = ?", [.text(Self.newestKey)])
  }

  /// The labels that a column holds.
  static func labels(in text: [UInt8]) -> [String] {
    (try? JSONReader.read(text))?.array?.compactMap(\.string) ?? []
  }

  private static let newestKey = "newest_event"

  private func setNewestEvent(_ newest: Int) throws(LedgerError) {
    try run("INSERT OR REPLACE INTO meta VALUES (?, ?)", [.text(Self.newestKey), .text(String(newest))])
  }

  /// Calls `body` for each row that `events` are in.
  ///
  /// - Parameters:
  ///   - newest: which windows are kept.
  ///   - before: the newest tweet of all before, by which these are late.
  private func forEachRow(
    of events: EventCounts, keptAt newest: Int, lateAt before: Int?,
    _ body: (WindowRow, MoodCounts) throws(LedgerError) -> Void
  ) throws(LedgerError) {
    var events = events
    if let before {
      events.countLate(
        before: WindowStep.minute.start(of: EventTime.watermark(at: before) - EventTime.patience))
    }
    var identities: [[String]: Int] = [:]
    func add(_ step: String, _ start: Int, _ counts: MoodCounts) throws(LedgerError) {
      let identity: Int
      if let known = identities[counts.labels] {
        identity = known
      } else {
        identity = try self.identity(of: counts.labels)
        identities[counts.labels] = identity
      }
      try body(WindowRow(step: step, start: start, labels: identity), counts)
    }
    for step in WindowStep.allCases {
      let first = newest == .min ? .min : step.first(keptAt: newest)
      for (start, counts) in events.windows(of: step) where start >= first {
        try add(step.rawValue, start, counts)
      }
    }
    for (reason, counts) in events.apart { try add(reason.rawValue, 0, counts) }
  }

  /// The identity of `labels` in `window_labels`.
  private func identity(of labels: [String]) throws(LedgerError) -> Int {
    let text = SQLValue.text(JSONValue.array(labels.map { .string($0) }).line)
    try run("INSERT OR IGNORE INTO window_labels (labels) VALUES (?)", [text])
    return try integer("SELECT id FROM window_labels WHERE labels = ?", [text]) ?? 0
  }

  /// Adds to the row, or takes away from it; a row that is not there is made by the one and left alone by the other.
  private func change(
    _ row: WindowRow, by counts: MoodCounts, _ operation: (inout MoodCounts, MoodCounts) -> Void
  ) throws(LedgerError) {
    let known = try self.counts(
      "SELECT counts FROM windows WHERE step = ? AND start = ? AND labels = ?", row.values,
      labels: counts.labels)
    var sum = known ?? MoodCounts(labels: counts.labels)
    operation(&sum, counts)
    if known == nil {
      guard sum == counts else { return }
      try run(
        "INSERT INTO windows (step, start, labels, counts) VALUES (?, ?, ?, ?)",
        row.values + [.text(sum.text)])
    } else if sum.isEmpty {
      // One that was written is changed, and will be written as one without tweets.
      try run(
        "DELETE FROM windows WHERE step = ? AND start = ? AND labels = ? AND revision = 0", row.values)
      try run(
        "UPDATE windows SET counts = ?, changed = 1 WHERE step = ? AND start = ? AND labels = ?",
        [.text(sum.text)] + row.values)
    } else {
      try run(
        "UPDATE windows SET counts = ?, changed = 1 WHERE step = ? AND start = ? AND labels = ?",
        [.text(sum.text)] + row.values)
    }
  }

  private func counts(
    _ sql: String, _ values: [SQLValue], labels: [String]
  ) throws(LedgerError) -> MoodCounts? {
    var counts: MoodCounts?
    try run(sql, values) { counts = MoodCounts(labels: labels, text: $0.bytes(0)) }
    return counts
  }
}
