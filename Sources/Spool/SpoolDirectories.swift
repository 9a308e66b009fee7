internal import SystemCalls
internal import SystemPackage

/// The folders of a spool, open: all under one root, on one file system.
///
/// `inbox` may disappear and reappear, so it is only a path here.
struct SpoolDirectories: Sendable {
  /// The root of the spool.
  let root: FilePath
  /// Claimed inputs and unfinished parts; private to the daemon.
  let work: Directory
  /// Complete outputs.
  let out: Directory
  /// Bad lines, and refused files with the reason.
  let rejected: Directory
  /// Finished inputs.
  let done: Directory
  /// The statistics.
  let stats: Directory

  /// The folder where producers put files.
  var inbox: FilePath { root.appending("inbox") }

  /// Opens the spool at `root`: creates missing folders, locks it, and checks that files can be renamed within it.
  ///
  /// Existing folders keep their owners and modes.
  /// - Throws: `SpoolError` with the remedy.
  init(at root: FilePath) throws(SpoolError) {
    self.root = root
    do {
      try Directory.make(at: root, mode: FilePermissions(rawValue: 0o755))
      let spool = try Directory(root)
      // Producers write and rename but neither list nor touch each other's files: set-group-id, sticky, wx.
      _ = try spool.makeDirectory("inbox", mode: FilePermissions(rawValue: 0o3730))
      _ = try spool.makeDirectory("work", mode: FilePermissions(rawValue: 0o700))
      _ = try spool.makeDirectory("out", mode: FilePermissions(rawValue: 0o2750))
      _ = try spool.makeDirectory("rejected", mode: FilePermissions(rawValue: 0o2750))
      _ = try spool.makeDirectory("done", mode: FilePermissions(rawValue: 0o750))
      _ = try spool.makeDirectory("stats", mode: FilePermissions(rawValue: 0o2750))
      work = try Directory(root.appending("work"))
      out = try Directory(root.appending("out"))
      rejected = try Directory(root.appending("rejected"))
      done = try Directory(root.appending("done"))
      stats = try Directory(root.appending("stats"))
    } catch {
      throw SpoolError(error)
    }
    try Self.lock(work)
    try probe()
  }

  /// Two daemons would mistake each other's claimed files for leftovers of their own.
  ///
  /// - Throws: `SpoolError` that names the process using the spool.
  static func lock(_ directory: Directory) throws(SpoolError) {
    let isFree: Bool
    do { isFree = try directory.lock() } catch { throw SpoolError(error) }
    guard !isFree else { return }
    let holder = LockHolder.process(locking: directory.path).map { "process \($0)" } ?? "another process"
    throw SpoolError(
      .inUse, "\(directory.path): \(holder) is using this spool; stop it", remedy: .otherRootAndState)
  }

  /// A file that shows that a ledger has existed; nil if there is none: a claimed or a finished input, or a part.
  func history() throws(SystemCallError) -> FilePath? { try Self.history(in: [work, done]) }

  /// The same for these folders.
  static func history(in folders: [Directory]) throws(SystemCallError) -> FilePath? {
    for folder in folders {
      var entries = try folder.entries()
      while let entry = try entries.next() {
        if Job.beginsWithID(entry.name) { return folder.path.appending(entry.name.description) }
      }
    }
    return nil
  }

  /// Renames an empty file through all folders and back.
  private func probe() throws(SpoolError) {
    let name: FileName = ".animo-probe.tmp"
    do {
      try? work.remove(name)
      try work.create(name, mode: .ownerReadWrite).close()
    } catch let error as SystemCallError {
      throw SpoolError(error)
    } catch {
      throw SpoolError(.configuration, "\(work.path): \(error)")
    }
    defer { try? work.remove(name) }
    for folder in [try open(inbox), out, rejected, done] {
      try? folder.remove(name)
      do {
        try work.move(name, to: folder, as: name)
        try folder.move(name, to: work, as: name)
      } catch {
        throw Self.explain(error, of: folder)
      }
    }
  }

  private func open(_ path: FilePath) throws(SpoolError) -> Directory {
    do { return try Directory(path) } catch { throw SpoolError(error) }
  }

  private static func explain(_ error: SystemCallError, of folder: Directory) -> SpoolError {
    switch error.reason {
    case .improperLink:
      SpoolError(
        .configuration,
        "\(folder.path) is not on the same file system as work/, so files cannot be renamed between them; "
          + "mount a single file system at the root of the spool")
    case .invalidArgument:
      SpoolError(
        .configuration,
        "\(folder.path): this file system does not support RENAME_NOREPLACE; "
          + "use ext4, xfs, btrfs or tmpfs")
    default:
      SpoolError(error)
    }
  }
}
