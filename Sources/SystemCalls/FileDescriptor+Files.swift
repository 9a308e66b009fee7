internal import CLinux
internal import Glibc
package import SystemPackage

extension FileDescriptor {
  /// Syncs the file to disk: fsync(2).
  ///
  /// A failure is permanent: the kernel drops the pages that it could not write, and a second fsync would succeed
  /// (https://wiki.postgresql.org/wiki/Fsync_Errors).
  package func synchronize(_ subject: @autoclosure () -> String) throws(SystemCallError) {
    guard fsync(rawValue) != 0 else { return }
    throw SystemCallError("fsync", on: subject(), Errno(rawValue: errno))
  }

  /// The same for a file's content and length, without its times: fdatasync(2).
  package func synchronizeData(_ subject: @autoclosure () -> String) throws(SystemCallError) {
    guard fdatasync(rawValue) != 0 else { return }
    throw SystemCallError("fdatasync", on: subject(), Errno(rawValue: errno))
  }

  /// Truncates the file, which must be open for writing, to `length` bytes: ftruncate(2).
  package func truncate(to length: Int, _ subject: @autoclosure () -> String) throws(SystemCallError) {
    guard ftruncate(rawValue, off_t(length)) != 0 else { return }
    throw SystemCallError("ftruncate", on: subject(), Errno(rawValue: errno))
  }

  /// The current status of the open file: fstat(2).
  package func status(_ subject: @autoclosure () -> String) throws(SystemCallError) -> FileStatus {
    var status = Glibc.stat()
    // Sound: the record is only written, during the call.
    guard unsafe Glibc.fstat(rawValue, &status) == 0 else {
      throw SystemCallError("fstat", on: subject(), Errno(rawValue: errno))
    }
    return FileStatus(status)
  }

  /// Sets the mode of the file, regardless of the umask: fchmod(2).
  package func setMode(_ mode: FilePermissions, _ subject: @autoclosure () -> String) throws(SystemCallError)
  {
    guard fchmod(rawValue, mode.rawValue) != 0 else { return }
    throw SystemCallError("fchmod", on: subject(), Errno(rawValue: errno))
  }

  /// Lets `user` read the file, which nobody but its owner may read otherwise: an access control list, acl(5).
  ///
  /// The list is an attribute of the file, in the kernel's form (linux/posix_acl_xattr.h): a version, then entries of
  /// a tag, permissions and an ID.
  /// - Throws: `SystemCallError`, with `.notSupported` on a file system without such lists.
  package func setReadable(by user: UInt32, _ subject: @autoclosure () -> String) throws(SystemCallError) {
    let (reading, writing, anyone) = (UInt16(4), UInt16(2), UInt32.max)
    // Owner, named user, group, mask, others.
    let entries: [(tag: UInt16, permissions: UInt16, id: UInt32)] = [
      (0x01, reading | writing, anyone), (0x02, reading, user), (0x04, 0, anyone), (0x10, reading, anyone),
      (0x20, 0, anyone),
    ]
    var list = [UInt8]()
    func append(_ number: some FixedWidthInteger) {
      for byte in 0..<number.bitWidth / 8 { list.append(UInt8(truncatingIfNeeded: number >> (8 * byte))) }
    }
    append(UInt32(2))
    for entry in entries {
      append(entry.tag)
      append(entry.permissions)
      append(entry.id)
    }
    // Sound: the kernel reads the list during the call alone.
    let result = unsafe list.withUnsafeBytes { bytes in
      unsafe fsetxattr(rawValue, "system.posix_acl_access", bytes.baseAddress, bytes.count, 0)
    }
    guard result != 0 else { return }
    throw SystemCallError("fsetxattr", on: subject(), Errno(rawValue: errno))
  }

  /// The current offset, in bytes; 0 if the file is not seekable.
  package var position: Int { max(0, Int(Glibc.lseek(rawValue, 0, SEEK_CUR))) }

  /// Whether any process has the file open for writing; nil if the kernel does not tell. This descriptor must be
  /// read-only.
  ///
  /// Takes a read lease and releases it immediately: fcntl(2), F_SETLEASE. The kernel grants it only if there is no
  /// writer (EAGAIN). It does not tell for files of other users without CAP_LEASE (EACCES), nor on most network file
  /// systems (EINVAL).
  package var isOpenForWriting: Bool? {
    // A process that opens the file for writing during these three calls waits for the last one, and this process
    // gets a signal: by default SIGIO, which is fatal. SIGURG is ignored by default.
    guard fcntl(rawValue, Int32(LINUX_F_SETSIG.rawValue), SIGURG) == 0 else { return nil }
    if fcntl(rawValue, Int32(LINUX_F_SETLEASE.rawValue), Int32(F_RDLCK)) == 0 {
      _ = fcntl(rawValue, Int32(LINUX_F_SETLEASE.rawValue), Int32(F_UNLCK))
      return false
    }
    return errno == EAGAIN ? true : nil
  }
}
