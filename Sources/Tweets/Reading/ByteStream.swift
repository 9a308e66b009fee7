internal import SystemCalls
internal import SystemPackage

/// An input's bytes in order: decompressed when they begin as compressed data does, and turned into UTF-8 when they begin
/// with the byte order mark of UTF-16.
struct ByteStream {
  /// So much is asked of the system at once.
  static let readSize = 64 << 10
  /// The maximum number of reads and empty members that give no text before `read` returns, so that its caller
  /// can check whether to stop.
  private static let stepsAtOnce = 64

  /// nil for an input that is in memory.
  private let descriptor: FileDescriptor?
  private let name: String
  /// What is in memory, as far as it has not been handed on.
  private var contents: ArraySlice<UInt8> = []
  private var compressed: [UInt8] = []
  private var compression: Compression?
  private var inflater: (any Inflater)?
  private var isInsideMember = false
  /// How many bytes have been decompressed.
  private var inflated = 0
  /// How far the input has been read as it is stored.
  private(set) var stored = 0
  private var decoder: UTF16Decoder?
  private var isAtEnd = false
  /// Whether nothing has been read, and whether it is not known yet if this is UTF-16.
  private var (isFirstRead, isFirstText) = (true, true)
  /// The first bytes, until that is known.
  private var beginning: [UInt8] = []

  /// - Parameter isPlain: the bytes are handed on as they are, whatever they begin with.
  init(_ descriptor: FileDescriptor, name: String, isPlain: Bool = false) {
    self.descriptor = descriptor
    self.name = name
    if isPlain { (isFirstRead, isFirstText) = (false, false) }
  }

  /// The stream of an input that is in memory.
  init(contents: [UInt8], name: String) {
    descriptor = nil
    self.contents = contents[...]
    self.name = name
  }

  /// Whether a read would return at once: there are bytes, or the end.
  var isReady: Bool {
    guard let descriptor, compressed.isEmpty, !isAtEnd else { return true }
    return Readiness.wait(for: descriptor, milliseconds: 0).first
  }

  /// Whether the bytes are UTF-8 by now, whatever the input's encoding is said to be.
  var isTranscoded: Bool { decoder != nil }

  /// How far the content has been read: the same for a plain input, more for most compressed ones.
  var expanded: Int { inflater == nil ? stored : inflated }

  /// The name of the file in an archive, once that is known.
  var memberName: String? { (inflater as? ZipInflater)?.memberName }

  /// Goes on at byte `offset`, where the input is plain and can be sought in.
  ///
  /// - Returns: whether that is so; only known once something has been read.
  mutating func seek(to offset: Int) -> Bool {
    guard let descriptor, !isFirstText, inflater == nil, decoder == nil,
      (try? descriptor.seek(offset: Int64(offset), from: .start)) != nil
    else { return false }
    isAtEnd = false
    stored = offset
    return true
  }

  /// Appends the next bytes, waiting for them if need be; none where much was read that comes to nothing,
  /// such as empty members and padding.
  ///
  /// - Returns: false at the end of the input.
  /// - Throws: `InputError`: it cannot be read, or it is compressed and damaged or cut off.
  mutating func read(appendingTo buffer: inout [UInt8]) throws(InputError) -> Bool {
    guard isFirstText || decoder != nil else { return try readBytes(appendingTo: &buffer) }
    var bytes = beginning
    beginning = []
    let isOpen = try readBytes(appendingTo: &bytes)
    if isFirstText {
      if isOpen, bytes.isEmpty || UTF16Decoder.isUndecided(by: bytes) {
        beginning = bytes
        return true
      }
      isFirstText = false
      decoder = UTF16Decoder(start: bytes)
      guard decoder != nil else {
        buffer += bytes
        return isOpen || !bytes.isEmpty
      }
      bytes.removeFirst(2)
    }
    let before = buffer.count
    decoder?.decode(bytes, appendingTo: &buffer)
    if !isOpen { decoder?.finish(appendingTo: &buffer) }
    return isOpen || buffer.count > before
  }

