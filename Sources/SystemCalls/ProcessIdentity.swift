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

/// The name of a thread in `ps -L`, `top -H`, debuggers and /proc/PID/task/TID/comm: pthread_setname_np(3).
package enum ThreadName {
  /// Names the current thread while `body` runs, then restores its name, as threads of a pool are reused.
  ///
  /// - Parameter name: at most 15 bytes; longer names are ignored.
  package static func set<Result>(to name: String, during body: () throws -> Result) rethrows -> Result {
    let before = current
    apply(name)
    defer { apply(before) }
    return try body()
  }

  /// The calling thread's name.
  static var current: String {
    var bytes = [CChar](repeating: 0, count: 16)
    // Sound: the call writes at most `count` bytes, including a final NUL.
    unsafe pthread_getname_np(pthread_self(), &bytes, bytes.count)
    return String(decoding: bytes.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  private static func apply(_ name: String) {
    // Sound: the text ends in NUL and is only read, during the call.
    unsafe pthread_setname_np(pthread_self(), name)
  }
}
