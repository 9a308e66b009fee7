internal import SystemCalls
package import SystemPackage

/// Tweets from some files one after another, or from standard input: what a filter reads.
package struct FileSource: TweetSource {
  /// One of the files.
  package enum File: Sendable {
    /// Standard input, which stays open.
    case standardInput
    /// A file to be opened when its turn comes, and closed after it.
    case path(FilePath)

    /// What it is called in messages.
    package var name: String {
      switch self {
      case .standardInput: "standard input"
      case .path(let path): path.string
      }
    }

    /// Opens it for reading.
    ///
    /// - Throws: `InputError` that names it.
    package func open() throws(InputError) -> FileDescriptor {
      switch self {
      case .standardInput: return .standardInput
      case .path(let path):
        do {
          return try systemCall("open", on: name) {
            try FileDescriptor.open(path, .readOnly, options: [.closeOnExec])
          }
        } catch {
          throw InputError(name, .unreadable(error))
        }
      }
    }

    /// Closes what `open` has opened.
    package func close(_ descriptor: FileDescriptor) {
      if descriptor != .standardInput { try? descriptor.close() }
    }
  }

  /// Whether reading ended because the stop descriptor said so.
  package private(set) var wasStopped = false

  private let files: [File]
  private let options: ReadingOptions
  private let stop: FileDescriptor?
  private let onFailure: @Sendable (InputError) -> Void
  private var current = 0
  private var descriptor: FileDescriptor?
  private var reader: RecordReader?

  /// - Parameters:
  ///   - files: what to read, in order; segments carry their index.
  ///   - stop: readable when reading is to end early.
  ///   - onFailure: is told of a file that cannot be read to its end; the next one follows.
  package init(
    _ files: [File], options: ReadingOptions, stop: FileDescriptor? = nil,
    onFailure: @escaping @Sendable (InputError) -> Void
  ) {
    self.files = files
    self.options = options
    self.stop = stop
    self.onFailure = onFailure
  }

  package mutating func fill(_ chunk: inout Chunk, upTo limit: ChunkLimit, patience: Duration) -> SourceState
  {
    let deadline = SuspendingClock.now.advanced(by: patience)
    while current < files.count, !limit.isReached(by: chunk) {
      if stop.map({ Readiness.wait(for: $0, milliseconds: 0).first }) == true {
        wasStopped = true
        current = files.count
        break
      }
      switch readOn(into: &chunk, upTo: limit) {
      case .full: return .open
      case .goingOn: if SuspendingClock.now >= deadline { return .open }
      case .ended: closeCurrent()
      case .waiting:
        guard chunk.lines.isEmpty, awaitInput(for: patience) else { return .open }
      }
    }
    return current < files.count ? .open : .ended
  }

  private mutating func readOn(into chunk: inout Chunk, upTo limit: ChunkLimit) -> RecordReader.Outcome {
    do throws(InputError) {
      var reader: RecordReader
      if let open = self.reader { reader = open } else { reader = try openCurrent() }
      defer { self.reader = reader }
      return try reader.read(into: &chunk, upTo: limit)
    } catch {
      onFailure(error)
      return .ended
    }
  }

  private mutating func openCurrent() throws(InputError) -> RecordReader {
    let file = files[current]
    let descriptor = try file.open()
    self.descriptor = descriptor
    return RecordReader(descriptor, name: file.name, input: current, options: options)
  }

  private mutating func closeCurrent() {
    if let descriptor { files[current].close(descriptor) }
    (descriptor, reader) = (nil, nil)
    current += 1
  }

  /// Waits until there is input or the sign to stop; returns false when `patience` has passed without.
  private func awaitInput(for patience: Duration) -> Bool {
    let milliseconds = Int32(patience / .milliseconds(1))
    guard let descriptor else { return true }
    let ready = Readiness.wait(for: descriptor, or: stop, milliseconds: milliseconds)
    return ready.first || ready.second
  }
}
