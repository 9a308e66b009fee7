internal import JSON
package import SystemPackage

/// Reads one input: its bytes, plain or compressed, become the lines of chunks.
///
/// Byte order mark, format and header are dealt with on the way. Memory is bounded by the longest line allowed.
package struct RecordReader {
  /// How far a read came.
  package enum Outcome: Sendable {
    /// The chunk is full.
    case full
    /// A pipe has nothing at this moment; never for a regular file.
    case waiting
    /// Much has been read that made no line yet: ask again, after a look at whatever else is going on.
    case goingOn
    /// The input has ended, and its segment says so.
    case ended
  }

  /// The input's name for messages.
  package let name: String
  /// How far the records handed on reach.
  package var position: InputPosition { framer.position }

  private let input: Int
  private let origin: Origin?
  private let options: ReadingOptions
  private var stream: ByteStream
  private var framer: RecordFramer
  private var format: RecordFormat?
  private var delimiter: UInt8?
  private var isPastMark = false
  private var isAtEnd = false
  /// Where lines that were handed on before end.
  private var start: InputPosition?

  /// - Parameters:
  ///   - descriptor: what to read from, at its beginning; stays open.
  ///   - name: what the input is called in messages, and whose ending tells the format.
  ///   - input: the number of the input in `Chunk.Segment`.
  ///   - origin: what dead letters say of where they come from.
  ///   - start: the end of the last line that has been read another time; its beginning is looked at all the same,
  ///     for what the input is. Plain files are sought in, compressed ones read again up to there.
  package init(
    _ descriptor: FileDescriptor, name: String, input: Int, options: ReadingOptions,
    origin: Origin? = nil, from start: InputPosition? = nil
  ) {
    self.init(
      ByteStream(descriptor, name: name), name: name, input: input, options: options, origin: origin,
      from: start
    )
  }

  /// Reads an input that is in memory already.
  package init(contents: [UInt8], name: String, input: Int, options: ReadingOptions) {
    self.init(ByteStream(contents: contents, name: name), name: name, input: input, options: options)
  }

  private init(
    _ stream: ByteStream, name: String, input: Int, options: ReadingOptions, origin: Origin? = nil,
    from start: InputPosition? = nil
  ) {
    self.stream = stream
    self.start = start
    self.name = name
    self.input = input
    self.options = options
    self.origin = origin
    framer = RecordFramer(maximumLength: options.maximumLineLength)
  }

  /// Adds the next lines to `chunk`, until it is full or nothing more is waiting.
  ///
  /// Blocks only when a regular file's disk does.
  /// - Throws: `InputError`; the lines before the trouble are in the chunk by then.
  package mutating func read(into chunk: inout Chunk, upTo limit: ChunkLimit) throws(InputError) -> Outcome {
    framer.discardConsumed()
    for _ in 0..<Self.readsAtOnce {
      if try begin(), skipToStart() {
        openSegment(in: &chunk)
        try addRecords(to: &chunk, upTo: limit)
        chunk.segments[chunk.segments.count - 1].end = framer.position
        if isAtEnd, framer.isDrained {
          chunk.segments[chunk.segments.count - 1].isLast = true
          return .ended
        }
        if limit.isReached(by: chunk) { return .full }
      }
      guard stream.isReady else { return .waiting }
      framer.discardConsumed()
      isAtEnd = try !stream.read(appendingTo: &framer.buffer)
    }
    return .goingOn
  }

  /// So many reads of 64 KiB may pass before whoever asks gets to see whether it should stop.
  private static let readsAtOnce = 16
  /// So many blank bytes at its beginning make an input text.
  private static let sniffedLength = 64 << 10
}

// The beginning of an input.
extension RecordReader {
  /// Finds out what the input is; returns whether that is known.
  private mutating func begin() throws(InputError) -> Bool {
    if format != nil { return true }
    guard try passMark() else { return false }
    if options.isLockstep { return try beginLockstep() }
    if delimiter != nil { return try readHeader() }
    switch options.format ?? InputFormat(fileName: name) ?? sniffedFormat() {
    case .jsonl: format = .object
    case .text: format = .text
    case .csv: beginRows(delimiter: UInt8(ascii: ","))
    case .tsv: beginRows(delimiter: UInt8(ascii: "\t"))
    case nil: format = isAtEnd ? .text : nil
    }
    return delimiter != nil ? try readHeader() : format != nil
  }

  /// Checks the first bytes, and skips UTF-8's byte order mark; returns whether enough is there to tell.
  private mutating func passMark() throws(InputError) -> Bool {
    guard !isPastMark else { return true }
    let start = framer.buffer.prefix(ContentSniffer.length)
    guard start.count == ContentSniffer.length || start.contains(0x0A) || isAtEnd else { return false }
    if !options.isLockstep, let why = ContentSniffer.refusal(for: framer.buffer.span) {
      throw InputError(name, .refused(why))
    }
    if start.starts(with: [0xEF, 0xBB, 0xBF]) { framer.skip(3) }
    isPastMark = true
    return true
  }

  /// The format that the first byte that is not blank suggests, or nil when all is blank so far.
  private func sniffedFormat() -> InputFormat? {
    guard let first = framer.unread.first(where: { !$0.isJSONSpace }) else {
      return framer.unread.count >= Self.sniffedLength ? .text : nil
    }
    return InputFormat(firstByte: first)
  }

