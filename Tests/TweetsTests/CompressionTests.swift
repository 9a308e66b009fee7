import SystemPackage
import TestSupport
import Testing

@testable import Tweets

@Suite struct CompressionTests {
  /// `uno` and `dos` in two lines, compressed with `xz -9e --check=crc32`.
  static let twoLines: [UInt8] = [
    0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00, 0x00, 0x01, 0x69, 0x22, 0xDE, 0x36,
    0x02, 0x00, 0x21, 0x01, 0x1C, 0x00, 0x00, 0x00, 0x10, 0xCF, 0x58, 0xCC,
    0x01, 0x00, 0x07, 0x75, 0x6E, 0x6F, 0x0A, 0x64, 0x6F, 0x73, 0x0A, 0x00,
    0x69, 0xFD, 0x01, 0xFA, 0x00, 0x01, 0x1C, 0x08, 0x44, 0x60, 0x2A, 0xC8,
    0x90, 0x42, 0x99, 0x0D, 0x01, 0x00, 0x00, 0x00, 0x00, 0x01, 0x59, 0x5A,
  ]
  /// `tres` in a line, compressed with `xz --check=crc64`.
  static let oneLine: [UInt8] = [
    0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00, 0x00, 0x04, 0xE6, 0xD6, 0xB4, 0x46,
    0x02, 0x00, 0x21, 0x01, 0x16, 0x00, 0x00, 0x00, 0x74, 0x2F, 0xE5, 0xA3,
    0x01, 0x00, 0x04, 0x74, 0x72, 0x65, 0x73, 0x0A, 0x00, 0x00, 0x00, 0x00,
    0x6A, 0xCF, 0xC9, 0x68, 0xC9, 0xEC, 0x1F, 0x90, 0x00, 0x01, 0x1D, 0x05,
    0xB8, 0x2D, 0x80, 0xAF, 0x1F, 0xB6, 0xF3, 0x7D, 0x01, 0x00, 0x00, 0x00,
    0x00, 0x04, 0x59, 0x5A,
  ]

  /// The same lines, compressed with `gzip -n`.
  static let gzip: [UInt8] = [
    0x1F, 0x8B, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x03, 0x2B, 0xCD,
    0xCB, 0xE7, 0x4A, 0xC9, 0x2F, 0xE6, 0x02, 0x00, 0x69, 0xFD, 0x01, 0xFA,
    0x08, 0x00, 0x00, 0x00,
  ]
  /// The same with `bzip2`.
  static let bzip2: [UInt8] = [
    0x42, 0x5A, 0x68, 0x39, 0x31, 0x41, 0x59, 0x26, 0x53, 0x59, 0xBD, 0x75,
    0xE1, 0x25, 0x00, 0x00, 0x03, 0xC1, 0x80, 0x00, 0x10, 0x04, 0x01, 0x8A,
    0x00, 0x20, 0x00, 0x22, 0x18, 0x68, 0x30, 0x09, 0x58, 0x05, 0xC2, 0xEE,
    0x48, 0xA7, 0x0A, 0x12, 0x17, 0xAE, 0xBC, 0x24, 0xA0,
  ]
  /// The same with `zstd`.
  static let zstd: [UInt8] = [
    0x28, 0xB5, 0x2F, 0xFD, 0x04, 0x58, 0x41, 0x00, 0x00, 0x75, 0x6E, 0x6F,
    0x0A, 0x64, 0x6F, 0x73, 0x0A, 0x81, 0xF9, 0x34, 0x36,
  ]
  /// The same as `a.txt` in an archive of `zip -` to a pipe: its sizes follow it.
  static let zip: [UInt8] = [
    0x50, 0x4B, 0x03, 0x04, 0x14, 0x00, 0x08, 0x00, 0x08, 0x00, 0x00, 0x00,
    0x21, 0x50, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
    0x00, 0x00, 0x05, 0x00, 0x00, 0x00, 0x61, 0x2E, 0x74, 0x78, 0x74, 0x2B,
    0xCD, 0xCB, 0xE7, 0x4A, 0xC9, 0x2F, 0xE6, 0x02, 0x00, 0x50, 0x4B, 0x07,
    0x08, 0x69, 0xFD, 0x01, 0xFA, 0x0A, 0x00, 0x00, 0x00, 0x08, 0x00, 0x00,
    0x00, 0x50, 0x4B, 0x01, 0x02, 0x14, 0x03, 0x14, 0x00, 0x08, 0x00, 0x08,
    0x00, 0x00, 0x00, 0x21, 0x50, 0x69, 0xFD, 0x01, 0xFA, 0x0A, 0x00, 0x00,
    0x00, 0x08, 0x00, 0x00, 0x00, 0x05, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
    0x00, 0x00, 0x00, 0x00, 0x00, 0x80, 0x01, 0x00, 0x00, 0x00, 0x00, 0x61,
    0x2E, 0x74, 0x78, 0x74, 0x50, 0x4B, 0x05, 0x06, 0x00, 0x00, 0x00, 0x00,
    0x01, 0x00, 0x01, 0x00, 0x33, 0x00, 0x00, 0x00, 0x3D, 0x00, 0x00, 0x00,
    0x00, 0x00,
  ]
  /// Where the archive's member begins again, and where its directory does.
  static let directory = 61

