/// What is written into the ledger at once: all of it or nothing.
package struct LedgerChanges: Sendable {
  /// Jobs as they are now, in place of what was known of them.
  package var jobs: [JobRecord] = []
  /// What the jobs among them that are committed now add to the totals.
  package var total = NamedCounts()
  /// What committed jobs add to the buckets of the windows, beside what was added while they were claimed.
  package var buckets = BucketCounts()
  /// What claimed jobs add to them, by the jobs' identities; taken back when one begins again or is refused.
  package var progress: [String: BucketCounts] = [:]
  /// Buckets before this one are of no use any more.
  package var firstBucket: Int?
  /// Jobs all of whose files are in their places, by their identities.
  package var published: [String] = []
  /// When that was, as in RFC 3339.
  package var publishedAt = ""
  /// Jobs that begin again from nothing.
  package var restarted: [String] = []
  /// Published jobs whose inputs are no longer kept.
  package var removed: [String] = []

  /// Published jobs with earlier identities than this one are no longer kept either.
  package var removedBefore: String?

  /// Nothing but `jobs` yet.
  package init(jobs: [JobRecord] = []) { self.jobs = jobs }

  /// Whether nothing would be written.
  package var isEmpty: Bool {
    jobs.isEmpty && total.isEmpty && buckets.isEmpty && progress.isEmpty && published.isEmpty
      && restarted.isEmpty && removed.isEmpty && removedBefore == nil
  }
}
