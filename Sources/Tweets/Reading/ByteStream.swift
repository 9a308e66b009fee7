internal import SystemCalls
internal import SystemPackage

/// An input's bytes in order, decompressed when they begin as gzip or xz does.
struct ByteStream {
  /// So much is asked of the system at once.
  static let readSize = 64 << 10

  /// nil for an input that is in memory.
  private let descriptor: FileDescriptor?
  private let name: String
  /// What is in memory and has not been handed on.
  private var contents: [UInt8] = []
  private var compressed: [UInt8] = []
  private var compression: Compression?
  private var inflater: (any Inflater)?
  private var isInsideMember = false
  /// How many bytes have been decompressed.
  private var inflated = 0
  private var isAtEnd = false
  private var isFirstRead = true

  init(_ descriptor: FileDescriptor, name: String) {
    self.descriptor = descriptor
    self.name = name
  }

  /// The stream of an input that is in memory.
  init(contents: [UInt8], name: String) {
    descriptor = nil
    self.contents = contents
    self.name = name
  }

  /// Whether a read would return at once: there are bytes, or the end.
  var isReady: Bool {
    guard let descriptor, compressed.isEmpty, !isAtEnd else { return true }
    return Readiness.wait(for: descriptor, milliseconds: 0).first
  }

  /// Goes on at byte `offset`, where the input is plain and can be sought in.
  ///
  /// - Returns: whether that is so; only known once something has been read.
  mutating func seek(to offset: Int) -> Bool {
    guard let descriptor, !isFirstRead, inflater == nil,
      (try? descriptor.seek(offset: Int64(offset), from: .start)) != nil
    else { return false }
    isAtEnd = false
    return true
  }

  /// Appends the next bytes, waiting for them if need be.
  ///
  /// - Returns: false at the end of the input.
  /// - Throws: `InputError`: it cannot be read, or it is compressed and damaged or cut off.
  mutating func read(appendingTo buffer: inout [UInt8]) throws(InputError) -> Bool {
    if isFirstRead {
      isFirstRead = false
      guard try receive(appendingTo: &buffer) else { return false }
      while Compression.isUndecided(by: buffer), try receive(appendingTo: &buffer) {}
      guard let compression = Compression(start: buffer) else { return true }
      self.compression = compression
      inflater = compression.makeInflater()
      compressed = buffer
      buffer.removeAll(keepingCapacity: true)
    }
    guard let inflater else { return try receive(appendingTo: &buffer) }
    return try inflate(with: inflater, appendingTo: &buffer)
  }

  private mutating func inflate(
    with inflater: any Inflater, appendingTo buffer: inout [UInt8]
  ) throws(InputError) -> Bool {
    let before = buffer.count
    while buffer.count == before {
      if compressed.isEmpty {
        var received: [UInt8] = []
        guard try receive(appendingTo: &received) else {
          guard !isInsideMember else { throw damaged("it ends in the middle; was it copied to its end?") }
          return false
        }
        compressed = received
      }
      // Tapes and some tools pad with zeros between and after members, as gzip(1) and xz(1) allow.
      if !isInsideMember { compressed.removeFirst(compressed.prefix { $0 == 0 }.count) }
      guard !compressed.isEmpty else { continue }
      isInsideMember = true
      let start = buffer.count
      let (used, progress) = inflater.inflate(compressed.span, appendingTo: &buffer, atMost: Self.readSize)
      inflated += buffer.count - start
      compressed.removeFirst(used)
      switch progress {
      case .more: break
      case .memberEnded: isInsideMember = false
      case .damaged(let why): throw damaged(why)
      }
    }
    return true
  }

  private mutating func receive(appendingTo buffer: inout [UInt8]) throws(InputError) -> Bool {
    guard !isAtEnd else { return false }
    guard let descriptor else {
      isAtEnd = contents.isEmpty
      buffer.append(contentsOf: contents)
      contents = []
      return !isAtEnd
    }
    do {
      isAtEnd = try descriptor.read(atMost: Self.readSize, appendingTo: &buffer, of: name) == 0
    } catch {
      throw InputError(name, .unreadable(error))
    }
    return !isAtEnd
  }

  private func damaged(_ why: String) -> InputError {
    InputError(
      name,
      .refused(
        "the \(compression?.rawValue ?? "compressed") data is damaged: \(why) (after \(inflated) decompressed bytes)"
      ))
  }
}
