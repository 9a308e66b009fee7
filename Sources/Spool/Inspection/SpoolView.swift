package import Ledger
package import SystemCalls
package import SystemPackage

/// A read-only view of a spool, with or without a running daemon: nothing is locked, created or changed.
package struct SpoolView {
  /// The content of the inbox.
  package struct InboxContents {
    /// The number of files that will be claimed.
    package let files: Int
    /// The number of entries that will not.
    package let leftAlone: Int
  }

  /// The root of the spool.
  package let root: FilePath
  /// The ledger; nil if there is none yet.
  package let ledger: Ledger?
  /// The ledger's folder.
  let state: FilePath

  /// - Parameter state: the ledger's folder; nil for `state` in the root.
  /// - Throws: `SpoolError` if there is no spool, or it cannot be read.
  package init(root: FilePath, state: FilePath? = nil) throws(SpoolError) {
    self.root = root
    do {
      _ = try Directory(unlisted: root.appending("work"))
    } catch {
      throw error.reason == .noSuchFileOrDirectory ? SpoolError(missing: root) : SpoolError(error)
    }
    self.state = state ?? root.appending("state")
    ledger = try Self.ledger(in: self.state)
  }

  /// Checks that the ledger exists if the spool has been worked before.
  ///
  /// - Throws: `SpoolError` with the remedy.
  package func requireLedger() throws(SpoolError) {
    guard ledger == nil, let history = try history() else { return }
    throw SpoolError(missingLedgerIn: state, beside: history)
  }

  /// A file that shows that a ledger has existed, as far as the folders can be read; nil if there is none.
  func history() throws(SpoolError) -> FilePath? {
    let folders = ["work", "done"].compactMap { try? Directory(root.appending($0)) }
    do { return try SpoolDirectories.history(in: folders) } catch { throw SpoolError(error) }
  }

  /// The identity of the latest job in the ledger in `state`; nil if there is none.
  package static func lastJob(in state: FilePath) throws(SpoolError) -> String? {
    do {
      return try ledger(in: state)?.lastID()
    } catch {
      throw SpoolError(opening: error)
    }
  }

  private static func ledger(in state: FilePath) throws(SpoolError) -> Ledger? {
    do {
      return try Ledger(reading: state)
    } catch {
      guard error.cause == .missing else { throw SpoolError(error) }
      return nil
    }
  }

  /// Whether there is a ledger in `state`.
  ///
  /// - Throws: `SpoolError` if that is unknown; with `.permission` if `state` is not readable.
  package static func hasLedger(in state: FilePath) throws(SpoolError) -> Bool {
    do {
      return try Directory(unlisted: state).status(of: FileName(Ledger.fileName)) != nil
    } catch {
      switch error.reason {
      case .noSuchFileOrDirectory, .notDirectory: return false
      case .permissionDenied:
        throw SpoolError(
          .permission, "\(error); run this as the daemon's user", error.reason, remedy: .otherState)
      default: throw SpoolError(error)
      }
    }
  }

  /// Whether a process is using the spool.
  package var isWorked: Bool { Self.isWorked(root) }

  /// The process using the spool; nil if there is none, or it is not visible, as in another container.
  package var worker: Int? { isWorked ? LockHolder.process(locking: root.appending("work")) : nil }

  /// Whether a process is using the spool at `root`; guessed from /proc/locks if `work/` is not accessible.
  package static func isWorked(_ root: FilePath) -> Bool {
    let work = root.appending("work")
    return (try? Directory(work).isLocked) ?? (LockHolder.process(locking: work) != nil)
  }

  /// The content of the inbox.
  package func inbox() throws(SystemCallError) -> InboxContents {
    let listing = try InboxListing(of: Directory(root.appending("inbox")), keeping: 1)
    return InboxContents(files: listing.files, leftAlone: listing.leftAlone)
  }

  /// The claimed files, the oldest first.
  package func claimed() throws(SpoolError) -> [SpoolQueue.Entry] {
    do {
      return try SpoolQueue.claimed(in: Directory(root.appending("work")), ledger)
    } catch {
      throw SpoolError(opening: error)
    }
  }

  /// The result of a dropped file: its job once that is published; nil before.
  package func result(of dropped: Drop.Dropped) throws(SpoolError) -> JobRecord? {
    do {
      let job = try ledger?.lastJob(ofInode: dropped.inode, after: dropped.lastJob)
      return job?.state == .published ? job : nil
    } catch {
      throw SpoolError(error)
    }
  }
}
