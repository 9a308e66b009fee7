package import SystemPackage

extension FileDescriptor {
  /// Reads at most `count` bytes and appends them to `buffer`; returns their number, 0 at the end of the file.
  ///
  /// Retries after EINTR.
  /// - Throws: `SystemCallError` that names `subject`.
  package func read(
    atMost count: Int, appendingTo buffer: inout [UInt8], of subject: @autoclosure () -> String
  ) throws(SystemCallError) -> Int {
    let before = buffer.count
    try buffer.append(addingCapacity: count) { (output) throws(SystemCallError) in
      try unsafe output.withUnsafeMutableBufferPointer { (free, filled) throws(SystemCallError) in
        filled = try systemCall("read", on: subject()) {
          // Sound: the kernel writes into the array's free memory only, and returns how much it has filled.
          try unsafe self.read(into: UnsafeMutableRawBufferPointer(free))
        }
      }
    }
    return buffer.count - before
  }

  /// The rest of the file.
  ///
  /// - Throws: `SystemCallError` that names `subject`.
  package func readToEnd(of subject: @autoclosure () -> String) throws(SystemCallError) -> [UInt8] {
    var bytes: [UInt8] = []
    while try read(atMost: 1 << 20, appendingTo: &bytes, of: subject()) > 0 {}
    return bytes
  }

  /// The content of the file at `path`.
  ///
  /// - Parameter limit: the maximum number of bytes, as the file may be a device without end: of a longer one
  ///   more than `limit` bytes come, which show that it is.
  package static func contents(
    of path: FilePath, atMost limit: Int = .max
  ) throws(SystemCallError) -> [UInt8] {
    let file = try systemCall("open", on: path.string) {
      try FileDescriptor.open(path, .readOnly, options: [.closeOnExec])
    }
    defer { try? file.close() }
    return try file.beginning(of: path, atMost: limit)
  }

  /// The same of a regular file; nil if something else is there, such as a FIFO, for which this does not wait.
  package static func contents(
    ofRegular path: FilePath, atMost limit: Int = .max
  ) throws(SystemCallError) -> [UInt8]? {
    let file: FileDescriptor
    do {
      file = try systemCall("open", on: path.string) {
        // nonBlocking, so that opening a FIFO does not wait for a writer.
        try FileDescriptor.open(path, .readOnly, options: [.closeOnExec, .nonBlocking])
      }
    } catch {
      // A socket.
      guard error.reason == .noSuchAddressOrDevice else { throw error }
      return nil
    }
    defer { try? file.close() }
    guard try file.status(path.string).type == .regular else { return nil }
    return try file.beginning(of: path, atMost: limit)
  }

  /// All of the file, or more than `limit` bytes.
  private func beginning(of path: FilePath, atMost limit: Int) throws(SystemCallError) -> [UInt8] {
    var bytes: [UInt8] = []
    while bytes.count <= limit, try read(atMost: 1 << 20, appendingTo: &bytes, of: path.string) > 0 {}
    return bytes
  }

  /// Writes all of `bytes`.
  ///
  /// Continues after short writes and retries after EINTR; bytes written before an error remain.
  /// - Throws: `SystemCallError` that names `subject`, for example with `.noSpace` or `.brokenPipe`.
  package func write(all bytes: Span<UInt8>, to subject: @autoclosure () -> String) throws(SystemCallError) {
    // Sound: any byte is a number of eight bits.
    try unsafe write(all: bytes.bytes, to: subject())
  }

  /// The same for the bytes of anything.
  package func write(all bytes: RawSpan, to subject: @autoclosure () -> String) throws(SystemCallError) {
    var written = 0
    while written < bytes.byteCount {
      let rest = bytes.extracting(written...)
      do throws(SystemCallError) {
        written += try systemCall("write", on: subject()) {
          try unsafe rest.withUnsafeBytes { bytes in
            // Sound: the buffer is only read, and outlives the call.
            try unsafe self.write(bytes)
          }
        }
      } catch {
        // Another user of the descriptor may have made it non-blocking.
        guard error.reason == .wouldBlock else { throw error }
        Readiness.wait(toWriteTo: self)
      }
    }
  }
}
