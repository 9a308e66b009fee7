internal import Glibc

/// The status of a file, as far as it is needed here: stat(2).
package struct FileStatus: Equatable, Sendable {
  /// The type of an entry.
  package enum FileType: Sendable {
    case regular, directory, other
  }

  /// A time stamp of the file system, to the nanosecond.
  package struct Stamp: Hashable, Comparable, Sendable {
    /// Since 1970, without leap seconds.
    package let seconds: Int
    /// The fraction of a second.
    package let nanoseconds: Int

    package static func < (first: Stamp, second: Stamp) -> Bool {
      (first.seconds, first.nanoseconds) < (second.seconds, second.nanoseconds)
    }
  }

  /// The type; a link is `other`.
  package let type: FileType
  /// Identifies the file on its device until it is removed.
  package let inode: UInt64
  /// In bytes.
  package let size: Int
  /// The time of the last change of its content: mtime.
  package let modified: Stamp
  /// The time of the last change of its content, name or permissions: ctime.
  package let changed: Stamp

  init(_ status: stat) {
    switch status.st_mode & S_IFMT {
    case S_IFREG: type = .regular
    case S_IFDIR: type = .directory
    default: type = .other
    }
    inode = UInt64(status.st_ino)
    size = Int(status.st_size)
    modified = Stamp(seconds: status.st_mtim.tv_sec, nanoseconds: status.st_mtim.tv_nsec)
    changed = Stamp(seconds: status.st_ctim.tv_sec, nanoseconds: status.st_ctim.tv_nsec)
  }
}
