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
  /// Needs no permissions on the file itself, as /proc/locks contains its device and inode (proc(5)).
  package static func process(locking path: FilePath) -> Int? {
    guard let status = try? FileStatus(of: path) else { return nil }
    return process(locking: status.inode, on: status.device, in: locks())
  }

  /// The process in the line of /proc/locks for a file: `4: FLOCK  ADVISORY  WRITE 1234 fe:00:5678 0 EOF`.
  ///
  /// Files on different devices may have the same inode: the roots of all ext4 file systems have. Some file
  /// systems, such as Btrfs, report another device to stat(2); there the inode decides if only one process
  /// has locked such a file.
  static func process(locking inode: UInt64, on device: UInt64, in locks: String) -> Int? {
    var holders: Set<Int> = []
    for line in locks.split(separator: "\n") {
      let fields = line.split(separator: " ")
      guard fields.count >= 6, fields[1] == "FLOCK", let holder = Int(fields[4]), holder > 0 else { continue }
      let file = fields[5].split(separator: ":")
      guard file.count == 3, UInt64(file[2]) == inode, let major = UInt64(file[0], radix: 16),
        let minor = UInt64(file[1], radix: 16)
      else { continue }
      if number(major: major, minor: minor) == device { return holder }
      holders.insert(holder)
    }
    return holders.count == 1 ? holders.first : nil
  }

  /// The number of a device, as stat(2) has it: makedev(3).
  private static func number(major: UInt64, minor: UInt64) -> UInt64 {
    let high: UInt64 = (major & ~0xFFF) << 32 | (minor & ~0xFF) << 12
    let low: UInt64 = (major & 0xFFF) << 8 | (minor & 0xFF)
    return high | low
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
