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
    #expect(complaint(about: Array(Self.twoLines.prefix(length)))?.contains("ends in the middle") == true)
  }

  @Test("Any damaged byte of an xz file is an error", arguments: 6..<60)
  func tellsOfDamage(_ offset: Int) {
    var damaged = Self.twoLines
    damaged[offset] ^= 0x10
    #expect(complaint(about: damaged)?.contains("a.xz: the xz data is damaged: ") == true)
  }

  @Test("Something else behind an xz file is an error")
  func tellsOfRest() {
    let rest = Array("hola a todos los demás".utf8)
    #expect(complaint(about: Self.twoLines + rest)?.contains("that is not xz") == true)
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
