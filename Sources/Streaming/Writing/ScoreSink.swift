/// Where labelled tweets go: standard output, a spool's output folders.
package protocol ScoreSink {
  /// Takes the next chunk, in the order in which the source gave them.
  ///
  /// - Throws: when the output cannot be written; the pipeline stops and throws the same error.
  mutating func accept(_ chunk: borrowing Chunk) throws
}