  @Test("zstd, bzip2 and zip are read, cut off they are damaged, and a changed byte is found")
  func readsOthers() throws {
    for bytes in [Self.bzip2, Self.zstd, Self.zip] {
      #expect(try read(bytes) == "uno\ndos\n")
      for length in [12, bytes.count / 3, bytes.count - 1] {
        #expect(complaint(about: Array(bytes.prefix(length)))?.contains("is cut off") == true)
      }
      var damaged = bytes
      damaged[bytes == Self.zip ? 50 : bytes.count - 6] ^= 0x10
      #expect(complaint(about: damaged)?.contains("data is damaged: ") == true)
    }
    #expect(try read(Self.zstd + Self.zstd) == "uno\ndos\nuno\ndos\n")
    #expect(try read(Self.bzip2 + Self.bzip2) == "uno\ndos\nuno\ndos\n")
    #expect(try read(Self.zip + Self.zip) == "uno\ndos\nuno\ndos\n")
    for mark: UInt8 in [0x50, 0x5E] {
      let skipped: [UInt8] = [mark, 0x2A, 0x4D, 0x18, 3, 0, 0, 0, 1, 2, 3]
      #expect(try read(skipped + Self.zstd + skipped) == "uno\ndos\n")
    }
  }

  @Test("A zip archive of two files, an encrypted one and a spreadsheet are refused by name")
  func refusesArchives() {
    let member = Self.zip.prefix(Self.directory)
    #expect(complaint(about: member + Self.zip)?.contains("more than one file") == true)
    var encrypted = Self.zip
    encrypted[6] |= 1
    #expect(complaint(about: encrypted)?.contains("encrypted") == true)
    let sheet =
      Self.zip.prefix(26) + [19, 0, 0, 0] + Array("[Content_Types].xml".utf8) + Self.zip.dropFirst(35)
    #expect(complaint(about: Array(sheet))?.contains("spreadsheet") == true)
  }

  @Test("The comment of a zip archive is skipped, and its directory must be whole")
  func readsDirectory() throws {
    let comment: [UInt8] = [4, 0, 0x50, 0x4B, 0x03, 0x04]
    #expect(try read(Self.zip.dropLast(2) + comment) == "uno\ndos\n")
    for length in Self.directory..<Self.zip.count {
      #expect(complaint(about: Array(Self.zip.prefix(length)))?.contains("is cut off") == true)
    }
  }

  @Test("A zip archive of the 64-bit format is read, whether its sizes follow or not; cut off it is damaged")
  func readsLargeSizes() throws {
    for archive in [LargeZip.streamed, LargeZip.stored(size: 8)] {
      #expect(try read(archive) == "uno\ndos\n")
      #expect(try read(archive + archive) == "uno\ndos\nuno\ndos\n")
      #expect(complaint(about: archive + [1])?.contains("from byte \(archive.count) on") == true)
      for length in 30..<archive.count {
        #expect(complaint(about: Array(archive.prefix(length)))?.contains("is cut off") == true)
      }
    }
  }

