internal import JSON

/// A piece of the stream: some lines on their way from a source to whoever makes something of them.
///
/// Chunks are recycled, so that a steady stream allocates nothing.
package struct Chunk: Sendable {
  /// The run of a chunk's lines that belongs to one input.
  ///
  /// An input that is longer than a chunk has a segment in each of several chunks, one after the other; several
  /// short inputs share a chunk. An input without lines has one empty segment.
  package struct Segment: Sendable {
    /// Which input it is: a number of the source's choice, the same for all segments of the input.
    package let input: Int
    /// How the input's lines are to be understood.
    package internal(set) var format: RecordFormat
    /// What its dead letters say of where they come from.
    package let origin: Origin?
    /// Its lines in the chunk's `lines`.
    package var lines: Range<Int>
    /// How many lines hold nothing but white space; `lines` has none of them, unless the options ask for them.
    package var blank = 0
    /// How far the input has been read when this segment's lines are done: (decompressed) bytes and lines.
    package var end = InputPosition()
    /// Whether the input ends here.
    package var isLast = false

    /// A segment of `input`.
    package init(input: Int, format: RecordFormat, origin: Origin? = nil, lines: Range<Int>) {
      (self.input, self.format, self.origin, self.lines) = (input, format, origin, lines)
    }

    /// A segment without lines that ends its input, where the reader has left none to be marked.
    ///
    /// - Parameter line: how many lines the chunk holds before it.
    package init(endOf input: Int, after line: Int = 0) {
      self.init(input: input, format: .text, lines: line..<line)
      isLast = true
    }
  }

  /// The lines' bytes, without line ends.
  package var bytes: [UInt8] = []
  /// The lines, in order; blank ones only where the options ask for them.
  package var lines: [TweetLine] = []
  /// Which input each line belongs to, in order; never overlapping.
  package var segments: [Segment] = []

  /// An empty chunk.
  package init() {}

  /// A chunk of texts, each of which is a line of its own, whatever it holds.
  package init(texts: some Sequence<String>) {
    for text in texts {
      let start = bytes.count
      bytes.append(contentsOf: text.utf8)
      let line = TweetLine(
        number: lines.count + 1, offset: start, length: bytes.count - start, range: start..<bytes.count,
        rejection: nil)
      lines.append(line)
    }
    segments = [Segment(input: 0, format: .text, lines: 0..<lines.count)]
    segments[0].isLast = true
  }

  /// Whether nothing has been put in yet.
  package var isEmpty: Bool { segments.isEmpty }

  /// Forgets everything but the memory.
  package mutating func removeAll() {
    bytes.removeAll(keepingCapacity: true)
    lines.removeAll(keepingCapacity: true)
    segments.removeAll(keepingCapacity: true)
  }
}

/// How far an input has been read.
package struct InputPosition: Equatable, Sendable {
  /// Bytes of the decompressed input.
  package var offset = 0
  /// Lines, blank ones too.
  package var line = 0
  /// What else it takes to go on there, in JSON.
  package var place = JSONPlace()

  /// The beginning of an input, or a place after a record.
  package init(offset: Int = 0, line: Int = 0, place: JSONPlace = JSONPlace()) {
    (self.offset, self.line, self.place) = (offset, line, place)
  }
}

/// Where between the records of a JSON input a reader stands, beside the offset: what it takes to go on there.
package struct JSONPlace: Equatable, Sendable {
  /// How many arrays are open.
  package var arrays = 0
  /// How many of the next record's tweets are done, where that is a page.
  package var element = 0
  /// Whether something else stood before it on the same line.
  package var isInsideLine = false

  /// The beginning of an input.
  package init() {}
}

/// Where an input came from, as its dead letters tell it.
package struct Origin: Sendable {
  /// `"src":"tweets.jsonl","job":"…",`: members of a JSON object, ready to be copied.
  package let members: [UInt8]

  /// - Parameters:
  ///   - source: the input's name.
  ///   - job: the job that it was claimed as.
  package init(source: String, job: String) {
    var members: [UInt8] = []
    members.append(ascii: "\"src\":")
    JSONString.encode(Array(source.utf8).span, appendingTo: &members)
    members.append(ascii: ",\"job\":")
    JSONString.encode(Array(job.utf8).span, appendingTo: &members)
    members.append(ascii: ",")
    self.members = members
  }
}
