internal import Glibc
package import SystemPackage

/// The status of a file, as far as it is needed here: stat(2).
package struct FileStatus: Equatable, Sendable {
  /// The type of an entry.
  package enum FileType: Sendable {
    case regular, directory, socket, other
  }

  /// A time stamp of the file system, to the nanosecond.
  package struct Stamp: Hashable, Comparable, Sendable {
    /// Since 1970, without leap seconds.
    package let seconds: Int
    /// The fraction of a second.
    package let nanoseconds: Int

    package init(seconds: Int, nanoseconds: Int) {
      (self.seconds, self.nanoseconds) = (seconds, nanoseconds)
    }

    package static func < (first: Stamp, second: Stamp) -> Bool {
      (first.seconds, first.nanoseconds) < (second.seconds, second.nanoseconds)
    }
  }

  /// Identifies a file among all others until it is removed.
  package struct Identity: Hashable, Sendable {
    let device: UInt64
    let inode: UInt64
  }

  /// The type; a link is `other`.
  package let type: FileType
  /// The device of its file system.
  package let device: UInt64
  /// Identifies the file on its device until it is removed.
  package let inode: UInt64
  /// The permissions, with the set-ID bits.
  package let mode: FilePermissions
  /// The user that owns it.
  package let owner: UInt32
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
    case S_IFSOCK: type = .socket
    default: type = .other
    }
    device = UInt64(status.st_dev)
    inode = UInt64(status.st_ino)
    mode = FilePermissions(rawValue: status.st_mode & 0o7777)
    owner = status.st_uid
    size = Int(status.st_size)
    modified = Stamp(seconds: status.st_mtim.tv_sec, nanoseconds: status.st_mtim.tv_nsec)
    changed = Stamp(seconds: status.st_ctim.tv_sec, nanoseconds: status.st_ctim.tv_nsec)
  }
}

extension FileStatus {
  /// The status of what is at `path`, following links: stat(2); nil if there is nothing.
  package init?(of path: FilePath) throws(SystemCallError) {
    var status = stat()
    // Sound: the path ends in NUL and the record is only written, both during the call.
    let result = unsafe path.withPlatformString { unsafe stat($0, &status) }
    guard result != 0 else {
      self.init(status)
      return
    }
    guard [ENOENT, ENOTDIR].contains(errno) else {
      throw SystemCallError("stat", on: path.string, Errno(rawValue: errno))
    }
    return nil
  }

  /// Which file it is.
  package var identity: Identity { Identity(device: device, inode: inode) }
}