  @Test(
    "Sizes of 64 bits that cannot be, or are not there, are damage",
    arguments: [
      (LargeZip.stored(size: -1), "does not say how long"),
      (LargeZip.stored(size: .min), "does not say how long"),
      (LargeZip.stored(size: .max), "is cut off"),
      (LargeZip.stored(size: 1 << 32), "is cut off"),
      (LargeZip.stored(size: 7), "checksum"), (LargeZip.stored(size: 9), "checksum"),
      (LargeZip.stored(size: 8, fieldLength: 15), "does not say how long"),
      (LargeZip.stored(size: 8, fieldLength: 17), "does not say how long"),
      (LargeZip.stored(size: 8, fieldLength: 0xFFFF), "does not say how long"),
      (LargeZip.stored(size: 8, endLength: 43), "impossible length"),
      (LargeZip.stored(size: 8, endLength: -1), "impossible length"),
      (LargeZip.stored(size: 8, endLength: .max), "impossible length"),
      (LargeZip.stored(size: 8, endLength: 45), "not zip"),
    ])
  func refusesLargeSizes(_ archive: [UInt8], _ reason: String) {
    #expect(complaint(about: archive)?.contains(reason) == true)
  }

  @Test("A stored member whose checksum follows is read if its header has its size")
  func readsStoredWithDescriptor() throws {
    var archive: [UInt8] = [0x50, 0x4B, 0x03, 0x04, 10, 0, 8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]
    archive += [8, 0, 0, 0, 8, 0, 0, 0, 1, 0, 0, 0, 0x61] + Array("uno\ndos\n".utf8)
    archive += [0x50, 0x4B, 0x07, 0x08, 0x69, 0xFD, 0x01, 0xFA, 8, 0, 0, 0, 8, 0, 0, 0]
    archive += Self.zip.dropFirst(Self.directory)
    #expect(try read(archive) == "uno\ndos\n")
    archive[18] = 0
    #expect(complaint(about: archive)?.contains("unusual way") == true)
  }

  @Test("A zip archive behind another one must hold a file of the same format")
  func refusesOtherFormat() throws {
    var other = Self.zip
    other.replaceSubrange(30..<35, with: Array("b.csv".utf8))
    #expect(complaint(about: Self.zip + other)?.contains("with a file of another format") == true)
    other.replaceSubrange(30..<35, with: Array("b.txt".utf8))
    #expect(try read(Self.zip + other) == "uno\ndos\nuno\ndos\n")
  }

  @Test("Where the name of the file in a zip archive says nothing, that of the archive tells the format")
  func asksArchive() {
    func refusal(of name: String, holding member: String) -> String? {
      var archive = Self.zip
      archive.replaceSubrange(30..<35, with: Array(member.utf8))
      var reader = RecordReader(contents: archive, name: name, input: 0, options: .init())
      var chunk = Chunk()
      do throws(InputError) {
        while try reader.read(into: &chunk, upTo: ChunkLimit(lines: 9)) != .ended {}
        return nil
      } catch {
        return error.description
      }
    }
    #expect(refusal(of: "a.csv.zip", holding: "datos")?.contains("no column named") == true)
    #expect(refusal(of: "a.csv.zip", holding: "d.txt") == nil)
    #expect(refusal(of: "a.zip", holding: "datos") == nil)
  }

  @Test("A signature in the directory of a zip archive is no end of the input")
  func passesSignature() throws {
    let end = Self.zip.count - 22
    let signed = Self.zip.prefix(end) + [0x50, 0x4B, 0x05, 0x05, 3, 0, 1, 2, 3] + Self.zip.dropFirst(end)
    #expect(try read(Array(signed)) == "uno\ndos\n")
    #expect(try read(Array(signed) + Self.zip) == "uno\ndos\nuno\ndos\n")
  }

