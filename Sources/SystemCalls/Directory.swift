internal import CLinux
internal import Glibc
package import SystemPackage

/// An open directory: what lies in it is named relative to it, so that nobody can put another in its place.
///
/// Closed when the last reference goes. All operations are single system calls, and may be used by several
/// threads at once.
package final class Directory: Sendable {
  /// The open directory, for `poll`-like calls and locks.
  package let descriptor: FileDescriptor
  /// Where it was when it was opened; for messages, and for inotify.
  package let path: FilePath

  /// Opens the directory at `path`.
  ///
  /// - Throws: `SystemCallError` with `.notDirectory` for a file.
  package init(_ path: FilePath) throws(SystemCallError) {
    self.path = path
    descriptor = try systemCall("open", on: path.string) {
      try FileDescriptor.open(path, .readOnly, options: [.directory, .closeOnExec])
    }
  }

  /// Opens the directory at `path`, which need not be readable: what is in it can be reached, but neither listed
  /// nor synchronised. O_PATH, as open(2) has it.
  package init(unlisted path: FilePath) throws(SystemCallError) {
    self.path = path
    descriptor = try systemCall("open", on: path.string) {
      let options: FileDescriptor.OpenOptions = [
        .directory, .closeOnExec, .init(rawValue: CInt(LINUX_O_PATH.rawValue)),
      ]
      return try FileDescriptor.open(path, .readOnly, options: options)
    }
  }

  deinit { try? descriptor.close() }

  /// Makes the directory at `path` unless it exists; the umask applies.
  package static func make(at path: FilePath, mode: FilePermissions) throws(SystemCallError) {
    // Sound: the path ends in NUL and is only read during the call.
    let result = unsafe path.withPlatformString { unsafe mkdir($0, mode.rawValue) }
    guard result != 0, errno != EEXIST else { return }
    throw SystemCallError("mkdir", on: path.string, Errno(rawValue: errno))
  }

  /// What messages call the entry `name`.
  func subject(_ name: FileName) -> String { path.string + "/" + name.description }

  /// Opens the file `name` to read it; never waits for a FIFO's other end, never follows a link.
  ///
  /// - Throws: `SystemCallError` with `.tooManySymbolicLinkLevels` for a link.
  package func open(_ name: FileName) throws(SystemCallError) -> FileDescriptor {
    try open(name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
  }

  /// Makes the file `name`, which must not exist, and opens it to append to it.
  ///
  /// - Throws: `SystemCallError` with `.fileExists` when the name is taken.
  package func create(_ name: FileName, mode: FilePermissions) throws(SystemCallError) -> FileDescriptor {
    try open(name, O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, mode)
  }

  /// Opens the file `name`, which must exist, to append to it.
  package func openToAppend(_ name: FileName) throws(SystemCallError) -> FileDescriptor {
    try open(name, O_WRONLY | O_APPEND | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
  }

  /// What the entry `name` is, or nil when there is none; links are not followed.
  package func status(of name: FileName) throws(SystemCallError) -> FileStatus? {
    var status = stat()
    // Sound: the name ends in NUL and the record is only written, both during the call.
    let result = unsafe name.withCString { name in
      unsafe fstatat(descriptor.rawValue, name, &status, AT_SYMLINK_NOFOLLOW)
    }
    if result == 0 { return FileStatus(status) }
    guard errno == ENOENT else { throw SystemCallError("fstatat", on: subject(name), Errno(rawValue: errno)) }
    return nil
  }

  /// Gives the entry `name` the name `newName` in `other`; an entry of that name is never replaced.
  ///
  /// renameat2(2) with RENAME_NOREPLACE: at every moment the file has one of the two names.
  /// - Throws: `SystemCallError` with `.fileExists`, `.noSuchFileOrDirectory` or `.improperLink` (EXDEV).
  package func move(_ name: FileName, to other: Directory, as newName: FileName) throws(SystemCallError) {
    // Sound: both names end in NUL and are only read during the call.
    let result = unsafe name.withCString { old in
      unsafe newName.withCString { new in
        unsafe renameat2(
          descriptor.rawValue, old, other.descriptor.rawValue, new, LINUX_RENAME_NOREPLACE.rawValue)
      }
    }
    guard result != 0 else { return }
    throw SystemCallError(
      "renameat2", on: "\(subject(name)) → \(other.subject(newName))", Errno(rawValue: errno))
  }

  /// Gives the file `name` exactly `mode`, whatever the umask: fchmodat(2).
  package func setMode(of name: FileName, to mode: FilePermissions) throws(SystemCallError) {
    try unsafe check("fchmodat", name) { unsafe fchmodat(descriptor.rawValue, $0, mode.rawValue, 0) }
  }

  /// Removes the file `name`.
  package func remove(_ name: FileName) throws(SystemCallError) {
    try unsafe check("unlinkat", name) { unsafe unlinkat(descriptor.rawValue, $0, 0) }
  }

  /// Removes the directory `name`, which must be empty.
  package func removeDirectory(_ name: FileName) throws(SystemCallError) {
    try unsafe check("unlinkat", name) { unsafe unlinkat(descriptor.rawValue, $0, AT_REMOVEDIR) }
  }

  /// Makes the directory `name` with exactly `mode`, whatever the umask; returns false when it exists.
  package func makeDirectory(_ name: FileName, mode: FilePermissions) throws(SystemCallError) -> Bool {
    do {
      // mkdir(2) drops the set-id bits: they need a chmod of their own.
      try unsafe check("mkdirat", name) { unsafe mkdirat(descriptor.rawValue, $0, S_IRWXU) }
    } catch {
      guard error.reason == .fileExists else { throw error }
      return false
    }
    try setMode(of: name, to: mode)
    return true
  }

  /// Makes the names in it survive a power cut: fsync(2).
  package func synchronize() throws(SystemCallError) {
    try descriptor.synchronize(path.string)
  }

  private func open(
    _ name: FileName, _ flags: Int32, _ mode: FilePermissions = []
  ) throws(SystemCallError) -> FileDescriptor {
    let raw = unsafe name.withCString { unsafe openat(descriptor.rawValue, $0, flags, mode.rawValue) }
    guard raw >= 0 else { throw SystemCallError("openat", on: subject(name), Errno(rawValue: errno)) }
    return FileDescriptor(rawValue: raw)
  }

  /// Runs a call that returns 0 or sets errno.
  private func check(
    _ call: String, _ name: FileName, _ body: (UnsafePointer<CChar>) -> Int32
  ) throws(SystemCallError) {
    guard unsafe name.withCString(body) != 0 else { return }
    throw SystemCallError(call, on: subject(name), Errno(rawValue: errno))
  }
}
