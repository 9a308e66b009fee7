internal import SystemCalls

/// A scan of the inbox in slices, so that a file that is known already need not wait until very many others are listed.
final class InboxScan {
  /// When it began.
  let begin: SuspendingClock.Instant
  /// The time spent on it so far.
  private(set) var duration = Duration.zero
  /// The files that were taken in meanwhile and still wait, which it may or may not have seen.
  var arrivals: Set<FileName> = []
  /// The owners of others, which were added to the surplus that its result replaces.
  var ownersOfSurplus: Set<UInt32> = []

  /// The files that the last slice has found and whose status had not been known.
  private(set) var found: [InboxListing.Candidate] = []
  /// Whether only this scan can find some files: those from before the start, and those of which news was lost.
  let isUrgent: Bool
  /// The time that it may take before it is set aside once more.
  var share = Duration.zero
  /// Whether it asks for the status of every file.
  var isThorough: Bool { listing.isThorough }

  private let inbox: Directory
  private var entries: DirectoryEntries
  private var listing: InboxListing
  private let namesPerSlice: Int

  /// What asking for the status of a file costs, in names that are read.
  private static let costOfStatus = 8

  /// Begins at `now`, for `listing`.
  init(
    of inbox: Directory, into listing: InboxListing, namesPerSlice: Int, isUrgent: Bool,
    at now: SuspendingClock.Instant
  ) throws(SystemCallError) {
    (self.inbox, begin, self.namesPerSlice, self.isUrgent) = (inbox, now, namesPerSlice, isUrgent)
    entries = try inbox.entries()
    self.listing = listing
  }

  /// Goes on for a slice; returns the listing once all of it is made.
  func advance() throws(SystemCallError) -> InboxListing? {
    let start = SuspendingClock.now
    defer { duration += start.duration(to: .now) }
    found.removeAll(keepingCapacity: true)
    var names = 0
    while names < namesPerSlice {
      guard let entry = try entries.next() else {
        listing.finish()
        return listing
      }
      switch try listing.add(entry, of: inbox) {
      case .byName: names += 1
      case .nothing: names += Self.costOfStatus
      case .file(let candidate):
        names += Self.costOfStatus
        found.append(candidate)
      }
    }
    return nil
  }
}
