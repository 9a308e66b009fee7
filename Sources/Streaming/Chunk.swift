/// A piece of the stream: some lines on their way from a source through a worker to a sink.
///
/// The source fills in `bytes`, `lines` and `segments`; a worker adds `labels`, `rejects` and the tallies; the
/// sink reads it. Chunks are recycled, so that a steady stream allocates nothing.
package struct Chunk: Sendable {
  /// The run of a chunk's lines that belongs to one input.
  ///
  /// An input that is longer than a chunk has a segment in each of several chunks, one after the other; several
  /// short inputs share a chunk. An input without lines has one empty segment.
  package struct Segment: Sendable {
    /// Which input it is: a number of the source's choice, the same for all segments of the input.
    package let input: Int
    /// How the input's lines are to be understood.
    package let format: RecordFormat
    /// What its dead letters say of where they come from.
    package let origin: Origin?
    /// Its lines in the chunk's `lines`.
    package var lines: Range<Int>
    /// How far the input has been read when this segment's lines are done: (decompressed) bytes and lines.
    package var end = InputPosition()
    /// Whether the input ends here.
    package var isLast = false
    /// What became of its lines; the blank ones are counted by the source.
    package var tally: Tally
    /// How many lines were rejected before the first that was labelled; all of them when none was.
    package var leadingRejections = 0
    /// Its output in the chunk's `labels`.
    package var labels = 0..<0
    /// Its dead letters in the chunk's `rejects`.
    package var rejects = 0..<0
  }

  /// The lines' bytes, without line ends.
  package var bytes: [UInt8] = []
  /// The non-blank lines, in order.
  package var lines: [TweetLine] = []
  /// Which input each line belongs to, in order; never overlapping.
  package var segments: [Segment] = []
  /// What its lines are to be labelled with, where the source has a say in it; one engine for all its segments.
  package var engine: ScoringEngine?
  /// Labelled lines, each with its line end.
  package internal(set) var labels: [UInt8] = []
  /// Rejected lines as JSON objects, each with its line end; only filled when `Rendering.badLines` asks for it.
  package internal(set) var rejects: [UInt8] = []
  /// The first line of the chunk that was rejected: its number and why.
  package internal(set) var firstRejection: (line: Int, rejection: Rejection)?
  /// Whether the pipeline's token goes with it.
  var hasToken = false

  /// An empty chunk.
  package init() {}

  /// Whether nothing has been put in yet.
  package var isEmpty: Bool { segments.isEmpty }

  /// Forgets everything but the memory.
  package mutating func removeAll() {
    bytes.removeAll(keepingCapacity: true)
    lines.removeAll(keepingCapacity: true)
    segments.removeAll(keepingCapacity: true)
    labels.removeAll(keepingCapacity: true)
    rejects.removeAll(keepingCapacity: true)
    firstRejection = nil
    hasToken = false
    engine = nil
  }
}

/// How far an input has been read.
package struct InputPosition: Equatable, Sendable {
  /// Bytes of the decompressed input.
  package var offset = 0
  /// Lines, blank ones too.
  package var line = 0

  /// The beginning of an input.
  package init(offset: Int = 0, line: Int = 0) {
    self.offset = offset
    self.line = line
  }
}
