/// Where tweets come from: some files, a pipe, a spool.
package protocol TweetSource {
  /// Adds lines to `chunk` until the chunk is full, or no more input is waiting, or all input has ended.
  ///
  /// Waits for input only while `chunk` is empty, and then for `patience` at most. It may return with nothing added, and
  /// does so soon after `patience` when it has found no line in all that it has read. Asked again after the end it returns `.ended` again.
  /// - Parameter limit: how many lines and bytes make the chunk full.
  /// - Throws: when the input cannot be read; what is in `chunk` by then is still labelled.
  mutating func fill(_ chunk: inout Chunk, upTo limit: ChunkLimit, patience: Duration) throws -> SourceState
}

/// Whether a source may have more.
package enum SourceState: Sendable {
  /// Ask again.
  case open
  /// There is nothing more to come, ever.
  case ended
  /// The same, and what is on its way may be dropped: it will be read again another time.
  case abandoned
}

/// When a chunk is full.
package struct ChunkLimit: Equatable, Sendable {
  /// Lines at most.
  package var lines: Int
  /// Bytes at most; a single longer line makes a chunk of its own.
  package var bytes: Int

  /// A limit of lines and bytes.
  package init(lines: Int, bytes: Int = 256 << 10) {
    self.lines = lines
    self.bytes = bytes
  }

  /// Whether `chunk` should go on its way.
  package func isReached(by chunk: borrowing Chunk) -> Bool {
    chunk.lines.count >= lines || chunk.bytes.count >= bytes
  }
}
