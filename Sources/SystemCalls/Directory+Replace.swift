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
    try replace(name, mode: mode) { (file, subject) throws(SystemCallError) in
      try file.write(all: content, to: subject)
    }
  }

  /// The same for content that is written piece by piece: `write` gets the new file and what messages call it.
  package func replace(
    _ name: FileName, mode: FilePermissions,
    write: (_ file: FileDescriptor, _ subject: String) throws(SystemCallError) -> Void
  ) throws(SystemCallError) {
    let temporary = name.prefixed(by: ".").appending(".tmp")
    do { try remove(temporary) } catch { guard error.reason == .noSuchFileOrDirectory else { throw error } }
    let descriptor = try create(temporary, mode: mode)
    defer { try? descriptor.close() }
    try write(descriptor, subject(temporary))
    try descriptor.synchronize(subject(temporary))
    // Sound: both names end in NUL and are only read during the call.
    let result = unsafe temporary.withCString { old in
      unsafe name.withCString { new in
        unsafe renameat(self.descriptor.rawValue, old, self.descriptor.rawValue, new)
      }
    }
    guard result == 0 else { throw SystemCallError("renameat", on: subject(name), Errno(rawValue: errno)) }
    try synchronize()
  }
}
