package import Statistics
package import SystemCalls

// Queries.
extension Ledger {
  /// The jobs in `state`, the oldest first.
  package func jobs(in state: JobRecord.State) throws(LedgerError) -> [JobRecord] {
    try jobs("WHERE \(Self.condition(of: state)) ORDER BY id", [.text(state.rawValue)])
  }

  /// Selects the jobs in `state`. SQLite uses the index of the few that are not published only where the query repeats
  /// the index's condition.
  static func condition(of state: JobRecord.State) -> String {
    state == .published ? "state = ?" : "state = ? AND state <> 'published'"
  }

  /// All jobs in the ledger, the oldest first.
  package func allJobs() throws(LedgerError) -> [JobRecord] { try jobs("ORDER BY id", []) }

  /// The job `id`; nil if it is unknown.
  package func job(_ id: String) throws(LedgerError) -> JobRecord? {
    try jobs("WHERE id = ?", [.text(id)]).first
  }

  /// The last committed jobs, the latest first.
  package func lastCommitted(_ count: Int) throws(LedgerError) -> [JobRecord] {
    try jobs(Self.latestFirst, [.integer(count)])
  }

  /// Selects a number of committed jobs. SQLite reads no other jobs, and sorts none, where the query repeats
  /// the condition and the order of the index.
  static let latestFirst = "WHERE committed IS NOT NULL ORDER BY committed DESC, id DESC LIMIT ?"

  /// At most `count` committed jobs, in the order of their commits, without their counts: those after `last`,
  /// or the first ones.
  package func committed(after last: JobRecord?, atMost count: Int) throws(LedgerError) -> [JobRecord] {
    try jobs(
      "WHERE committed IS NOT NULL AND (committed, id) > (?, ?) ORDER BY committed, id LIMIT ?",
      [.text(last?.times.committed ?? ""), .text(last?.id ?? ""), .integer(count)], withCounts: false)
  }

  /// The latest job after `id`, or of all, for a file with this inode; nil if there is none.
  package func lastJob(ofInode inode: Int, after id: String?) throws(LedgerError) -> JobRecord? {
    try jobs(Self.lastOfInode, [.integer(inode), .text(id ?? "")]).first
  }

  static let lastOfInode = "WHERE input_inode = ? AND id > ? ORDER BY id DESC LIMIT 1"

  /// The published job `id`; nil if there is none.
  package func finished(id: String) throws(LedgerError) -> JobRecord? {
    try jobs("WHERE id = ? AND state = 'published'", [.text(id)]).first
  }

  /// The last published job of a file with this name; nil if there is none.
  package func lastFinished(named name: FileName) throws(LedgerError) -> JobRecord? {
    try jobs("WHERE name = ? AND state = 'published' ORDER BY id DESC LIMIT 1", [SQLValue(name)]).first
  }

  /// The identity of the latest job; nil if there is none.
  package func lastID() throws(LedgerError) -> String? {
    try read { (connection) throws(LedgerError) in
      var last: String?
      // One look at the end of each table: SQLite would read all of both for the maximum of their union.
      try connection.run(
        "SELECT max(last) FROM (SELECT max(id) AS last FROM jobs UNION ALL SELECT max(job) FROM orders)"
      ) { row in if !row.isNull(0) { last = row.text(0) } }
      return last
    }
  }

  /// The totals of all committed jobs.
  package func totals() throws(LedgerError) -> Counts {
    try counts("SELECT kind, name, count FROM totals")
  }

  /// The sum of all committed jobs, including those whose rows were removed: equal to the totals unless something is
  /// wrong.
  package func fold() throws(LedgerError) -> Counts {
    try counts(
      """
      SELECT kind, name, sum(count) FROM (
        SELECT kind, job_counts.name, count FROM job_counts JOIN jobs ON jobs.id = job AND state <> 'claimed'
        UNION ALL SELECT kind, name, removed FROM totals)
      GROUP BY kind, name
      """)
  }