  @Test(
    "An empty file that should be compressed was not copied",
    arguments: ["a.gz", "a.XZ", "a.csv.zst", "a.bz2"])
  func refusesEmpty(_ name: String) {
    let error = #expect(throws: InputError.self) {
      var (stream, text) = (ByteStream(contents: [], name: name), [UInt8]())
      _ = try stream.read(appendingTo: &text)
    }
    #expect(error?.keyword == "damaged")
  }

  @Test(
    "Cut off before it can be told by its bytes, compressed data is known by its name or what is before it")
  func cutMarks() throws {
    let kinds: [(bytes: [UInt8], ending: String, mark: Int)] = [
      (Self.twoLines, ".xz", 6), (Self.zstd, ".zst", 4), (Self.bzip2, ".bz2", 7), (Self.zip, ".zip", 4),
      ([0x1F, 0x8B], ".gz", 2),
    ]
    for (bytes, ending, mark) in kinds {
      for length in 1..<mark {
        let start = Array(bytes.prefix(length))
        #expect(throws: InputError.self) {
          var (stream, text) = (ByteStream(contents: start, name: "a.csv" + ending), [UInt8]())
          _ = try stream.read(appendingTo: &text)
        }
        var (stream, text) = (ByteStream(contents: start, name: "a.csv"), [UInt8]())
        while try stream.read(appendingTo: &text) {}
        #expect(text == start)
        guard ending != ".gz" else { continue }
        #expect(complaint(about: bytes + start)?.contains("is cut off") == true)
      }
    }
  }

  private func read(_ bytes: [UInt8]) throws -> String {
    let folder = try TemporaryDirectory()
    let descriptor = try FileDescriptor.open(FilePath(try folder.write(bytes, to: "a.xz")), .readOnly)
    defer { try? descriptor.close() }
    var stream = ByteStream(descriptor, name: "a.xz")
    var text: [UInt8] = []
    while try stream.read(appendingTo: &text) {}
    return String(decoding: text, as: UTF8.self)
  }

  /// What is said of a damaged input.
  private func complaint(about bytes: [UInt8]) -> String? {
    do {
      _ = try read(bytes)
      return nil
    } catch {
      return "\(error)"
    }
  }

  @Test("An xz file is decompressed")
  func decompresses() throws {
    #expect(try read(Self.twoLines) == "uno\ndos\n")
  }

  @Test("Several xz streams one after another are joined, with or without padding", arguments: [0, 4, 400])
  func joins(_ padding: Int) throws {
    let zeros = [UInt8](repeating: 0, count: padding)
    #expect(try read(Self.twoLines + zeros + Self.oneLine + zeros) == "uno\ndos\ntres\n")
  }

  @Test("An xz file cut off anywhere behind its mark is an error that says so", arguments: 6..<60)
  func tellsOfCut(_ length: Int) {
    #expect(complaint(about: Array(Self.twoLines.prefix(length)))?.contains("is cut off") == true)
  }

  @Test("Any damaged byte of an xz file is an error", arguments: 6..<60)
  func tellsOfDamage(_ offset: Int) {
    var damaged = Self.twoLines
    damaged[offset] ^= 0x10
    #expect(complaint(about: damaged)?.contains("a.xz: the xz data is damaged: ") == true)
  }

  @Test(
    "Zeros behind compressed data are padding; anything else is damage, be it another member with a changed bit",
    arguments: [gzip, bzip2, twoLines, zstd, zip])
  func refusesRest(of member: [UInt8]) throws {
    let padding = [UInt8](repeating: 0, count: 70_000)
    #expect(try read(member + padding) == "uno\ndos\n")
    #expect(try read(member + padding + member + [0]) == "uno\ndos\nuno\ndos\n")
    var changed = member
    changed[1] ^= 1
    let long = [UInt8](repeating: 0xFD, count: 100_000)
    for (rest, zeros) in [(changed, 0), ([0x0A], 0), (long, 0), (changed, padding.count), ([0x0A], 1)] {
      let offset = member.count + zeros
      // In a file and in memory, and whatever has been decompressed by then.
      let stored = member + padding.prefix(zeros) + rest
      let error = #expect(throws: InputError.self) {
        var (stream, text) = (ByteStream(contents: stored, name: "a.xz"), [UInt8]())
        defer { #expect(String(decoding: text, as: UTF8.self) == "uno\ndos\n") }
        while try stream.read(appendingTo: &text) {}
      }
      #expect(error?.isRefusal == true)
      for message in [error?.description, complaint(about: stored)] {
        #expect(message?.hasPrefix("a.xz: the ") == true)
        #expect(message?.contains("data is damaged: from byte \(offset) on") == true)
        #expect(message?.hasSuffix("head -c \(offset) (after 8 decompressed bytes)") == true)
      }
    }
  }

  /// Members without content, and some with UTF-16 that is cut within its mark, compressed with `gzip -n`.
  static let empty: [UInt8] = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3, 3] + [UInt8](repeating: 0, count: 9)
  static let halfMark: [UInt8] = [
    0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3, 0xFB, 0x0F, 0, 0, 0, 0, 0xFF, 1, 0, 0, 0,
  ]
  static let otherHalf: [UInt8] = [
    0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3, 0xFB, 0x97, 0xC8, 0xC0, 0xC5, 0, 0, 0xCD, 0x61, 0x53, 0x48,
    5, 0, 0, 0,
  ]

  @Test("Reads return, however much there is that holds no text", arguments: [false, true])
  func returnsFromNothing(_ isPadded: Bool) throws {
    let nothing =
      isPadded
      ? [UInt8](repeating: 0, count: 6 << 20) : Array(repeatElement(Self.empty, count: 10_000).joined())
    let contents = Self.halfMark + nothing + Self.otherHalf + nothing
    var (stream, text) = (ByteStream(contents: contents, name: "a.gz"), [UInt8]())
    for _ in 0..<2 {
      let isOpen = try stream.read(appendingTo: &text)
      #expect(isOpen && text.isEmpty)
    }
    #expect(stream.stored < contents.count / 2)
    while try stream.read(appendingTo: &text) {}
    #expect(String(decoding: text, as: UTF8.self) == "a\n")
    #expect(stream.stored == contents.count)
  }

  @Test("The beginning of a mark alone is plain text", arguments: [[0x1F], [0xFD], [0xFD, 0x37, 0x7A]])
  func readsPlainText(_ bytes: [UInt8]) throws {
    let folder = try TemporaryDirectory()
    let descriptor = try FileDescriptor.open(FilePath(try folder.write(bytes, to: "a")), .readOnly)
    defer { try? descriptor.close() }
    var stream = ByteStream(descriptor, name: "a")
    var text: [UInt8] = []
    while try stream.read(appendingTo: &text) {}
    #expect(text == bytes)
  }
}

