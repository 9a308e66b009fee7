/// Where labelled tweets go: standard output, a spool's output folders.
///
/// All calls come from one thread.
package protocol ScoreSink {
  /// Takes the next chunk, in the order in which the source gave them.
  ///
  /// - Throws: when the output cannot be written; the pipeline stops and throws the same error.
  mutating func accept(_ chunk: borrowing Chunk) throws

  /// Does what is due though nothing has come: called about ten times a second while nothing comes.
  mutating func pause() throws

  /// Does what is left to do: all has come, or nothing more of it will. Not called after an error.
  mutating func finish() throws
}

extension ScoreSink {
  package mutating func pause() throws {}
  package mutating func finish() throws {}
}
