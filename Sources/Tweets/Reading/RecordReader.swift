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
  package var position: InputPosition { page?.position ?? framer.position }

  /// How far the input has been read, in bytes: as it is stored, and decompressed.
  package var extent: (stored: Int, expanded: Int) { (stream.stored, stream.expanded) }

  private let input: Int
  private let origin: Origin?
  /// Where lines that were handed on before end.
  private var start: InputPosition?
  private(set) var stream: ByteStream
  private(set) var isAtEnd = false
  /// The encoding is UTF-8 where a byte order mark says so, whatever was asked for.
  var options: ReadingOptions
  /// What was asked for there: the encoding of records that are not UTF-8 all the same.
  var fallback = ReadingOptions.Encoding.utf8
  var framer: RecordFramer
  var format: RecordFormat?
  var isPastMark = false
  /// The page whose tweets are being handed on.
  private var page: OpenPage?
  /// How many tweets of the next page have been handed on another time.
  private var tweetsDone = 0
  private let names: TweetNames
  /// Records of a table that are no tweets where they come again: its header.
  var repeated: [[UInt8]] = []

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
    // In lockstep, only its name makes an input anything but lines.
    let isPlain = options.isLockstep && Compression(fileName: name) == nil
    self.init(
      ByteStream(descriptor, name: name, isPlain: isPlain), name: name, input: input, options: options,
      origin: origin, from: start
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
    names = TweetNames(texts: options.textKeys, ids: options.idKeys, times: options.timeKeys)
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
        defer { chunk.segments[chunk.segments.count - 1].end = position }
        try addRecords(to: &chunk, upTo: limit)
        if isAtEnd, page == nil, framer.isDrained {
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

  /// The maximum number of reads of 64 KiB before the caller can check whether to stop.
  private static let readsAtOnce = 16
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
    tweetsDone = start.place.element
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
    while !limit.isReached(by: chunk) {
      if page != nil {
        addTweet(to: &chunk)
      } else if let record = framer.next() ?? (isAtEnd ? framer.last() : nil) {
        if !open(record, in: &chunk) { try add(record, to: &chunk) }
      } else {
        return
      }
    }
  }

  /// - Throws: `InputError` where a table goes on with its columns in another order, or as another table.
  private func add(_ record: RecordFramer.Record, to chunk: inout Chunk) throws(InputError) {
    switch role(of: record) {
    case .tweet: break
    case .nothing: return addBlank(record, to: &chunk)
    case .reorderedHeader:
      throw ending(before: record, "the header comes again with its columns in another order")
    case .otherHeader: throw ending(before: record, "another header comes here, with other columns")
    }
    let segment = chunk.segments.count - 1
    let isLongTweet = isLongTweet(record)
    let start = chunk.bytes.count
    if !isLongTweet {
      let bytes = framer.buffer.span.extracting(record.range)
      append(bytes, writtenAs: record.dialect, to: &chunk.bytes)
    }
    chunk.lines.append(
      TweetLine(
        number: record.line, offset: record.offset, length: record.length, range: start..<chunk.bytes.count,
        rejection: record.isTooLong ? tooLong(isPage: record.isPage) : isLongTweet ? tooLong() : record.flaw))
    chunk.segments[segment].lines = chunk.segments[segment].lines.lowerBound..<chunk.lines.count
  }

  /// The error of a table that ends where another one begins.
  private func ending(before record: RecordFramer.Record, _ why: String) -> InputError {
    InputError(
      name,
      .refused(
        "line \(record.line): \(why); divide the table before this line, and read each part by itself"))
  }

  /// Whether this is a tweet with an array that only pages have, and longer than a tweet may be.
  private func isLongTweet(_ record: RecordFramer.Record) -> Bool {
    guard record.isPage, record.range.count > options.maximumLineLength else { return false }
    return (try? ScannedObject(scanning: framer.buffer.span.extracting(record.range), names: names)) != nil
  }

  private func addBlank(_ record: RecordFramer.Record, to chunk: inout Chunk) {
    let segment = chunk.segments.count - 1
    chunk.segments[segment].blank += 1
    if case .row? = format { return }
    guard options.keepsBlankLines else { return }
    let place = chunk.bytes.count
    chunk.lines.append(
      TweetLine(
        number: record.line, offset: record.offset, length: record.length, range: place..<place,
        rejection: nil, isBlank: true))
    chunk.segments[segment].lines = chunk.segments[segment].lines.lowerBound..<chunk.lines.count
  }

  private func tooLong(isPage: Bool = false) -> Rejection {
    let limit = isPage ? JSONDivision.pageLength(options) : options.maximumLineLength
    return Rejection(.lineTooLong, (isPage ? "a page " : "") + "longer than \(limit) bytes", .allowMore)
  }

  /// Appends a record in UTF-8, and a table's as RFC 4180 writes it.
  private func append(_ bytes: Span<UInt8>, writtenAs dialect: TableDialect, to buffer: inout [UInt8]) {
    let isMarked = fallback != .utf8
    let encoding = isMarked && bytes.firstInvalidUTF8 != nil ? fallback : options.encoding
    guard dialect != .standard, case .row(let header)? = format else {
      return encoding.append(bytes, to: &buffer)
    }
    var plain: [UInt8] = []
    dialect.append(bytes, delimiter: header.delimiter, to: &plain)
    encoding.append(plain.span, to: &buffer)
  }

  /// What a record is, before its text is looked for.
  private enum Role { case tweet, nothing, reorderedHeader, otherHeader }

  /// Tells blank records, and a table's header where it comes again, or that of another table, as in files
  /// that were joined; it may have a byte order mark, and that of another table more fields than a record.
  private func role(of record: RecordFramer.Record) -> Role {
    guard !record.isTooLong else { return .tweet }
    let bytes = framer.buffer.span.extracting(record.range)
    if record.flaw == nil, bytes.isBlank { return .nothing }
    guard case .row(let header)? = format else { return .tweet }
    let hasMark = bytes.count > 3 && bytes.extracting(0..<3).elementsEqual([0xEF, 0xBB, 0xBF])
    let content = hasMark ? bytes.extracting(3..<bytes.count) : bytes
    guard record.flaw == nil else {
      return header.likeness(of: content) == .other ? .otherHeader : .tweet
    }
    for other in repeated where content.elementsEqual(other) { return .nothing }
    switch header.likeness(of: content) {
    case .different: return .tweet
    case .same: return .nothing
    case .reordered: return .reorderedHeader
    case .other: return .otherHeader
    }
  }
}

