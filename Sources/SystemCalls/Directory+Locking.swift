internal import CLinux
internal import Glibc
package import SystemPackage

// Locking a directory for use by one process at a time.
extension Directory {
  /// Locks it exclusively as long as it is open: flock(2).
  ///
  /// The owner of the lock also holds a read lock of fcntl(2), which others can query: see `isLocked`.
  /// - Returns: false if another process holds the lock.
  package func lock() throws(SystemCallError) -> Bool {
    guard flock(descriptor.rawValue, LOCK_EX | LOCK_NB) == 0 else {
      guard errno == EWOULDBLOCK else { throw error("flock") }
      return false
    }
    try control(LINUX_F_OFD_SETLK, F_RDLCK)
    return true
  }

  /// Whether a process has locked it. The query takes no lock itself, so it does not interfere with a process about
  /// to lock it; flock(2) has no such query.
  package var isLocked: Bool {
    get throws(SystemCallError) { try control(LINUX_F_OFD_GETLK, F_WRLCK) != F_UNLCK }
  }

  /// Sets or queries a lock of this descriptor on all of it; returns the type of lock reported by the kernel.
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
  /// The process that holds the lock on `path`; nil if there is none, or the kernel does not show it, as for other
  /// containers or with a restricted /proc.
  ///
  /// Needs no permissions on the file itself, as /proc/locks contains its inode (proc(5)).
  package static func process(locking path: FilePath) -> Int? {
    var status = stat()
    // Sound: the path ends in NUL; the record is only written, during the call.
    guard unsafe path.withPlatformString({ unsafe lstat($0, &status) }) == 0 else { return nil }
    return process(locking: UInt64(status.st_ino), in: locks())
  }

  /// The process in the line of /proc/locks for `inode`:
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
