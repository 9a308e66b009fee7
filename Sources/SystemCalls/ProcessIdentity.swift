internal import CLinux
internal import Glibc

/// The current process.
package enum ProcessIdentity {
  /// Its process ID: getpid(2).
  package static var current: Int { Int(getpid()) }

  /// The inode of its PID namespace, in which the ID is valid: namespaces(7); nil without /proc.
  package static var namespace: Int? {
    var status = stat()
    // Sound: the path ends in NUL; the record is only written, during the call.
    guard unsafe fstatat(AT_FDCWD, "/proc/self/ns/pid", &status, 0) == 0 else { return nil }
    return Int(status.st_ino)
  }
}
