internal import Glibc
package import SystemPackage

/// A file's bytes, read by mapping it into memory: nothing is copied, and pages that are not looked at cost
/// nothing. Several processes share one copy.
///
/// The file must not be changed in place while it is mapped: bytes would change under the reader, and a file
/// that gets shorter ends the process with SIGBUS (mmap(2)). Replacing it by rename is safe.
@safe package final class MappedFile {
  package let byteCount: Int
  /// Where the mapping starts; nil for an empty file, which cannot be mapped.
  @unsafe private let start: UnsafeMutableRawPointer?

  /// Maps a regular file. A FIFO or device is refused, without waiting for its other end.
  ///
  /// - Throws: what open(2), fstat(2) or mmap(2) say; `isDirectory` for a directory, `invalidArgument` for
  ///   anything else that is no regular file.
  package init(path: String) throws(Errno) {
    // nonBlocking: opening a FIFO must not wait for a writer.
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

  /// Lends the bytes.
  package func withBytes<Result, Failure: Error>(
    _ body: (RawSpan) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    // Sound: the mapping has this many bytes and lives until deinit, which cannot come before this returns.
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
