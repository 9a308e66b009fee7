internal import Daemon
package import Ledger
package import SystemCalls
package import SystemPackage

/// A spool seen from outside, while a daemon works it or none does: nothing is locked, made or changed.
package struct SpoolView {
  /// A file that has been claimed and not finished.
  package struct Running {
    /// The job, with its last checkpoint, if there was one.
    package let job: Job
    /// Its input's size, in bytes.
    package let size: Int

    /// How much of it is done, in hundredths, as far as its last checkpoint knows; nil for compressed files, whose
    /// checkpoints count other bytes.
    package var percent: Int? {
      guard job.name == job.name.uncompressed else { return nil }
      return IntakeQueue.percent(job.checkpoint?.offset ?? 0, of: size)
    }
  }

  /// What waits in the inbox.
  package struct InboxContents {
    /// Files that will be taken.
    package let files: Int
    /// Things that never will be.
    package let leftAlone: Int
  }

  /// Where the spool is.
  package let root: FilePath
  /// The ledger, or nil when none was made yet.
  package let ledger: Ledger?

  /// - Parameter state: the ledger's folder; nil for `state` in the root.
  /// - Throws: `SpoolError` when there is no spool, or what there is cannot be read.
  package init(root: FilePath, state: FilePath? = nil) throws(SpoolError) {
    self.root = root
    do {
      _ = try Directory(unlisted: root.appending("work"))
    } catch {
      throw error.reason == .noSuchFileOrDirectory ? SpoolError(missing: root) : SpoolError(error)
    }
    ledger = try Self.ledger(in: state ?? root.appending("state"))
  }

  /// The identity of the latest job in the ledger in `state`, or nil when there is none yet.
  static func lastJob(in state: FilePath) throws(SpoolError) -> String? {
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
  /// - Throws: `SpoolError` when that cannot be told, with `.permission` when `state` may not be looked into.
  package static func hasLedger(in state: FilePath) throws(SpoolError) -> Bool {
    do {
      return try Directory(unlisted: state).status(of: FileName(Ledger.fileName)) != nil
    } catch {
      switch error.reason {
      case .noSuchFileOrDirectory, .notDirectory: return false
      case .permissionDenied:
        throw SpoolError(
          .permission, "\(error); look as the daemon's user", error.reason, remedy: .otherState)
      default: throw SpoolError(error)
      }
    }
  }

  /// Whether a process works the spool.
  package var isWorked: Bool { Self.isWorked(root) }

  /// The process that works the spool, or nil when none does, or it cannot be seen from here: a container's.
  package var worker: Int? { isWorked ? LockHolder.process(locking: root.appending("work")) : nil }

  /// Whether a process works the spool at `root`; a guess by /proc/locks where `work/` may not be opened.
  package static func isWorked(_ root: FilePath) -> Bool {
    let work = root.appending("work")
    return (try? Directory(work).isLocked) ?? (LockHolder.process(locking: work) != nil)
  }

  /// What waits.
  package func inbox() throws(SystemCallError) -> InboxContents {
    let listing = try InboxListing(of: Directory(root.appending("inbox")), keeping: 1)
    return InboxContents(files: listing.files, leftAlone: listing.leftAlone)
  }

  /// What is being worked on, the oldest first.
  package func running() throws(SpoolError) -> [Running] {
    do {
      let work = try Directory(root.appending("work"))
      var running: [Running] = []
      for var job in try WorkListing(of: work).inputs.values.sorted(by: { $0.id < $1.id }) {
        guard let status = try work.status(of: job.claimedName) else { continue }
        job.checkpoint = try ledger?.job(job.id)?.checkpoint
        running.append(Running(job: job, size: status.size))
      }
      return running
    } catch {
      throw SpoolError(opening: error)
    }
  }

  /// What has become of a dropped file: its job once that is published, nil before.
  package func result(of dropped: Drop.Dropped) throws(SpoolError) -> JobRecord? {
    do {
      let job = try ledger?.lastJob(ofInode: dropped.inode, after: dropped.lastJob)
      return job?.state == .published ? job : nil
    } catch {
      throw SpoolError(error)
    }
  }
}
