internal import Glibc
package import SystemPackage

extension Directory {
  /// Makes `content` the file `name`, so that readers see the old file or the new one and never a part.
  ///
  /// Writes beside it, fsyncs, renames over it and fsyncs the directory; what an earlier attempt left is
  /// overwritten.
  /// - Throws: `SystemCallError`; then `name` is as it was.
  package func replace(
    _ name: FileName, with content: Span<UInt8>, mode: FilePermissions
  ) throws(SystemCallError) {
    let file = try ReplacementFile(name, in: self, mode: mode)
    try file.append(content)
    try file.commit()
  }

  /// Gives the entry `name` the name `other`, whose file, if there is one, is gone after that: rename(2).
  func rename(_ name: FileName, over other: FileName) throws(SystemCallError) {
    // Sound: both names end in NUL and are only read during the call.
    let result = unsafe name.withCString { old in
      unsafe other.withCString { new in
        unsafe renameat(descriptor.rawValue, old, descriptor.rawValue, new)
      }
    }
    guard result == 0 else { throw SystemCallError("renameat", on: subject(other), Errno(rawValue: errno)) }
  }
}
