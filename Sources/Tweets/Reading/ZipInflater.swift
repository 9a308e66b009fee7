internal import CZlib

/// Reads the one file of a zip archive piece by piece, by the header before it (APPNOTE.TXT 6.3.10, section 4.3).
///
/// Archives that follow one another are joined; the 64-bit format is read too. Those of several files and
/// encrypted ones are not read, nor are documents in zip's clothes, such as spreadsheets.
final class ZipInflater: Inflater {
  /// The member's name, once its header has been read.
  private(set) var memberName: String?

  /// What comes next; behind the content that is the archive's directory.
  private enum Part { case header, content, descriptor, directory }

  private let deflated = GzipInflater(isBare: true)
  private var part = Part.header
  /// What has been read of a header or descriptor.
  private var pending: [UInt8] = []
  private var isStored = false
  private var hasDescriptor = false
  /// Whether the sizes in the descriptor have 64 bits.
  private var isLarge = false
  /// Bytes of a stored member that are still to come.
  private var rest = 0
  /// How long the content is so far, as it is stored and as it is.
  private var (packed, plain) = (0, 0)
  /// What the content comes to, and should.
  private var (checksum, expected) = (UInt(0), UInt(0))

  func inflate(
    _ input: Span<UInt8>, appendingTo output: inout [UInt8], atMost limit: Int
  ) -> (used: Int, InflationProgress) {
    switch part {
    case .header:
      return collect(input) {
        self.headerLength
      } then: {
        self.takeHeader()
      }
    case .descriptor:
      return collect(input) {
        self.descriptorLength
      } then: {
        self.takeDescriptor()
      }
    case .directory:
      return collect(input) {
        self.recordLength
      } then: {
        self.takeRecord()
      }
    case .content:
      let start = output.count
      let (used, progress) =
        isStored
        ? copy(input, to: &output, atMost: limit)
        : deflated.inflate(input, appendingTo: &output, atMost: limit)
      checksum = unsafe output.span.extracting(start..<output.count).withUnsafeBufferPointer {
        // Sound: zlib reads the bytes that it is given, and keeps nothing.
        unsafe crc32(checksum, $0.baseAddress, UInt32($0.count))
      }
      packed += used
      plain += output.count - start
      guard progress == .memberEnded else { return (used, progress) }
      // Who writes to a pipe may not have known it when the header was written.
      if max(packed, plain) >= Self.elsewhere { isLarge = true }
      part = hasDescriptor ? .descriptor : .directory
      return (used, hasDescriptor ? .more : verify())
    }
  }

  /// Takes bytes up to the length that is needed, which may become known on the way, and calls `take` with all of them.
  private func collect(
    _ input: Span<UInt8>, _ length: () -> Int, then take: () -> InflationProgress
  ) -> (used: Int, InflationProgress) {
    var used = 0
    while pending.count < length(), used < input.count {
      pending.append(input[used])
      used += 1
    }
    guard pending.count >= length() else { return (used, .more) }
    defer { pending.removeAll() }
    return (used, take())
  }

  private func copy(
    _ input: Span<UInt8>, to output: inout [UInt8], atMost limit: Int
  ) -> (used: Int, InflationProgress) {
    let count = min(rest, limit, input.count)
    for index in 0..<count { output.append(input[index]) }
    rest -= count
    return (count, rest == 0 ? .memberEnded : .more)
  }

  // The header: signature, version, flags, method, time, date, CRC-32, compressed and plain size, two lengths.
  private var headerLength: Int { pending.count < 30 ? 30 : 30 + number(at: 26, 2) + number(at: 28, 2) }

  private func takeHeader() -> InflationProgress {
    let (flags, method) = (number(at: 6, 2), number(at: 8, 2))
    let sizes = largeSizes
    let size = storedSize(sizes)
    let name = String(decoding: pending[30..<(30 + number(at: 26, 2))], as: UTF8.self)
    (expected, hasDescriptor, isStored) = (UInt(number(at: 14, 4)), flags & 8 != 0, method == 0)
    (isLarge, rest, packed, plain) = (sizes != nil, size ?? 0, 0, 0)
    if Self.documents.contains(where: name.hasPrefix) {
      return .unusable("this is a spreadsheet or another document; export it as CSV first")
    }
    if flags & 1 != 0 { return .unusable(Self.encrypted) }
    guard method == 8 || (method == 0 && (!hasDescriptor || rest > 0)) else {
      return .unusable("this zip archive is compressed in an unusual way; unpack it first: unzip -p")
    }
    guard !isStored || size != nil else {
      return .damaged("its header does not say how long its content is")
    }
    if name.hasSuffix("/") { return .unusable(Self.several) }
    if let memberName, InputFormat(fileName: memberName) != InputFormat(fileName: name) {
      return .unusable("another zip archive follows, with a file of another format; read each by itself")
    }
    memberName = name
    part = .content
    // Nothing to be copied means that it has ended.
    guard isStored, rest == 0 else { return .more }
    part = .directory
    return .more
  }

