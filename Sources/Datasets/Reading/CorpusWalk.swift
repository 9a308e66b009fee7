internal import SystemCalls
internal import SystemPackage
internal import Tweets

/// One reading of a corpus from its first to its last line.
struct CorpusWalk {
  /// Small enough to stay in the cache, large enough that progress costs nothing.
  private static let chunkLimit = ChunkLimit(lines: 1024)

  private let corpus: TextCorpus
  private let locator: TweetLocator
  private let fields: RecordFields?
  private let sizes: [Int?]
  private var counts = CorpusCounts()
  private var chunk = Chunk()
  private var record = CorpusRecord()

  /// - Parameter fields: reads other fields of lines; nil if they are not needed.
  init(_ corpus: TextCorpus, fields: RecordFields?) {
    self.corpus = corpus
    self.fields = fields
    locator = TweetLocator(options: corpus.reading)
    sizes = corpus.files.map(Self.size(of:))
  }

  /// Calls `body` with each record; see `TextCorpus.forEachRecord`.
  mutating func run(
    onProgress: (CorpusProgress) -> Void, _ body: (CorpusRecord) throws -> Void
  ) throws -> CorpusCounts {
    for (index, file) in corpus.files.enumerated() {
      let descriptor = try file.open()
      defer { file.close(descriptor) }
      counts.files.append(CorpusCounts.File(name: file.name))
      record.file = index
      do { try read(descriptor, onProgress: onProgress, body) } catch is TextCorpus.Enough { return counts }
    }
    return counts
  }

  private mutating func read(
    _ descriptor: FileDescriptor, onProgress: (CorpusProgress) -> Void, _ body: (CorpusRecord) throws -> Void
  ) throws {
    let file = corpus.files[record.file]
    var reader = RecordReader(
      descriptor, name: file.name, input: record.file, options: corpus.reading)
    var outcome = RecordReader.Outcome.goingOn
    repeat {
      chunk.removeAll()
      outcome = try reader.read(into: &chunk, upTo: Self.chunkLimit)
      try handOn(body)
      onProgress(progress(at: descriptor))
      if outcome == .waiting { _ = Readiness.wait(for: descriptor, milliseconds: -1) }
    } while outcome != .ended
  }

  private mutating func handOn(_ body: (CorpusRecord) throws -> Void) throws {
    for segment in chunk.segments {
      counts.files[record.file].blank += segment.blank
      for index in segment.lines {
        guard try locate(chunk.lines[index], as: segment.format) else { continue }
        counts.files[record.file].texts += 1
        try body(record)
      }
    }
  }

  /// Fills in the record from a line; returns whether there is a text in it.
  private mutating func locate(_ line: TweetLine, as format: RecordFormat) throws(DatasetError) -> Bool {
    record.text.removeAll(keepingCapacity: true)
    record.line = line.number
    do {
      let tweet = try locator.locate(line, as: format, in: &chunk.bytes, appendingTextTo: &record.text)
      let bytes = chunk.bytes
      fields?.read(from: bytes.span.extracting(tweet.range), as: format, into: &record)
      record.time = tweet.time
    } catch  where error == .emptyText {
      counts.files[record.file].blank += 1
      return false
    } catch {
      try reject(line, error)
      return false
    }
    guard record.text.contains(where: { $0 > 0x20 }) else {
      counts.files[record.file].blank += 1
      return false
    }
    return true
  }

  private mutating func reject(_ line: TweetLine, _ rejection: Rejection) throws(DatasetError) {
    guard corpus.badLines == .leaveOut else {
      throw DatasetError.badLine(file: corpus.files[record.file].name, line: line.number, rejection)
    }
    if counts.files[record.file].rejected == 0 {
      counts.files[record.file].firstRejection = RejectedLine(line: line.number, rejection: rejection)
    }
    counts.files[record.file].rejected += 1
  }

  private func progress(at descriptor: FileDescriptor) -> CorpusProgress {
    let known = sizes.compactMap { $0 }
    let total = known.reduce(0, Int.clampedSum)
    guard known.count == sizes.count, total > 0 else {
      return CorpusProgress(texts: counts.texts, share: nil)
    }
    let done = Int.clampedSum(known.prefix(record.file).reduce(0, Int.clampedSum), descriptor.position)
    return CorpusProgress(texts: counts.texts, share: min(1, Double(done) / Double(total)))
  }

  /// The size of a regular file on disk, in bytes; nil for all else, and for what cannot be looked at.
  private static func size(of file: FileSource.File) -> Int? {
    let status: Stat?
    switch file {
    case .standardInput: status = try? Stat(FileDescriptor.standardInput)
    case .path(let path): status = try? Stat(path)
    }
    guard let status, status.type == .regular else { return nil }
    return Int(status.size)
  }
}
