internal import Glibc

/// What the kernel says about a file: stat(2), as far as it matters here.
package struct FileStatus: Equatable, Sendable {
  /// What sort of thing an entry is.
  package enum FileType: Sendable {
    case regular, directory, other
  }

  /// A time stamp of the file system, to the nanosecond.
  package struct Stamp: Hashable, Comparable, Sendable {
    /// Since 1970, without leap seconds.
    package let seconds: Int
    /// The rest, below a thousand million.
    package let nanoseconds: Int

    package static func < (first: Stamp, second: Stamp) -> Bool {
      (first.seconds, first.nanoseconds) < (second.seconds, second.nanoseconds)
    }
  }

  /// What it is; links are not followed, and are `other`.
  package let type: FileType
  /// Which file it is on its device, until it is removed.
  package let inode: UInt64
  /// In bytes.
  package let size: Int
  /// When its content changed last: mtime.
  package let modified: Stamp
  /// When its content, name or rights changed last: ctime.
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