// Pages.
extension RecordReader {
  /// A page, and how many of its tweets have been handed on.
  private struct OpenPage {
    let page: TweetPage
    let record: RecordFramer.Record
    var done: Int

    var position: InputPosition {
      var position = record.start
      position.place.element = done
      return position
    }
  }

  /// Lets the tweets of a page be the next records; returns false where `record` is none.
  private mutating func open(_ record: RecordFramer.Record, in chunk: inout Chunk) -> Bool {
    let done = tweetsDone
    tweetsDone = 0
    guard record.isPage, !record.isTooLong,
      let page = TweetPage(framer.buffer.span.extracting(record.range), names: names)
    else { return false }
    if page.tweets.isEmpty {
      addBlank(record, to: &chunk)
    } else if done < page.tweets.count {
      self.page = OpenPage(page: page, record: record, done: done)
    }
    return true
  }

  private mutating func addTweet(to chunk: inout Chunk) {
    guard var open = page else { return }
    let current = open.page
    let tweet = current.tweets[open.done]
    let isTooLong = tweet.range.count > options.maximumLineLength
    let bytes = current.bytes.span
    let start = chunk.bytes.count
    if !isTooLong { append(bytes.extracting(tweet.range), writtenAs: .standard, to: &chunk.bytes) }
    var line = TweetLine(
      number: open.record.line + tweet.lines, offset: open.record.offset + tweet.range.lowerBound,
      length: tweet.range.count, range: start..<chunk.bytes.count,
      rejection: isTooLong ? tooLong() : nil)
    if let repeated = tweet.repeated, !isTooLong {
      append(bytes.extracting(repeated), writtenAs: .standard, to: &chunk.bytes)
      line.repeated = line.range.upperBound..<chunk.bytes.count
    }
    chunk.lines.append(line)
    let segment = chunk.segments.count - 1
    chunk.segments[segment].lines = chunk.segments[segment].lines.lowerBound..<chunk.lines.count
    open.done += 1
    page = open.done < current.tweets.count ? open : nil
  }
}
