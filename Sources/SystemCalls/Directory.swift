internal import CLinux
internal import Glibc
package import SystemPackage

/// An open directory. Its entries are addressed relative to the descriptor, so that replacing the path has no effect.
///
/// Closed with the last reference. All operations are single system calls, and thread-safe.
package final class Directory: Sendable {
  /// The open directory, for `poll`-like calls and locks.
  package let descriptor: FileDescriptor
  /// Its path when it was opened; for messages, and for inotify.
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

  /// Opens the directory at `path` without requiring read permission (O_PATH, open(2)): its entries can be accessed,
  /// but neither listed nor synced.
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

  /// Creates the directory at `path` unless it exists; the umask applies.
  package static func make(at path: FilePath, mode: FilePermissions) throws(SystemCallError) {
    // Sound: the path ends in NUL and is only read during the call.
    let result = unsafe path.withPlatformString { unsafe mkdir($0, mode.rawValue) }
    guard result != 0, errno != EEXIST else { return }
    throw SystemCallError("mkdir", on: path.string, Errno(rawValue: errno))
  }

  /// The name of the entry `name` in messages.
  func subject(_ name: FileName) -> String { path.string + "/" + name.description }

  /// Opens the file `name` for reading; does not wait for the other end of a FIFO, and does not follow links.
  ///
  /// - Throws: `SystemCallError` with `.tooManySymbolicLinkLevels` for a link.
  package func open(_ name: FileName) throws(SystemCallError) -> FileDescriptor {
    try open(name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
  }

  /// Creates the file `name`, which must not exist, and opens it for appending.
  ///
  /// - Throws: `SystemCallError` with `.fileExists` if the name is taken.
  package func create(_ name: FileName, mode: FilePermissions) throws(SystemCallError) -> FileDescriptor {
    try open(name, O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, mode)
  }

  /// Opens the existing file `name` for appending.
  package func openToAppend(_ name: FileName) throws(SystemCallError) -> FileDescriptor {
    try open(name, O_WRONLY | O_APPEND | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
  }

  /// The status of the entry `name`; nil if there is none. Links are not followed.
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

  /// Renames the entry `name` to `newName` in `other`, without replacing an existing entry.
  ///
  /// renameat2(2) with RENAME_NOREPLACE: at any moment the file has exactly one of the two names.
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

  /// Sets the mode of the file `name`, regardless of the umask: fchmodat(2).
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

  /// Creates the directory `name` with `mode`, regardless of the umask; returns false if it exists.
  package func makeDirectory(_ name: FileName, mode: FilePermissions) throws(SystemCallError) -> Bool {
    do {
      // mkdir(2) ignores the set-ID bits, so they are set separately.
      try unsafe check("mkdirat", name) { unsafe mkdirat(descriptor.rawValue, $0, S_IRWXU) }
    } catch {
      guard error.reason == .fileExists else { throw error }
      return false
    }
    try setMode(of: name, to: mode)
    return true
  }

  /// Syncs its entries to disk: fsync(2).
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
