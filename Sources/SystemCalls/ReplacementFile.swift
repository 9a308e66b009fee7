internal import Glibc
package import SystemPackage

/// A file that is written in pieces and replaces the old one atomically: readers see the old file or the new one,
/// never a part.
///
/// It is written as `.name.tmp` in the same folder, and removed with the last reference unless it is committed.
/// Leftovers of an earlier attempt are overwritten. For one thread.
package final class ReplacementFile {
  /// The size of the buffer.
  private static let bufferSize = 64 << 10

  private let directory: Directory
  private let name: FileName
  private let temporary: FileName
  private let descriptor: FileDescriptor
  private var buffer: [UInt8] = []
  private var isCommitted = false

  /// Starts writing the file `name` in `directory`.
  ///
  /// - Throws: `SystemCallError` with `.fileExists` if that is no file, but a device, say, or a link to one.
  package init(_ name: FileName, in directory: Directory, mode: FilePermissions) throws(SystemCallError) {
    try Self.checkReplacing(name, in: directory)
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

  private static func checkReplacing(_ name: FileName, in directory: Directory) throws(SystemCallError) {
    guard let present = try directory.status(of: name), present.type != .regular else { return }
    let target = try FileStatus(of: directory.path.appending(name.description))
    guard let target, target.type != .regular else { return }
    throw SystemCallError("renameat", on: "\(directory.subject(name)), not a regular file", .fileExists)
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

  /// Adds bytes at the end, without buffering.
  package func append(_ bytes: RawSpan) throws(SystemCallError) {
    try flush()
    try descriptor.write(all: bytes, to: directory.subject(temporary))
  }

  /// Replaces the file `name`: fsync of the file, rename, fsync of the directory.
  ///
  /// - Parameter isDurable: whether it is synced; if not, a power cut may leave any part of it.
  /// - Throws: `SystemCallError`; `name` is then unchanged, unless the last fsync failed.
  package func commit(isDurable: Bool = true) throws(SystemCallError) {
    try flush()
    if isDurable { try descriptor.synchronize(directory.subject(temporary)) }
    try directory.rename(temporary, over: name)
    isCommitted = true
    if isDurable { try directory.synchronize() }
  }

  private func flush() throws(SystemCallError) {
    // Moved out first, because a span of a property of a class must not outlive the statement.
    var full: [UInt8] = []
    swap(&full, &buffer)
    try descriptor.write(all: full.span, to: directory.subject(temporary))
    full.removeAll(keepingCapacity: true)
    swap(&full, &buffer)
  }
}

extension Directory {
  /// Replaces the file `name` by `content` atomically: readers see the old file or the new one, never a part.
  ///
  /// Writes a temporary file, fsyncs it, renames it and fsyncs the directory; leftovers of an earlier attempt are
  /// overwritten.
  /// - Throws: `SystemCallError`; `name` is then unchanged.
  package func replace(
    _ name: FileName, with content: Span<UInt8>, mode: FilePermissions
  ) throws(SystemCallError) {
    let file = try ReplacementFile(name, in: self, mode: mode)
    try file.append(content)
    try file.commit()
  }

  /// Renames the entry `name` to `other`, replacing any existing file: rename(2).
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
