internal import Glibc
package import SystemPackage

/// A file mapped into memory: nothing is copied, unused pages cost nothing, and processes share one copy.
///
/// The file must not be changed in place while it is mapped: its bytes would change for the reader, and truncation
/// would kill the process with SIGBUS (mmap(2)). Replacing it by rename is safe.
@safe package final class MappedFile {
  package let byteCount: Int
  /// The start of the mapping; nil for an empty file, which cannot be mapped.
  @unsafe private let start: UnsafeMutableRawPointer?

  /// Maps a regular file. FIFOs and devices are rejected, without waiting.
  ///
  /// - Throws: errors of open(2), fstat(2) and mmap(2); `isDirectory` for a directory, `invalidArgument` for any
  ///   other file that is not regular.
  package init(path: String) throws(Errno) {
    // nonBlocking, so that opening a FIFO does not wait for a writer.
    let file: FileDescriptor
    do {
      file = try FileDescriptor.open(FilePath(path), .readOnly, options: [.closeOnExec, .nonBlocking])
    } catch let error as Errno {
      throw error
    } catch {
      throw .ioError
    }
    // The mapping outlives the descriptor.
    defer { close(file.rawValue) }
    byteCount = try Self.size(of: file)
    guard byteCount > 0 else {
      unsafe start = nil
      return
    }
    let mapping = unsafe mmap(nil, byteCount, PROT_READ, MAP_PRIVATE, file.rawValue, 0)
    guard unsafe mapping != MAP_FAILED, let mapping = unsafe mapping else { throw Errno(rawValue: errno) }
    unsafe start = mapping
  }

  deinit {
    if let start = unsafe start { unsafe munmap(start, byteCount) }
  }

  /// Calls `body` with the bytes.
  package func withBytes<Result, Failure: Error>(
    _ body: (RawSpan) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    // Sound: the mapping has this many bytes and exists until deinit, which cannot happen before this returns.
    try unsafe body(UnsafeRawBufferPointer(start: start, count: byteCount).bytes)
  }

  /// The size of an open regular file, in bytes.
  private static func size(of file: FileDescriptor) throws(Errno) -> Int {
    var status = stat()
    guard unsafe fstat(file.rawValue, &status) == 0 else { throw Errno(rawValue: errno) }
    switch status.st_mode & S_IFMT {
    case S_IFREG: return Int(status.st_size)
    case S_IFDIR: throw .isDirectory
    default: throw .invalidArgument
    }
  }
}

// Sound: the bytes are only read.
extension MappedFile: @unchecked Sendable {}
