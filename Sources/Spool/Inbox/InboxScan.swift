internal import SystemCalls

/// A scan of the inbox in slices, so that a file that is known already need not wait until very many others are listed.
final class InboxScan {
  let inbox: Directory
  /// When it began.
  let begin: SuspendingClock.Instant
  /// The time spent on it so far.
  private(set) var duration = Duration.zero
  /// The files that were taken in meanwhile, which it may or may not have seen.
  var arrivals: Set<FileName> = []

  private var entries: DirectoryEntries
  private var listing: InboxListing

  private let namesPerSlice: Int

  /// What asking for the status of a file costs, in names that are read.
  private static let costOfStatus = 8

  /// Begins at `now`.
  init(
    of inbox: Directory, options: SpoolOptions, counting known: SurplusFiles, at now: SuspendingClock.Instant
  ) throws(SystemCallError) {
    (self.inbox, begin, namesPerSlice) = (inbox, now, options.namesPerSlice)
    entries = try inbox.entries()
    listing = InboxListing(keeping: options.namesInMemory, counting: known)
  }

  /// Goes on for a slice; returns the listing once all of it is made.
  func advance() throws(SystemCallError) -> InboxListing? {
    let start = SuspendingClock.now
    defer { duration += start.duration(to: .now) }
    var names = 0
    while names < namesPerSlice {
      guard let entry = try entries.next() else {
        listing.finish()
        return listing
      }
      names += try listing.add(entry, of: inbox) ? Self.costOfStatus : 1
    }
    return nil
  }
}
