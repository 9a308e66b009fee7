internal import Statistics

// The words of the windows of event time, and what estimates true shares.
extension Connection {
  /// The windows that have words.
  private static let steps = [WindowStep.hour, .day]
  /// The maximum number of windows added up, the newest: a few milliseconds.
  private static let mostWindows = 60
  private static let estimatorKey = "estimator"

  /// Adds the words of jobs that are committed.
  func add(_ words: EventWords) throws(LedgerError) {
    try forEachWindow(of: words) { (step, start, words) throws(LedgerError) in
      try add(words, to: Self.window, [.text(step.rawValue), .integer(start)])
    }
  }

  /// Adds the words of a job that is claimed: they are in no window before it is committed, as summaries cannot be
  /// subtracted.
  func add(_ words: EventWords, of claimed: String) throws(LedgerError) {
    try forEachWindow(of: words) { (step, start, words) throws(LedgerError) in
      try add(words, to: Self.jobWindow, [.text(claimed), .text(step.rawValue), .integer(start)])
    }
    guard let newest = words.hours.keys.max() else { return }
    for step in Self.steps {
      try run(
        "DELETE FROM job_words WHERE job = ? AND step = ? AND start < ?",
        [.text(claimed), .text(step.rawValue), .integer(newest - EventWords.retention(step))])
    }
  }

  /// Adds the words of a job to the windows: it is committed.
  func settleWords(of id: String) throws(LedgerError) {
    var rows: [([SQLValue], [UInt8])] = []
    try run("SELECT step, start, words FROM job_words WHERE job = ?", [.text(id)]) { row in
      rows.append(([.text(row.text(0)), .integer(row.integer(1))], row.bytes(2)))
    }
    for (key, bytes) in rows {
      if let words = Words(bytes: bytes) { try add(words, to: Self.window, key) }
    }
    try forgetWords(of: id)
  }

  /// Forgets the words of a job.
  func forgetWords(of id: String) throws(LedgerError) {
    try run("DELETE FROM job_words WHERE job = ?", [.text(id)])
  }

  /// Forgets the words of windows that are too old.
  func removeOldWords() throws(LedgerError) {
    guard let newest = try newestEvent() else { return }
    for step in Self.steps {
      try run(
        "DELETE FROM window_words WHERE step = ? AND start < ?",
        [.text(step.rawValue), .integer(newest - EventWords.retention(step))])
    }
  }

  /// The words of the tweets of a period, in seconds since 1970: of its hours, or, where it is longer than two
  /// days or of whole days, of its days, which are kept for longer; at most the last 60, the one that it begins
  /// in included.
  func words(in period: Range<Int>) throws(LedgerError) -> Words {
    let (length, overflows) = period.upperBound.subtractingReportingOverflow(period.lowerBound)
    let isOfDays = [period.lowerBound, period.upperBound].allSatisfy { $0 % WindowStep.day.seconds == 0 }
    let step = overflows || length > 2 * 86_400 || isOfDays ? WindowStep.day : .hour
    var sum = Words()
    try run(
      "SELECT words FROM window_words WHERE step = ? AND start >= ? AND start < ? ORDER BY start DESC LIMIT ?",
      [
        .text(step.rawValue), .integer(Self.start(of: step, in: period)), .integer(period.upperBound),
        .integer(Self.mostWindows),
      ]
    ) { if let words = Words(bytes: $0.bytes(0)) { sum += words } }
    return sum
  }

  /// The start of the window that a period begins in.
  private static func start(of step: WindowStep, in period: Range<Int>) -> Int {
    period.lowerBound > .min + step.seconds ? step.start(of: period.lowerBound) : period.lowerBound
  }

  /// What estimates true shares from the answers of the model that is in use; nil where nothing does.
  func estimator() throws(LedgerError) -> ShareEstimator? {
    var estimator: ShareEstimator?
    try run("SELECT value FROM meta WHERE key = ?", [.text(Self.estimatorKey)]) {
      estimator = ShareEstimator(text: $0.bytes(0))
    }
    return estimator
  }

  /// Sets what estimates true shares.
  func setEstimator(_ estimator: ShareEstimator?) throws(LedgerError) {
    try run(
      "INSERT OR REPLACE INTO meta VALUES (?, ?)",
      [.text(Self.estimatorKey), .text(estimator?.text ?? "")])
  }

  /// A table of words, and how to read and write a row by its key.
  private struct Table {
    let read: String
    let write: String
  }

  private static let window = Table(
    read: "SELECT words FROM window_words WHERE step = ? AND start = ?",
    write: "INSERT OR REPLACE INTO window_words VALUES (?, ?, ?)")
  private static let jobWindow = Table(
    read: "SELECT words FROM job_words WHERE job = ? AND step = ? AND start = ?",
    write: "INSERT OR REPLACE INTO job_words VALUES (?, ?, ?, ?)")

  private func add(_ words: Words, to table: Table, _ key: [SQLValue]) throws(LedgerError) {
    var sum = Words()
    try run(table.read, key) { if let known = Words(bytes: $0.bytes(0)) { sum = known } }
    sum += words
    try run(table.write, key + [.blob(sum.bytes)])
  }

  /// Calls `body` with each window that words are in and that is kept.
  private func forEachWindow(
    of words: EventWords, _ body: (WindowStep, Int, Words) throws(LedgerError) -> Void
  ) throws(LedgerError) {
    guard let own = words.hours.keys.max() else { return }
    let newest = max(own, try newestEvent() ?? own)
    for step in Self.steps {
      for (start, words) in words.windows(of: step) where start >= newest - EventWords.retention(step) {
        try body(step, start, words)
      }
    }
  }
}
