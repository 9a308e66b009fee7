/// What is to happen to a claimed job other than the usual, until it is committed.
///
/// Limits and people give orders. The ledger keeps them, so that they outlive the daemon.
package struct JobOrder: Equatable, Sendable {
  /// What is to happen.
  package enum Kind: String, CaseIterable, Sendable {
    /// It waits: only its input is kept, and nothing of it is labelled.
    case held
    /// It is labelled, whatever limits it exceeds.
    case released
    /// It is refused.
    case cancelled
  }

  /// The job's identity.
  package let job: String
  /// What is to happen to it.
  package let kind: Kind
  /// Why, in a word: the limit that it has exceeded, or `asked`.
  package let reason: String
  /// Why, in a sentence for people.
  package let detail: String
  /// When it was given, as in RFC 3339.
  package let time: String

  /// An order for the job with this identity.
  package init(job: String, _ kind: Kind, reason: String, detail: String, time: String) {
    (self.job, self.kind, self.reason, self.detail, self.time) = (job, kind, reason, detail, time)
  }
}

// Queries.
extension Ledger {
  /// All orders, by the jobs' identities.
  package func orders() throws(LedgerError) -> [JobOrder] {
    try read { (connection) throws(LedgerError) in
      var orders: [JobOrder] = []
      try connection.run("SELECT job, kind, reason, detail, time FROM orders ORDER BY job") { row in
        guard let kind = JobOrder.Kind(rawValue: row.text(1)) else { return }
        orders.append(
          JobOrder(job: row.text(0), kind, reason: row.text(2), detail: row.text(3), time: row.text(4)))
      }
      return orders
    }
  }
}

// Changes.
extension Connection {
  /// Puts `order` in place of an earlier one of its job, unless that is committed.
  func store(_ order: JobOrder) throws(LedgerError) {
    try run(
      """
      INSERT OR REPLACE INTO orders SELECT ?, ?, ?, ?, ?
      WHERE NOT EXISTS (SELECT 1 FROM jobs WHERE id = ? AND state <> 'claimed')
      """,
      [
        .text(order.job), .text(order.kind.rawValue), .text(order.reason), .text(order.detail),
        .text(order.time), .text(order.job),
      ])
  }

  /// Forgets the order for the job `id`.
  func removeOrder(of id: String) throws(LedgerError) {
    try run("DELETE FROM orders WHERE job = ?", [.text(id)])
  }
}