/// The archive `zip` of the tests above in the 64-bit format (APPNOTE.TXT 6.3.10, sections 4.3.14 and 4.5.3).
private enum LargeZip {
  /// As it is written to a pipe: the sizes follow.
  static var streamed: [UInt8] {
    var archive = header(flags: 8, method: 8, checksum: 0, size: 0, plain: 0, fieldLength: 16)
    archive += CompressionTests.zip[35..<45]
    archive += CompressionTests.zip[45..<53]
    archive += number(10, 8)
    archive += number(8, 8)
    return archive + end(length: 44)
  }

  /// Not compressed, with a size that need not be right.
  static func stored(size: Int, fieldLength: Int = 16, endLength: Int = 44) -> [UInt8] {
    var archive = header(
      flags: 0, method: 0, checksum: 0xFA01_FD69, size: size, plain: 8, fieldLength: fieldLength)
    archive += Array("uno\ndos\n".utf8)
    return archive + end(length: endLength)
  }

  private static func header(
    flags: Int, method: Int, checksum: Int, size: Int, plain: Int, fieldLength: Int
  ) -> [UInt8] {
    var header: [UInt8] = [0x50, 0x4B, 0x03, 0x04, 45, 0]
    header += number(flags, 2)
    header += number(method, 2)
    header += [0, 0, 0, 0]
    header += number(checksum, 4)
    header += [UInt8](repeating: 0xFF, count: 8)
    header += number(5, 2)
    header += number(20, 2)
    header += Array("a.txt".utf8)
    header += number(1, 2)
    header += number(fieldLength, 2)
    header += number(plain, 8)
    return header + number(size, 8)
  }

  /// The directory with a record of the end that has a length of its own, and its place.
  private static func end(length: Int) -> [UInt8] {
    let last = CompressionTests.zip.count - 22
    var end = Array(CompressionTests.zip[CompressionTests.directory..<last])
    end += [0x50, 0x4B, 0x06, 0x06]
    end += number(length, 8)
    end += [UInt8](repeating: 0, count: 44)
    end += [0x50, 0x4B, 0x06, 0x07]
    end += [UInt8](repeating: 0, count: 16)
    return end + CompressionTests.zip[last...]
  }

  private static func number(_ value: Int, _ count: Int) -> [UInt8] {
    (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
  }
}
