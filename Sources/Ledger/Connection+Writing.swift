internal import Statistics
internal import SystemCalls

// The changes of a transaction, one by one.
extension Connection {
  /// Puts `job` in place of what was known of it.
  func store(_ job: JobRecord) throws(LedgerError) {
    let point = job.checkpoint
    try run(
      """
      INSERT OR REPLACE INTO jobs
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """,
      [
        .text(job.id), SQLValue(job.name), .text(job.state.rawValue), .text(job.times.claimed),
        SQLValue(job.times.committed), SQLValue(job.times.published), .integer(point.input.inode),
        .integer(point.input.size), .integer(point.input.modified), .integer(point.offset),
        .integer(point.line), .integer(point.labelsLength), .integer(point.rejectsLength),
        .integer(point.counts.labelledTotal), .integer(point.counts.rejectedTotal),
        .integer(point.counts.blank), .text(point.model), .text(point.settings),
        SQLValue(job.finalNames.output), SQLValue(job.finalNames.rejects), SQLValue(job.finalNames.kept),
        SQLValue(job.finalNames.why), SQLValue(job.refusal), .integer(point.counts.unjudged),
        .integer(point.counts.leftOut), .integer(point.place.openArrays), .integer(point.place.tweetsOfPage),
        .integer(point.place.isInsideLine ? 1 : 0), SQLValue(point.input.owner),
      ])
    try run("DELETE FROM job_counts WHERE job = ?", [.text(job.id)])
    for row in point.counts.rows {
      try run("INSERT INTO job_counts VALUES (?, ?, ?, ?)", [.text(job.id)] + row.values)
    }
    guard job.state != .claimed else { return }
    try removeOrder(of: job.id)
    // Nothing of a refused file counts.
    if job.refusal == nil {
      try settleBuckets(of: job.id)
      try settleWindows(of: job.id)
      try settleWords(of: job.id)
    } else {
      try withdrawBuckets(of: job.id)
      try withdrawWindows(of: job.id)
      try forgetWords(of: job.id)
    }
  }

  /// Marks a committed job as published.
  func publish(_ id: String, at time: String) throws(LedgerError) {
    try run("UPDATE jobs SET state = 'published', published = ? WHERE id = ?", [.text(time), .text(id)])
  }

  /// Forgets all about a job, and what it has added to the windows while it was claimed.
  func forget(_ id: String) throws(LedgerError) {
    try withdrawBuckets(of: id)
    try withdrawWindows(of: id)
    try forgetWords(of: id)
    try run("DELETE FROM job_counts WHERE job = ?", [.text(id)])
    try run("DELETE FROM jobs WHERE id = ?", [.text(id)])
  }

  /// Forgets a published job, but for what it has added to the totals.
  func remove(_ id: String) throws(LedgerError) {
    guard try integer("SELECT 1 FROM jobs WHERE id = ? AND state = 'published'", [.text(id)]) != nil else {
      return
    }
    try run(
      """
      UPDATE totals SET removed = removed + counts.count
      FROM (SELECT kind, name, count FROM job_counts WHERE job = ?) AS counts
      WHERE totals.kind = counts.kind AND totals.name = counts.name
      """, [.text(id)])
    try forget(id)
  }

  /// The same for published jobs with earlier identities than `limit`, the oldest ones.
  ///
  /// - Parameter count: the maximum number, since a commit waits for it: that of a week may take minutes.
  func remove(before limit: String, atMost count: Int = 4096) throws(LedgerError) {
    var old: [String] = []
    try run(
      "SELECT id FROM jobs WHERE state = 'published' AND id < ? ORDER BY id LIMIT ?",
      [.text(limit), .integer(count)]
    ) { old.append($0.text(0)) }
    for id in old { try remove(id) }
  }

  /// Adds to the totals.
  func add(_ counts: Counts) throws(LedgerError) {
    for row in counts.rows {
      try run(
        """
        INSERT INTO totals (kind, name, count) VALUES (?, ?, ?)
        ON CONFLICT DO UPDATE SET count = count + excluded.count
        """, row.values)
    }
  }
}

// The buckets of the windows.
extension Connection {
  /// Adds to the buckets; of a job that is `claimed`, so that it can be taken back.
  func add(_ buckets: [Int: Counts], of claimed: String? = nil) throws(LedgerError) {
    for (bucket, counts) in buckets {
      for row in counts.rows {
        let row = [.integer(bucket)] + row.values
        try run(
          """
          INSERT INTO buckets VALUES (?, ?, ?, ?)
          ON CONFLICT DO UPDATE SET count = count + excluded.count
          """, row)
        guard let claimed else { continue }
        try run(
          """
          INSERT INTO job_buckets VALUES (?, ?, ?, ?, ?)
          ON CONFLICT DO UPDATE SET count = count + excluded.count
          """, [.text(claimed)] + row)
      }
    }
  }

  /// Forgets the buckets before the number `first`.
  func removeBuckets(before first: Int) throws(LedgerError) {
    try run("DELETE FROM buckets WHERE start < ?", [.integer(first)])
    try run("DELETE FROM job_buckets WHERE start < ?", [.integer(first)])
  }

  /// Lets what a job has added to the buckets stay in them.
  private func settleBuckets(of id: String) throws(LedgerError) {
    try run("DELETE FROM job_buckets WHERE job = ?", [.text(id)])
  }

  /// Takes back what a job that is not committed has added to the buckets.
  private func withdrawBuckets(of id: String) throws(LedgerError) {
    try run(
      """
      UPDATE buckets SET count = buckets.count - own.count
      FROM (SELECT start, kind, name, count FROM job_buckets WHERE job = ?) AS own
      WHERE buckets.start = own.start AND buckets.kind = own.kind AND buckets.name = own.name
      """, [.text(id)])
    try settleBuckets(of: id)
  }
}
