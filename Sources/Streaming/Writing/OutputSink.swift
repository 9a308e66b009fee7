internal import SystemCalls
package import SystemPackage

/// Labelled lines to one descriptor: what a filter writes.
///
/// Every chunk is written at once, so that answers wait for nothing.
package struct OutputSink: ScoreSink, Sendable {
  /// What has become of all lines so far.
  package private(set) var tally: Tally

  private let descriptor: FileDescriptor
  private let name: String
  private let stopsAtRejection: Bool
  private let onProgress: (@Sendable (Tally, Chunk.Segment?) -> Void)?

  /// - Parameters:
  ///   - name: what `descriptor` is called in messages.
  ///   - stopsAtRejection: whether the first rejected line is an error.
  ///   - onProgress: is told after each chunk what has been done, and how far the inputs have been read.
  package init(
    _ descriptor: FileDescriptor, name: String, labels: Int, stopsAtRejection: Bool = false,
    onProgress: (@Sendable (Tally, Chunk.Segment?) -> Void)? = nil
  ) {
    self.descriptor = descriptor
    self.name = name
    self.stopsAtRejection = stopsAtRejection
    self.onProgress = onProgress
    tally = Tally(labels: labels)
  }

  /// - Throws: `SystemCallError` when the output takes no more, `RejectedLine` when one is an error.
  package mutating func accept(_ chunk: borrowing Chunk) throws {
    try descriptor.write(all: chunk.labels.span, to: name)
    for segment in chunk.segments { tally += segment.tally }
    if stopsAtRejection, let first = chunk.firstRejection {
      throw RejectedLine(line: first.line, rejection: first.rejection)
    }
    onProgress?(tally, chunk.segments.last)
  }
}

/// A line that could not be labelled, where that is an error.
package struct RejectedLine: Error, CustomStringConvertible {
  package let line: Int
  package let rejection: Rejection

  package var description: String { "line \(line): \(rejection.reason.rawValue): \(rejection.detail)" }
}
