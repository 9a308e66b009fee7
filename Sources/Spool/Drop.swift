internal import Synchronization
package import SystemCalls
package import SystemPackage

/// Puts files into a spool's inbox the way producers should: copied under an ignored name, synced, then renamed.
///
/// Needs write permission for the inbox only, not to list it or to read anything else in the spool.
package final class Drop: Sendable {
  /// A file that was dropped into the inbox.
  package struct Dropped {
    /// Its name there.
    package let name: FileName
    /// Its inode.
    package let inode: Int
    /// The latest job before it, which may have been for a file with the same inode; nil if there was none.
    package let lastJob: String?
    /// An open descriptor, which keeps the inode from being reused until the result is known; nil if no result is
    /// wanted.
    let descriptor: FileDescriptor?
  }

  /// Leaves room for a number, and for the affixes of the temporary name.
  private static let longestName = FileName.maximumLength - 48

  private let inbox: Directory
  /// The identity of the latest job, if results will be requested.
  private let lastJob: (@Sendable () throws -> String?)?
  /// The copy that has not been renamed yet.
  private let unfinished = Mutex<FileName?>(nil)

  /// - Parameter lastJob: the identity of the latest job, if results will be requested.
  /// - Throws: `SpoolError` if there is no inbox; `SystemCallError` if permission to look for it is missing.
  package init(root: FilePath, lastJob: (@Sendable () throws -> String?)? = nil) throws {
    self.lastJob = lastJob
    do throws(SystemCallError) {
      inbox = try Directory(unlisted: root.appending("inbox"))
    } catch {
      guard error.reason == .noSuchFileOrDirectory else { throw error }
      throw SpoolError(missing: root)
    }
  }

  /// Whether the inbox ignores files with this name.
  package static func isIgnored(_ name: FileName) -> Bool { InboxRules.ignores(name) }

  /// Drops a copy of the file at `path`, as `name` or, when that is taken, with a number: `a.~2.jsonl`. A very long
  /// name is shortened in the middle. Drops one file at a time.
  ///
  /// - Throws: `SystemCallError`, or `SpoolError` from the ledger; nothing has been dropped then.
  package func drop(_ path: FilePath, as name: FileName) throws -> Dropped {
    let name = name.shortened(to: Self.longestName)
    // Not the process ID, which may be the same in several containers.
    let temporary = name.prefixed(by: ".").appending(".\(UInt64.random(in: 0 ... .max)).tmp")
    // Whoever is interrupted knows of each copy that there is.
    let copy = try unfinished.withLock { name in
      let copy = try inbox.create(temporary, mode: .ownerReadWrite)
      name = temporary
      return copy
    }
    do {
      let inode = try fill(copy, called: temporary, with: path)
      // Read-only: a file that is open for writing is not claimed.
      let held = try lastJob.map { _ in try inbox.open(temporary) }
      // Requested before there can be a job for the new inode.
      let lastJob = try lastJob.flatMap { try $0() }
      let name = try rename(temporary, to: name)
      unfinished.withLock { $0 = nil }
      return Dropped(name: name, inode: Int(bitPattern: UInt(inode)), lastJob: lastJob, descriptor: held)
    } catch {
      removeUnfinished()
      throw error
    }
  }

  /// Removes an incomplete copy; called when the process is interrupted.
  package func removeUnfinished() {
    unfinished.withLock { name in
      if let name { try? inbox.remove(name) }
      name = nil
    }
  }

  /// Copies the content of the file at `path`, and closes the copy; returns its inode.
  private func fill(
    _ copy: FileDescriptor, called name: FileName, with path: FilePath
  ) throws(SystemCallError) -> UInt64 {
    defer { try? copy.close() }
    let file = try systemCall("open", on: path.string) {
      try FileDescriptor.open(path, .readOnly, options: [.closeOnExec])
    }
    defer { try? file.close() }
    let subject = "\(inbox.path)/\(name)"
    var bytes: [UInt8] = []
    while try file.read(atMost: 1 << 20, appendingTo: &bytes, of: path.string) > 0 {
      try copy.write(all: bytes.span, to: subject)
      bytes.removeAll(keepingCapacity: true)
    }
    try setMode(of: copy, subject, like: file.status(path.string))
    try copy.synchronize(subject)
    return try copy.status(subject).inode
  }

  /// Lets the daemon read the copy, and others only if they may read the original: they cannot list the inbox, but may
  /// guess a name.
  private func setMode(
    of copy: FileDescriptor, _ subject: String, like original: FileStatus
  ) throws(SystemCallError) {
    guard !original.mode.contains(.otherRead) else {
      return try copy.setMode([.ownerReadWrite, .groupRead, .otherRead], subject)
    }
    // The inbox belongs to the daemon.
    let daemon = try inbox.descriptor.status(inbox.path.string).owner
    guard try copy.status(subject).owner != daemon else { return try copy.setMode(.ownerReadWrite, subject) }
    do {
      try copy.setReadable(by: daemon, subject)
    } catch {
      // Without access control lists, all members of the inbox's group may read it.
      try copy.setMode([.ownerReadWrite, .groupRead], subject)
    }
  }

  private func rename(_ temporary: FileName, to name: FileName) throws(SystemCallError) -> FileName {
    let names = NamingScheme(of: name, outputEnding: NamingScheme.ending(of: name))
    while true {
      let number = try NamingScheme.firstFree { number throws(SystemCallError) in
        try inbox.status(of: names.refused(number)) == nil
      }
      do {
        try inbox.move(temporary, to: inbox, as: names.refused(number))
        // Syncing the inbox requires permission to list it; otherwise the daemon syncs it before it relies on the
        // file.
        if let inbox = try? Directory(inbox.path) { try inbox.synchronize() }
        return names.refused(number)
      } catch {
        guard error.reason == .fileExists else { throw error }
      }
    }
  }
}