  /// The totals that are not equal to that sum: the name, the total, and the sum of the jobs.
  package func wrongTotals() throws(LedgerError) -> [(what: String, total: Int, jobs: Int)] {
    try read { (connection) throws(LedgerError) in
      var wrong: [(what: String, total: Int, jobs: Int)] = []
      try connection.run(
        """
        SELECT kind, name, sum(total), sum(jobs) FROM (
          SELECT kind, name, count AS total, removed AS jobs FROM totals
          UNION ALL SELECT kind, job_counts.name, 0, count
            FROM job_counts JOIN jobs ON jobs.id = job AND state <> 'claimed')
        GROUP BY kind, name HAVING sum(total) <> sum(jobs) ORDER BY kind, name
        """
      ) { row in wrong.append(("\(row.text(0)) \(row.text(1))", row.integer(2), row.integer(3))) }
      return wrong
    }
  }

  /// The buckets of the windows.
  package func buckets() throws(LedgerError) -> [Int: Counts] {
    try buckets("SELECT start, kind, name, count FROM buckets")
  }

  /// The contribution of the claimed job `id` to the buckets.
  package func buckets(of id: String) throws(LedgerError) -> [Int: Counts] {
    try buckets("SELECT start, kind, name, count FROM job_buckets WHERE job = ?", [.text(id)])
  }

  /// Damage of the file reported by SQLite; empty if there is none.
  package func damage() throws(LedgerError) -> [String] {
    try read { (connection) throws(LedgerError) in
      var findings: [String] = []
      try connection.run("PRAGMA integrity_check") { findings.append($0.text(0)) }
      return findings == ["ok"] ? [] : findings
    }
  }

  private func buckets(_ sql: String, _ values: [SQLValue] = []) throws(LedgerError) -> [Int: Counts] {
    try read { (connection) throws(LedgerError) in
      var buckets: [Int: Counts] = [:]
      try connection.run(sql, values) { row in
        buckets[row.integer(0), default: Counts()].add(row.integer(3), row.text(1), row.text(2))
      }
      return buckets
    }
  }

  private func jobs(
    _ condition: String, _ values: [SQLValue], withCounts: Bool = true
  ) throws(LedgerError) -> [JobRecord] {
    try read { (connection) throws(LedgerError) in
      var jobs: [JobRecord] = []
      try connection.run(
        """
        SELECT id, name, state, claimed, committed, published, input_inode, input_size, input_modified, offset, line,
          labels_length, rejects_length, model, settings, output, rejects, kept, why, refusal,
          open_arrays, tweets_of_page, inside_line, input_owner FROM jobs \(condition)
        """, values
      ) { row in if let job = JobRecord(row) { jobs.append(job) } }
      for index in jobs.indices where withCounts {
        try connection.run(
          "SELECT kind, name, count FROM job_counts WHERE job = ?", [.text(jobs[index].id)]
        ) { row in jobs[index].checkpoint.counts.add(row.integer(2), row.text(0), row.text(1)) }
      }
      return jobs
    }
  }

  private func counts(_ sql: String) throws(LedgerError) -> Counts {
    try read { (connection) throws(LedgerError) in
      var counts = Counts()
      try connection.run(sql) { row in counts.add(row.integer(2), row.text(0), row.text(1)) }
      return counts
    }
  }
}

extension JobRecord {
  /// The job in a row; nil if the row is invalid.
  fileprivate init?(_ row: Statement.Row) {
    guard let name = FileName(bytes: row.bytes(1)), let state = State(rawValue: row.text(2)) else {
      return nil
    }
    var point = Checkpoint(
      of: Checkpoint.Input(inode: row.integer(6), size: row.integer(7), modified: row.integer(8)),
      model: row.text(13), settings: row.text(14))
    (point.offset, point.line) = (row.integer(9), row.integer(10))
    (point.place.openArrays, point.place.tweetsOfPage) = (row.integer(20), row.integer(21))
    point.place.isInsideLine = row.integer(22) != 0
    (point.labelsLength, point.rejectsLength) = (row.integer(11), row.integer(12))
    point.input.owner = row.isNull(23) ? nil : row.integer(23)
    self.init(id: row.text(0), name: name, claimed: row.text(3), checkpoint: point)
    self.state = state
    times.committed = row.isNull(4) ? nil : row.text(4)
    times.published = row.isNull(5) ? nil : row.text(5)
    finalNames = FinalNames(
      output: FileName(bytes: row.bytes(15)), rejects: FileName(bytes: row.bytes(16)),
      kept: FileName(bytes: row.bytes(17)), why: FileName(bytes: row.bytes(18)))
    refusal = row.isNull(19) ? nil : row.text(19)
  }
}
