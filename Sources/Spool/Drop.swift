internal import Synchronization
package import SystemCalls
package import SystemPackage

/// Puts files into a spool's inbox as producers should: a copy under a name that is ignored, on disk, then renamed.
///
/// Needs the right to write to the inbox, and neither to list it nor to see anything else of the spool.
package final class Drop: Sendable {
  /// A file that is in the inbox, or has been.
  package struct Dropped {
    /// Its name there.
    package let name: FileName
    /// Which file it is.
    package let inode: Int
    /// The latest job before it, which may be of a file that had the same inode; nil when there was none.
    let lastJob: String?
    /// Keeps the inode from being used again for as long as somebody asks for it; nil where nobody will.
    let descriptor: FileDescriptor?
  }

  /// So that a number, or what is put around a name while it is copied, still makes a name.
  private static let longestName = FileName.maximumLength - 48

  private let inbox: Directory
  private let state: FilePath?
  /// The copy that has not got its name yet.
  private let unfinished = Mutex<FileName?>(nil)

  /// - Parameter state: the ledger's folder, if what becomes of the files is to be asked for.
  /// - Throws: `SpoolError` when there is no inbox; `SystemCallError` when it may not be looked for.
  package init(root: FilePath, state: FilePath? = nil) throws {
    self.state = state
    do throws(SystemCallError) {
      inbox = try Directory(unlisted: root.appending("inbox"))
    } catch {
      guard error.reason == .noSuchFileOrDirectory else { throw error }
      throw SpoolError(missing: root)
    }
  }

  /// Whether a file of this name would be left alone in the inbox.
  package static func isIgnored(_ name: FileName) -> Bool { InboxRules.ignores(name) }

  /// Drops a copy of the file at `path`, as `name` or, when that is taken, with a number: `a.~2.jsonl`. A very long
  /// name is cut in its middle. One file at a time.
  ///
  /// - Throws: `SystemCallError`, or `SpoolError` of the ledger; then nothing has been dropped.
  package func drop(_ path: FilePath, as name: FileName) throws -> Dropped {
    let name = name.shortened(to: Self.longestName)
    // Not the process's number: processes of several containers may have the same.
    let temporary = name.prefixed(by: ".").appending(".\(UInt64.random(in: 0 ... .max)).tmp")
    let copy = try inbox.create(temporary, mode: .ownerReadWrite)
    unfinished.withLock { $0 = temporary }
    do {
      let inode = try fill(copy, called: temporary, with: path)
      // Open to be read alone: a file that somebody could write to is not taken.
      let held = try state.map { _ in try inbox.open(temporary) }
      // Asked for while the inode is this file's and before a job can be.
      let lastJob = try state.flatMap { try SpoolView.lastJob(in: $0) }
      let name = try rename(temporary, to: name)
      unfinished.withLock { $0 = nil }
      return Dropped(name: name, inode: Int(bitPattern: UInt(inode)), lastJob: lastJob, descriptor: held)
    } catch {
      removeUnfinished()
      throw error
    }
  }

  /// Removes what is not yet a whole copy: for whoever ends the process in the middle.
  package func removeUnfinished() {
    unfinished.withLock { name in
      if let name { try? inbox.remove(name) }
      name = nil
    }
  }

  /// Copies what the file at `path` holds, and closes the copy; returns its inode.
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
    // Readable for the daemon, whoever it runs as; the inbox cannot be listed by others.
    try inbox.setMode(of: name, to: FilePermissions(rawValue: 0o644))
    try copy.synchronize(subject)
    return try copy.status(subject).inode
  }

  private func rename(_ temporary: FileName, to name: FileName) throws(SystemCallError) -> FileName {
    let names = NamingScheme(of: name, outputEnding: NamingScheme.ending(of: name))
    while true {
      let number = try NamingScheme.firstFree { number throws(SystemCallError) in
        try inbox.status(of: names.refused(number)) == nil
      }
      do {
        try inbox.move(temporary, to: inbox, as: names.refused(number))
        // Who may not list the inbox may not synchronise it: the daemon does, before it counts on the file.
        if let inbox = try? Directory(inbox.path) { try inbox.synchronize() }
        return names.refused(number)
      } catch {
        guard error.reason == .fileExists else { throw error }
      }
    }
  }
}