  /// The same without a change of encoding.
  private mutating func readBytes(appendingTo buffer: inout [UInt8]) throws(InputError) -> Bool {
    if isFirstRead {
      isFirstRead = false
      guard try receive(appendingTo: &buffer) else {
        guard let promised = Compression(fileName: name) else { return false }
        throw InputError(
          name, .damaged("it is empty, so it is not \(promised.rawValue) data; was it copied completely?"))
      }
      while Compression.isUndecided(by: buffer), try receive(appendingTo: &buffer) {}
      guard let compression = Compression(start: buffer) ?? promise(keptBy: buffer) else { return true }
      if compression == .zip, ZipInflater.holdsSeveral(end: end(22)) {
        throw InputError(name, .refused(ZipInflater.several))
      }
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
    var steps = 0
    while buffer.count == before, steps < Self.stepsAtOnce {
      steps += 1
      switch try supply() {
      case .nothing: return false
      case .padding: continue
      case .member: isInsideMember = true
      }
      let start = buffer.count
      let (used, progress) = inflater.inflate(compressed.span, appendingTo: &buffer, atMost: Self.readSize)
      inflated += buffer.count - start
      compressed.removeFirst(used)
      switch progress {
      case .more: break
      case .memberEnded: isInsideMember = false
      case .damaged(let why): throw damaged(why)
      case .unusable(let why): throw InputError(name, .refused(why))
      }
    }
    return true
  }

  /// What there is to be decompressed.
  private enum Supply {
    case member
    /// Zeros, which are behind us.
    case padding
    /// The input has ended.
    case nothing
  }

  /// Sees to it that there is compressed data of a member, as far as one read can.
  private mutating func supply() throws(InputError) -> Supply {
    if compressed.isEmpty, try !receiveCompressed() {
      guard !isInsideMember else { throw damaged(Self.cutOff) }
      return .nothing
    }
    guard !isInsideMember, let compression else { return .member }
    // Tapes and some tools pad with zeros between and after members, as gzip(1) and xz(1) allow.
    compressed.removeFirst(compressed.prefix { $0 == 0 }.count)
    guard !compressed.isEmpty else { return .padding }
    while compression.mayBegin(compressed), try receiveCompressed() {}
    guard compression.begins(compressed) else {
      guard !compression.mayBegin(compressed) else { throw damaged(Self.cutOff) }
      // Another member whose first bytes are damaged looks like this too, so it is never left out.
      let offset = stored - compressed.count
      throw damaged(
        "other data follows from byte \(offset) on; copy it again, or keep the part before: head -c \(offset)"
      )
    }
    return .member
  }

  private static let cutOff = "it is cut off; was it copied completely?"

  /// The compression that the name promises, where `bytes` are all there is and begin as it does: it has been cut off
  /// before that can be told by them alone.
  private func promise(keptBy bytes: [UInt8]) -> Compression? {
    Compression(fileName: name).flatMap { $0.mayBegin(bytes) ? $0 : nil }
  }

  /// The last bytes of the input, if they can be had before their turn.
  private func end(_ count: Int) -> [UInt8] {
    guard let descriptor else { return Array(contents.suffix(count)) }
    guard let position = try? descriptor.seek(offset: 0, from: .current),
      (try? descriptor.seek(offset: Int64(-count), from: .end)) != nil
    else { return [] }
    var bytes: [UInt8] = []
    _ = try? descriptor.read(atMost: count, appendingTo: &bytes, of: name)
    _ = try? descriptor.seek(offset: position, from: .start)
    return bytes
  }

  private mutating func receiveCompressed() throws(InputError) -> Bool {
    var received: [UInt8] = []
    guard try receive(appendingTo: &received) else { return false }
    compressed += received
    return true
  }

  private mutating func receive(appendingTo buffer: inout [UInt8]) throws(InputError) -> Bool {
    guard !isAtEnd else { return false }
    guard let descriptor else {
      isAtEnd = contents.isEmpty
      let piece = contents.prefix(Self.readSize)
      buffer += piece
      contents = contents.dropFirst(piece.count)
      stored += piece.count
      return !isAtEnd
    }
    do {
      let count = try descriptor.read(atMost: Self.readSize, appendingTo: &buffer, of: name)
      isAtEnd = count == 0
      stored += count
    } catch {
      throw InputError(name, .unreadable(error))
    }
    return !isAtEnd
  }

  private func damaged(_ why: String) -> InputError {
    InputError(
      name,
      .damaged(
        "the \(compression?.rawValue ?? "compressed") data is damaged: \(why) (after \(inflated) decompressed bytes)"
      ))
  }
}
