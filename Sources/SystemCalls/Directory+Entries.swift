internal import Glibc
internal import SystemPackage

/// The entries of a directory: readdir(3).
///
/// Buffers one block of entries at a time, however large the directory is. Entries added or removed during iteration
/// may or may not be returned.
@safe package struct DirectoryEntries: ~Copyable {
  /// A name, with its type if the file system provides it for free.
  package struct Entry: Sendable {
    /// The name; never `.` or `..`.
    package let name: FileName
    /// Its type; nil if only `Directory.status(of:)` can tell.
    package let type: FileStatus.FileType?
    /// The inode that the directory names: that of `FileStatus`, except on some stacked file systems.
    package let inode: UInt64
  }

  /// The stream; owned from `init` to `deinit`.
  private let stream: OpaquePointer
  private let path: FilePath

  init(of directory: Directory) throws(SystemCallError) {
    path = directory.path
    // A separate file description, which starts at the first entry, independent of other readers.
    let raw = unsafe openat(directory.descriptor.rawValue, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard raw >= 0 else { throw SystemCallError("openat", on: path.string, Errno(rawValue: errno)) }
    guard let stream = unsafe fdopendir(raw) else {
      let reason = Errno(rawValue: errno)
      close(raw)
      throw SystemCallError("fdopendir", on: path.string, reason)
    }
    unsafe self.stream = unsafe stream
  }

  deinit { unsafe closedir(stream) }

  /// The next entry; nil after the last.
  package mutating func next() throws(SystemCallError) -> Entry? {
    while true {
      errno = 0
      guard let record = unsafe readdir(stream) else {
        guard errno == 0 else { throw SystemCallError("readdir", on: path.string, Errno(rawValue: errno)) }
        return nil
      }
      // Sound: the record is valid until the next readdir on the stream, and its name ends in NUL.
      let bytes = unsafe withUnsafePointer(to: &record.pointee.d_name) { name in
        let start = unsafe UnsafeRawPointer(name).assumingMemoryBound(to: UInt8.self)
        return unsafe Array(
          UnsafeBufferPointer(
            start: start, count: strlen(UnsafeRawPointer(name).assumingMemoryBound(to: CChar.self))))
      }
      guard let name = FileName(bytes: bytes) else { continue }
      return unsafe Entry(
        name: name, type: Self.type(record.pointee.d_type), inode: UInt64(record.pointee.d_ino))
    }
  }

  private static func type(_ code: UInt8) -> FileStatus.FileType? {
    switch Int(code) {
    case Int(DT_UNKNOWN): nil
    case Int(DT_REG): .regular
    case Int(DT_DIR): .directory
    case Int(DT_SOCK): .socket
    default: .other
    }
  }
}

extension Directory {
  /// Its entries, in no particular order.
  package func entries() throws(SystemCallError) -> DirectoryEntries { try DirectoryEntries(of: self) }
}
