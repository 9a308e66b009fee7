internal import Glibc
package import SystemPackage

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
