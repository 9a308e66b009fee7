internal import Glibc

/// The process itself.
package enum ProcessIdentity {
  /// Its number: getpid(2).
  package static var current: Int { Int(getpid()) }

  /// Among which processes it has that number: the inode of its PID namespace, namespaces(7); nil without /proc.
  package static var namespace: Int? {
    var status = stat()
    // Sound: the path ends in NUL; the record is only written, during the call.
    guard unsafe fstatat(AT_FDCWD, "/proc/self/ns/pid", &status, 0) == 0 else { return nil }
    return Int(status.st_ino)
  }
}
