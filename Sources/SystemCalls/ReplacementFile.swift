internal import Glibc
package import SystemPackage

/// A file that is written piece by piece and has its name only when it is whole: readers see the old file or
/// the new one, never a part.
///
/// It is written beside the old one, as `.name.tmp`; what is not committed is removed with the last
/// reference. What an earlier attempt left behind is overwritten. For one thread.
package final class ReplacementFile {
  /// So much is gathered before it is written.
  private static let bufferSize = 64 << 10

  private let directory: Directory
  private let name: FileName
  private let temporary: FileName
  private let descriptor: FileDescriptor
  private var buffer: [UInt8] = []
  private var isCommitted = false

  /// Begins the file `name` of `directory`.
  package init(_ name: FileName, in directory: Directory, mode: FilePermissions) throws(SystemCallError) {
    self.name = name
    self.directory = directory
    temporary = name.prefixed(by: ".").appending(".tmp")
    do {
      try directory.remove(temporary)
    } catch {
      guard error.reason == .noSuchFileOrDirectory else { throw error }
    }
    descriptor = try directory.create(temporary, mode: mode)
  }

  deinit {
    try? descriptor.close()
    if !isCommitted { try? directory.remove(temporary) }
  }

  /// Adds `bytes` at the end.
  package func append(_ bytes: Span<UInt8>) throws(SystemCallError) {
    guard bytes.count < Self.bufferSize else {
      try flush()
      return try descriptor.write(all: bytes, to: directory.subject(temporary))
    }
    for index in bytes.indices { buffer.append(bytes[index]) }
    if buffer.count >= Self.bufferSize { try flush() }
  }

  /// Adds bytes of any kind at the end, straight from where they are.
  package func append(_ bytes: RawSpan) throws(SystemCallError) {
    try flush()
    try descriptor.write(all: bytes, to: directory.subject(temporary))
  }

  /// Makes what was written the file `name`: fsync of the file, rename, fsync of the directory.
  ///
  /// - Throws: `SystemCallError`; then `name` is as it was, unless the last fsync failed.
  package func commit() throws(SystemCallError) {
    try flush()
    try descriptor.synchronize(directory.subject(temporary))
    try directory.rename(temporary, over: name)
    isCommitted = true
    try directory.synchronize()
  }

  private func flush() throws(SystemCallError) {
    // Taken out, because a span of what another reference could change must not outlive a statement.
    var full: [UInt8] = []
    swap(&full, &buffer)
    try descriptor.write(all: full.span, to: directory.subject(temporary))
    full.removeAll(keepingCapacity: true)
    swap(&full, &buffer)
  }
}

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
