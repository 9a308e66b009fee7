internal import CLinux
internal import Glibc
package import SystemPackage

extension FileDescriptor {
  /// Makes all that was written to the file survive a power cut: fsync(2).
  ///
  /// A failure is final: the kernel forgets the pages that it could not write, and a second fsync succeeds
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

  /// Cuts the file, which must be open for writing, to `length` bytes: ftruncate(2).
  package func truncate(to length: Int, _ subject: @autoclosure () -> String) throws(SystemCallError) {
    guard ftruncate(rawValue, off_t(length)) != 0 else { return }
    throw SystemCallError("ftruncate", on: subject(), Errno(rawValue: errno))
  }

  /// What the open file is now: fstat(2).
  package func status(_ subject: @autoclosure () -> String) throws(SystemCallError) -> FileStatus {
    var status = Glibc.stat()
    // Sound: the record is only written, during the call.
    guard unsafe Glibc.fstat(rawValue, &status) == 0 else {
      throw SystemCallError("fstat", on: subject(), Errno(rawValue: errno))
    }
    return FileStatus(status)
  }

  /// How far the open file has been read, in bytes; 0 for what cannot be sought in.
  package var position: Int { max(0, Int(Glibc.lseek(rawValue, 0, SEEK_CUR))) }

  /// Whether any process has the file, which must be open for reading only, open for writing; nil when the
  /// kernel does not say.
  ///
  /// Asks for a read lease and gives it back at once: fcntl(2), F_SETLEASE. The kernel grants it only while there
  /// is no writer (EAGAIN); it does not say for files of other users without CAP_LEASE (EACCES) nor on most
  /// network file systems (EINVAL).
  package var isOpenForWriting: Bool? {
    // Who opens the file within these three calls waits for the last one, and we get a signal: by default SIGIO,
    // which ends a process. SIGURG is one that is ignored.
    guard fcntl(rawValue, Int32(LINUX_F_SETSIG.rawValue), SIGURG) == 0 else { return nil }
    if fcntl(rawValue, Int32(LINUX_F_SETLEASE.rawValue), Int32(F_RDLCK)) == 0 {
      _ = fcntl(rawValue, Int32(LINUX_F_SETLEASE.rawValue), Int32(F_UNLCK))
      return false
    }
    return errno == EAGAIN ? true : nil
  }
}