  /// A size of 32 bits that stands elsewhere, in 64 bits.
  private static let elsewhere = 0xFFFF_FFFF

  /// Where the header's extra field with sizes of 64 bits is, behind its own length (4.5.3); nil if there is
  /// none.
  private var largeSizes: Range<Int>? {
    var position = 30 + number(at: 26, 2)
    while position + 4 <= pending.count {
      let end = position + 4 + number(at: position + 2, 2)
      if number(at: position, 2) == 1 { return end <= pending.count ? position + 4..<end : nil }
      position = end
    }
    return nil
  }

  /// How long the content is as it is stored; nil if neither the header nor its `sizes` of 64 bits say so.
  private func storedSize(_ sizes: Range<Int>?) -> Int? {
    let size = number(at: 18, 4)
    guard size == Self.elsewhere else { return size }
    guard let sizes else { return nil }
    // The plain size comes first, if it does not stand in the header either.
    let place = sizes.lowerBound + (number(at: 22, 4) == Self.elsewhere ? 8 : 0)
    guard place + 8 <= sizes.upperBound else { return nil }
    let large = number(at: place, 8)
    return large >= 0 ? large : nil
  }

  // The descriptor: CRC-32 and two sizes, mostly with a signature before them.
  private var descriptorLength: Int {
    (pending.count < 4 || number(at: 0, 4) == 0x0807_4B50 ? 8 : 4) + (isLarge ? 16 : 8)
  }

  private func takeDescriptor() -> InflationProgress {
    expected = UInt(number(at: pending.count - (isLarge ? 20 : 12), 4))
    part = .directory
    return verify()
  }

  private func verify() -> InflationProgress {
    checksum == expected ? .more : .damaged("its content does not match its checksum")
  }

  // The directory: a record of the file, perhaps a signature of all, in the 64-bit format a record of the end
  // and the place of that, and the record of the end with a comment. Each begins with a number of its own.
  private static let fileRecord = 0x0201_4B50
  private static let signature = 0x0505_4B50
  private static let largeEndRecord = 0x0606_4B50
  private static let largeEndPlace = 0x0706_4B50
  private static let endRecord = 0x0605_4B50

  /// How long the record of the end may be in the 64-bit format, behind this length itself.
  private static let largeEndLengths = 44...0xFFFF

  private var recordLength: Int {
    guard pending.count >= 4 else { return 4 }
    switch number(at: 0, 4) {
    case Self.fileRecord:
      return pending.count < 46 ? 46 : 46 + number(at: 28, 2) + number(at: 30, 2) + number(at: 32, 2)
    case Self.signature: return pending.count < 6 ? 6 : 6 + number(at: 4, 2)
    case Self.largeEndRecord:
      guard pending.count >= 12 else { return 12 }
      let length = number(at: 4, 8)
      return Self.largeEndLengths.contains(length) ? 12 + length : 12
    case Self.largeEndPlace: return 20
    case Self.endRecord: return pending.count < 22 ? 22 : 22 + number(at: 20, 2)
    default: return 4
    }
  }

  /// Steps over a record of the directory. Another archive may follow its end, and then is another member.
  private func takeRecord() -> InflationProgress {
    switch number(at: 0, 4) {
    case Self.fileRecord, Self.signature, Self.largeEndPlace: return .more
    case Self.largeEndRecord:
      return pending.count > 12 ? .more : .damaged("the end of its directory has an impossible length")
    case Self.endRecord:
      (part, checksum) = (.header, 0)
      return .memberEnded
    // Before a directory that is encrypted.
    case 0x0806_4B50: return .unusable(Self.encrypted)
    case 0x0403_4B50: return .unusable(Self.several)
    default: return .damaged("something follows its content that is not zip")
    }
  }

  /// A little-endian number of the given size in bytes.
  private func number(at offset: Int, _ count: Int) -> Int {
    (0..<count).reduce(0) { $0 | Int(pending[offset + $1]) << (8 * $1) }
  }

  /// Whether an archive that ends with these bytes says so of itself: signature, four numbers of two bytes,
  /// the last two of which count files. One that has a comment, or counts them elsewhere, or cannot be looked
  /// ahead in, is found out on the way.
  static func holdsSeveral(end: [UInt8]) -> Bool {
    guard end.count == 22, end.starts(with: [0x50, 0x4B, 0x05, 0x06]) else { return false }
    return (2..<0xFFFF).contains(Int(end[10]) | Int(end[11]) << 8)
  }

  private static let encrypted = "this zip archive is encrypted; unpack it first: unzip"
  static let several = "this zip archive holds more than one file; unpack it first: unzip"
  /// What the first member of documents is called.
  private static let documents = [
    "[Content_Types].xml", "mimetype", "_rels/", "docProps/", "xl/", "word/", "ppt/", "META-INF/",
  ]
}
