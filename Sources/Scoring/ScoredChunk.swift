package import Statistics
package import Tweets

/// What a chunk of tweets has come to: the lines to be written of it, and what they amount to.
///
/// Recycled as chunks are.
package struct ScoredChunk: Sendable {
  /// What has become of a segment of the chunk; they are in the same order.
  package struct Segment: Sendable {
    /// Which input it is: the number that its source has given it.
    package let input: Int
    /// How far the input has been read when this segment is done.
    package var end: InputPosition
    /// Whether the input ends here.
    package let isLast: Bool
    /// What became of its lines.
    package var counts: Counts
    /// What was said of its tweets, by when they were written; empty where that is not wanted.
    package var events = EventCounts()
    /// How many lines were rejected before the first that holds a tweet; all of them when none does.
    package var leadingRejections = 0
    /// Its output in the chunk's `labels`.
    package var labels: Range<Int>
    /// Its dead letters in the chunk's `rejects`.
    package var rejects: Range<Int>
  }

  /// Labelled lines, each with its line end.
  package internal(set) var labels: [UInt8] = []
  /// Rejected lines as JSON objects, each with its line end; only filled when `Rendering.badLines` asks for it.
  package internal(set) var rejects: [UInt8] = []
  /// Whose lines they are.
  package internal(set) var segments: [Segment] = []
  /// The first line of the chunk that was rejected, and why.
  package internal(set) var firstRejection: RejectedLine?

  /// An empty chunk.
  package init() {}

  /// A chunk that has been labelled already: what a sink gets.
  package init(labels: [UInt8], rejects: [UInt8] = [], segments: [Segment]) {
    (self.labels, self.rejects, self.segments) = (labels, rejects, segments)
  }

  /// Forgets everything but the memory.
  mutating func removeAll() {
    labels.removeAll(keepingCapacity: true)
    rejects.removeAll(keepingCapacity: true)
    segments.removeAll(keepingCapacity: true)
    firstRejection = nil
  }
}

extension ScoredChunk.Segment {
  /// What has become of `segment`: nothing yet, for a model with `labels`.
  ///
  /// - Parameters:
  ///   - start: how many bytes of labels and of rejects are in the chunk before it.
  package init(_ segment: Chunk.Segment, labels: [String], after start: (labels: Int, rejects: Int) = (0, 0))
  {
    (input, end, isLast) = (segment.input, segment.end, segment.isLast)
    counts = Counts(ofLines: labels)
    counts.blank = segment.blank
    self.labels = start.labels..<start.labels
    rejects = start.rejects..<start.rejects
  }
}