  /// Finds out what the lines are; they may be handed on before that is known, as long as they are blank.
  ///
  /// - Throws: `InputError` for a table, whose records are not lines.
  private mutating func beginLockstep() throws(InputError) -> Bool {
    switch options.format ?? InputFormat(fileName: name) {
    case .jsonl: format = .object
    case .text: format = .text
    case .csv, .tsv:
      throw InputError(
        name,
        .refused(
          "this is a table, whose records are not lines; make it JSON Lines to have each line answered"))
    case nil: format = lockstepFormat()
    }
    return true
  }

  /// What the first line that is not blank suggests, or nil as long as that cannot be told.
  ///
  /// An array of objects is JSON, so that none of its lines is taken for text.
  private func lockstepFormat() -> RecordFormat? {
    var rest = framer.unread.drop(while: \.isJSONSpace)
    guard let first = rest.first else { return nil }
    guard first == UInt8(ascii: "[") else { return first == UInt8(ascii: "{") ? .object : .text }
    rest = rest.dropFirst().drop { $0.isJSONSpace && $0 != 0x0A }
    guard let second = rest.first else { return isAtEnd ? .text : nil }
    return second == UInt8(ascii: "{") || second == 0x0A ? .object : .text
  }

  private mutating func beginRows(delimiter: UInt8) {
    self.delimiter = delimiter
    framer.beginRows(delimiter: delimiter)
  }

  /// Takes the header from the first record that is not blank; returns whether it is there yet.
  private mutating func readHeader() throws(InputError) -> Bool {
    guard let delimiter else { return false }
    while let record = framer.next() ?? (isAtEnd ? framer.last() : nil) {
      guard let header = try header(in: record, delimiter: delimiter) else { continue }
      format = .row(header)
      return true
    }
    if isAtEnd { format = .text }
    return isAtEnd
  }

  /// The header that `record` holds, or nil when it is blank.
  private func header(
    in record: RecordFramer.Record, delimiter: UInt8
  ) throws(InputError) -> DelimitedHeader? {
    guard !record.isTooLong else {
      throw InputError(name, .refused("line \(record.line): the header is \(tooLong.fact)", tooLong.remedy))
    }
    let bytes = framer.buffer.span.extracting(record.range)
    guard !isBlank(bytes) else { return nil }
    var text: [UInt8] = []
    append(bytes, to: &text)
    if let offset = text.span.firstInvalidUTF8 {
      throw InputError(
        name, .refused("line \(record.line): the header's byte \(offset) is not UTF-8", .nameTheEncoding))
    }
    do {
      return try DelimitedHeader(record: text.span, delimiter: delimiter, textKeys: options.textKeys)
    } catch {
      throw InputError(name, .refused("line \(record.line): \(error.fact)", error.remedy))
    }
  }
}

// Records to lines.
extension RecordReader {
  /// Skips what was read another time; returns whether that is done.
  private mutating func skipToStart() -> Bool {
    guard let start else { return true }
    if stream.seek(to: start.offset) {
      framer.restart(at: start)
      isAtEnd = false
    } else if !framer.pass(to: start), !isAtEnd {
      return false
    }
    self.start = nil
    return true
  }

  private func openSegment(in chunk: inout Chunk) {
    guard let format = format ?? (options.isLockstep ? .text : nil) else { return }
    guard chunk.segments.last?.input != input else {
      // Blank lines may have come before it was known what the lines are.
      chunk.segments[chunk.segments.count - 1].format = format
      return
    }
    let start = chunk.lines.count
    chunk.segments.append(
      Chunk.Segment(input: input, format: format, origin: origin, lines: start..<start))
  }

  private mutating func addRecords(to chunk: inout Chunk, upTo limit: ChunkLimit) throws(InputError) {
    while !limit.isReached(by: chunk), let record = framer.next() ?? (isAtEnd ? framer.last() : nil) {
      add(record, to: &chunk)
    }
  }

  private func add(_ record: RecordFramer.Record, to chunk: inout Chunk) {
    let segment = chunk.segments.count - 1
    let bytes = framer.buffer.span.extracting(record.range)
    guard record.isTooLong || !isBlank(bytes) else {
      addBlank(record, to: &chunk)
      return
    }
    let start = chunk.bytes.count
    append(bytes, to: &chunk.bytes)
    chunk.lines.append(
      TweetLine(
        number: record.line, offset: record.offset, length: record.length, range: start..<chunk.bytes.count,
        rejection: record.isTooLong ? tooLong : nil))
    chunk.segments[segment].lines = chunk.segments[segment].lines.lowerBound..<chunk.lines.count
  }

  private func addBlank(_ record: RecordFramer.Record, to chunk: inout Chunk) {
    let segment = chunk.segments.count - 1
    chunk.segments[segment].blank += 1
    guard options.keepsBlankLines, delimiter == nil else { return }
    let place = chunk.bytes.count
    chunk.lines.append(
      TweetLine(
        number: record.line, offset: record.offset, length: record.length, range: place..<place,
        rejection: nil, isBlank: true))
    chunk.segments[segment].lines = chunk.segments[segment].lines.lowerBound..<chunk.lines.count
  }

  private var tooLong: Rejection {
    Rejection(.lineTooLong, "longer than \(options.maximumLineLength) bytes", .allowMore)
  }

  private func append(_ bytes: Span<UInt8>, to buffer: inout [UInt8]) {
    switch options.encoding {
    case .utf8: buffer.append(bytes)
    case .latin1, .windows1252:
      SingleByteEncoding.transcode(bytes, from: options.encoding, appendingTo: &buffer)
    }
  }

  private func isBlank(_ bytes: Span<UInt8>) -> Bool {
    for index in bytes.indices where !bytes[index].isJSONSpace { return false }
    return true
  }
}
