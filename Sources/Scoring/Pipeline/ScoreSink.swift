package import Statistics
internal import SystemCalls
package import SystemPackage
internal import Tweets

/// Where labelled tweets go: standard output, a spool's output folders.
///
/// All calls come from one thread.
package protocol ScoreSink {
  /// Takes the next chunk, in the order in which the source gave them.
  ///
  /// - Throws: when the output cannot be written; the pipeline stops and throws the same error.
  mutating func accept(_ chunk: borrowing ScoredChunk) throws

  /// Does what is due though nothing has come: called about ten times a second while nothing comes.
  mutating func pause() throws

  /// Does what is left to do: all has come, or nothing more of it will. Not called after an error.
  mutating func finish() throws
}

extension ScoreSink {
  package mutating func pause() throws {}
  package mutating func finish() throws {}
}

/// Labelled lines to one descriptor: what a filter writes.
///
/// Every chunk is written at once, so that answers wait for nothing.
package struct OutputSink: ScoreSink, Sendable {
  /// What has become of all lines so far.
  package private(set) var counts: Counts

  private let descriptor: FileDescriptor
  private let name: String
  private let faultless: [String]?
  private let onProgress: (@Sendable (Counts, ScoredChunk.Segment?) -> Void)?

  /// - Parameters:
  ///   - name: what `descriptor` is called in messages.
  ///   - faultless: the names of the inputs, by their numbers, where the first rejected line is an error; nil where
  ///     it is not.
  ///   - onProgress: is told after each chunk what has been done, and how far the inputs have been read.
  package init(
    _ descriptor: FileDescriptor, name: String, labels: [String], faultless: [String]? = nil,
    onProgress: (@Sendable (Counts, ScoredChunk.Segment?) -> Void)? = nil
  ) {
    self.descriptor = descriptor
    self.name = name
    self.faultless = faultless
    self.onProgress = onProgress
    counts = Counts(ofLines: labels)
  }

  /// - Throws: `SystemCallError` when the output takes no more, `RejectedLine` when one is an error.
  package mutating func accept(_ chunk: borrowing ScoredChunk) throws {
    try descriptor.write(all: chunk.labels.span, to: name)
    for segment in chunk.segments { counts += segment.counts }
    if let faultless, let first = chunk.firstRejection {
      let input = chunk.segments.first { $0.counts.rejectedTotal > 0 }?.input
      throw RejectedLine(in: input.map { faultless[$0] }, line: first.line, rejection: first.rejection)
    }
    onProgress?(counts, chunk.segments.last)
  }
}
