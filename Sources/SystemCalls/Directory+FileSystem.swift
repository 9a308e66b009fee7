internal import CLinux
internal import Glibc
internal import SystemPackage

// The file system that a directory is on, as a whole.
extension Directory {
  /// Makes everything on its file system survive a power cut, whoever has written it: syncfs(2).
  ///
  /// One call for any number of files and folders. Where `canSynchronizeFileSystem`, it waits for the disk and fails
  /// when anything could not be written since the directory was opened; a failure is final, as fsync's is.
  package func synchronizeFileSystem() throws(SystemCallError) {
    guard syncfs(descriptor.rawValue) != 0 else { return }
    throw SystemCallError("syncfs", on: path.string, Errno(rawValue: errno))
  }

  /// Whether `synchronizeFileSystem` tells of lost writes: on ext4, XFS and Btrfs, from Linux 5.8 on (syncfs(2)).
  package var canSynchronizeFileSystem: Bool {
    var status = statfs()
    // Sound: the record is only written, during the call.
    guard unsafe fstatfs(descriptor.rawValue, &status) == 0 else { return false }
    let known = [LINUX_EXT4, LINUX_XFS, LINUX_BTRFS].map(\.rawValue)
    return known.contains(UInt32(truncatingIfNeeded: status.f_type)) && Self.kernelVersion >= (5, 8)
  }

  private static var kernelVersion: (Int, Int) {
    var system = utsname()
    // Sound: the record is only written; its text ends in NUL and is only read.
    guard unsafe uname(&system) == 0 else { return (0, 0) }
    let release = unsafe withUnsafeBytes(of: &system.release) { unsafe Array($0.prefix { $0 != 0 }) }
    let numbers = release.split { !(UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }.map {
      Int(String(decoding: $0, as: UTF8.self)) ?? 0
    }
    return (numbers.first ?? 0, numbers.dropFirst().first ?? 0)
  }
}
