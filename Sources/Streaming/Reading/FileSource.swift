internal import SystemCalls
package import SystemPackage

/// Tweets from some files one after another, or from standard input: what a filter reads.
package struct FileSource: TweetSource {
  /// One of the files.
  package struct File: Sendable {
    /// What it is called in messages.
    package let name: String
    package let descriptor: FileDescriptor

    /// A file that is open for reading; the source closes it.
    package init(name: String, descriptor: FileDescriptor) {
      self.name = name
      self.descriptor = descriptor
    }

    /// Standard input.
    package static let standardInput = File(name: "standard input", descriptor: .standardInput)
  }

  /// Whether reading ended because the stop descriptor said so.
  package private(set) var wasStopped = false

  private let files: [File]
  private let labels: Int
  private let options: ReadingOptions
  private let stop: FileDescriptor?
  private let onFailure: @Sendable (InputError) -> Void
  private var current = 0
  private var reader: RecordReader?

  /// - Parameters:
  ///   - files: what to read, in order; segments carry their index.
  ///   - labels: how many labels the model has.
  ///   - stop: readable when reading is to end early.
  ///   - onFailure: is told of a file that cannot be read to its end; the next one follows.
  package init(
    _ files: [File], labels: Int, options: ReadingOptions, stop: FileDescriptor? = nil,
    onFailure: @escaping @Sendable (InputError) -> Void
  ) {
    self.files = files
    self.labels = labels
    self.options = options
    self.stop = stop
    self.onFailure = onFailure
  }

  package mutating func fill(_ chunk: inout Chunk, upTo limit: ChunkLimit, patience: Duration) -> SourceState
  {
    while current < files.count, !limit.isReached(by: chunk) {
      if stop.map({ Readiness.wait(for: $0, milliseconds: 0).first }) == true {
        wasStopped = true
        current = files.count
        break
      }
      switch readOn(into: &chunk, upTo: limit) {
      case .full: return .open
      case .ended: closeCurrent()
      case .waiting:
        guard chunk.lines.isEmpty, awaitInput(for: patience) else { return .open }
      }
    }
    return current < files.count ? .open : .ended
  }

  private mutating func readOn(into chunk: inout Chunk, upTo limit: ChunkLimit) -> RecordReader.Outcome {
    let file = files[current]
    var reader =
      self.reader
      ?? RecordReader(file.descriptor, name: file.name, input: current, labels: labels, options: options)
    defer { self.reader = reader }
    do {
      return try reader.read(into: &chunk, upTo: limit)
    } catch {
      onFailure(error)
      return .ended
    }
  }

  private mutating func closeCurrent() {
    if files[current].descriptor != .standardInput { try? files[current].descriptor.close() }
    reader = nil
    current += 1
  }

  /// Waits until there is input or the sign to stop; returns false when `patience` has passed without.
  private func awaitInput(for patience: Duration) -> Bool {
    let milliseconds = Int32(patience / .milliseconds(1))
    let ready = Readiness.wait(for: files[current].descriptor, or: stop, milliseconds: milliseconds)
    return ready.first || ready.second
  }
}
