internal import CLinux
internal import Glibc
internal import SystemPackage

/// The type of a file system, as far as it is needed here: statfs(2).
package struct FileSystem: Equatable, Sendable {
  /// The name of a remote file system, for example `nfs`; nil for a local one.
  package let remoteName: String?

  /// Whether other machines, or programs outside the kernel, may change files: inotify does not see that, and sizes
  /// and times are reported late.
  package var isRemote: Bool { remoteName != nil }

  /// The file system with the `f_type` `magic`.
  package init(magic: UInt32) { remoteName = Self.remote[magic] }

  /// The `f_type` of file systems that are not local (linux/magic.h, statfs(2)).
  ///
  /// overlay is not among them: it sees its own changes.
  private static let remote: [UInt32: String] = [
    0x6969: "nfs", 0x517B: "smb", 0xFF53_4D42: "cifs", 0xFE53_4D42: "smb2", 0x6573_5546: "fuse",
    0x0102_1997: "9p", 0x5346_414F: "afs", 0x6B41_4653: "afs", 0x7375_7245: "coda", 0x00C3_6400: "ceph",
    0x0116_1970: "gfs2", 0x7461_636F: "ocfs2", 0x0BD0_0BD0: "lustre", 0x4750_4653: "gpfs",
    0x1983_0326: "beegfs", 0x786F_4256: "vboxsf", 0xBACB_ACBC: "vmhgfs", 0x7C7C_6673: "prl_fs",
    0x564C: "ncp",
  ]
}

extension Directory {
  /// Its file system.
  package func fileSystem() throws(SystemCallError) -> FileSystem {
    var status = statfs()
    // Sound: the record is only written, during the call.
    guard unsafe fstatfs(descriptor.rawValue, &status) == 0 else {
      throw SystemCallError("fstatfs", on: path.string, Errno(rawValue: errno))
    }
    return FileSystem(magic: UInt32(truncatingIfNeeded: status.f_type))
  }
}

// Syncing the file system of a directory.
extension Directory {
  /// Syncs everything on its file system to disk: syncfs(2).
  ///
  /// One call for any number of files and folders. If `canSynchronizeFileSystem`, it waits for the disk, and fails if
  /// any write has failed since the directory was opened; a failure is permanent, as for fsync.
  package func synchronizeFileSystem() throws(SystemCallError) {
    guard syncfs(descriptor.rawValue) != 0 else { return }
    throw SystemCallError("syncfs", on: path.string, Errno(rawValue: errno))
  }

  /// Whether `synchronizeFileSystem` reports lost writes: on ext4, XFS and Btrfs, since Linux 5.8 (syncfs(2)).
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
