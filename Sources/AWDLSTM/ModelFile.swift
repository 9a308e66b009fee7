internal import SystemCalls
internal import SystemPackage

/// One file of a model: its name for messages, and its bytes, wherever they are.
package struct ModelFile: Sendable {
  /// The path, or a name for messages if the bytes are not from a file.
  package let name: String

  private let storage: Storage

  private enum Storage: Sendable {
    case mapped(MappedFile)
    case owned([UInt8])
    case immortal(ImmortalBytes)
  }

  /// Maps a file; see `MappedFile` for the restrictions.
  package init(path: String) throws(ModelError) {
    name = path
    do {
      storage = .mapped(try MappedFile(path: path))
    } catch {
      throw ModelError(file: path, expected: "a readable file", found: "\(error)")
    }
  }

  /// Bytes in memory.
  package init(name: String, bytes: [UInt8]) {
    self.name = name
    storage = .owned(bytes)
  }

  /// Borrows bytes that live as long as the program, such as those compiled into it.
  ///
  /// Unsafe: the caller promises that they are never freed nor written.
  @unsafe package init(name: String, immortal bytes: UnsafeRawBufferPointer) {
    self.name = name
    storage = unsafe .immortal(ImmortalBytes(bytes: bytes))
  }

  /// Calls `body` with the bytes.
  package func withBytes<Result, Failure: Error>(
    _ body: (RawSpan) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    switch storage {
    case .mapped(let file): return try file.withBytes(body)
    case .owned(let bytes): return try unsafe body(bytes.span.bytes)
    case .immortal(let immortal): return try unsafe body(immortal.bytes.bytes)
    }
  }

  package var byteCount: Int {
    withBytes { $0.byteCount }
  }

  /// A copy of some of the bytes.
  package func bytes(in range: Range<Int>) -> [UInt8] {
    withBytes { bytes in
      unsafe bytes.extracting(range).withUnsafeBytes { unsafe [UInt8]($0) }
    }
  }
}

/// Bytes that are never freed or written, and thus safe to share between threads.
@safe private struct ImmortalBytes: @unchecked Sendable {
  @unsafe let bytes: UnsafeRawBufferPointer
}
