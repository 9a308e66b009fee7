internal import CLinux
internal import Glibc
package import SystemPackage

// A directory that one process works in at a time.
extension Directory {
  /// Keeps other processes from locking it as long as it is open: flock(2).
  ///
  /// Whoever has locked it also holds a read lock of fcntl(2) on it, for others to ask for: see `isLocked`.
  /// - Returns: whether it was free.
  package func lock() throws(SystemCallError) -> Bool {
    guard flock(descriptor.rawValue, LOCK_EX | LOCK_NB) == 0 else {
      guard errno == EWOULDBLOCK else { throw error("flock") }
      return false
    }
    try control(LINUX_F_OFD_SETLK, F_RDLCK)
    return true
  }

  /// Whether anybody has locked it. Nothing is locked to find that out, so that whoever is about to lock it is not
  /// disturbed; flock(2) cannot be asked so.
  package var isLocked: Bool {
    get throws(SystemCallError) { try control(LINUX_F_OFD_GETLK, F_WRLCK) != F_UNLCK }
  }

  /// Sets or asks for a lock on all of it that belongs to this descriptor; returns the kind that the kernel answers.
  @discardableResult
  private func control(_ command: linux_fcntl_command, _ kind: Int32) throws(SystemCallError) -> Int32 {
    var lock = Glibc.flock()
    (lock.l_type, lock.l_whence) = (Int16(kind), Int16(SEEK_SET))
    // Sound: the kernel reads and writes the record during the call alone.
    guard unsafe fcntl(descriptor.rawValue, Int32(command.rawValue), &lock) == 0 else { throw error("fcntl") }
    return Int32(lock.l_type)
  }

  private func error(_ call: String) -> SystemCallError {
    SystemCallError(call, on: path.string, Errno(rawValue: errno))
  }
}

/// Which process has locked a file or folder with flock(2).
package enum LockHolder {
  /// The process that holds the lock on `path`, or nil when none does, or the kernel does not show it: locks of other
  /// containers, and a /proc without them.
  ///
  /// Needs no rights on the file itself: /proc/locks names its inode (proc(5)).
  package static func process(locking path: FilePath) -> Int? {
    var status = stat()
    // Sound: the path ends in NUL; the record is only written, during the call.
    guard unsafe path.withPlatformString({ unsafe lstat($0, &status) }) == 0 else { return nil }
    return process(locking: UInt64(status.st_ino), in: locks())
  }

  /// The process of the line of /proc/locks that tells of `inode`:
  /// `4: FLOCK  ADVISORY  WRITE 1234 fe:00:5678 0 EOF`.
  static func process(locking inode: UInt64, in locks: String) -> Int? {
    for line in locks.split(separator: "\n") {
      let fields = line.split(separator: " ")
      guard fields.count >= 6, fields[1] == "FLOCK",
        let file = fields[5].split(separator: ":").last, UInt64(file) == inode
      else { continue }
      return Int(fields[4]).flatMap { $0 > 0 ? $0 : nil }
    }
    return nil
  }

  private static func locks() -> String {
    var bytes: [UInt8] = []
    guard let file = try? FileDescriptor.open(FilePath("/proc/locks"), .readOnly, options: [.closeOnExec])
    else {
      return ""
    }
    defer { try? file.close() }
    while let count = try? file.read(atMost: 64 << 10, appendingTo: &bytes, of: "/proc/locks"), count > 0 {}
    return String(decoding: bytes, as: UTF8.self)
  }
}
