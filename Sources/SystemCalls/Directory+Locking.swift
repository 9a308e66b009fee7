internal import CLinux
internal import Glibc
internal import SystemPackage

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
