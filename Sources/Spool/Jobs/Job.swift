package import SystemCalls

/// One file that was taken from the inbox.
///
/// Its identity is the claim, never the file's name or inode: both are used again by others.
package struct Job: Hashable, Sendable {
  /// When it was claimed, to the microsecond, unique: `20261004-101112-345678`. Sorts by time.
  package let id: String
  /// The file's name in the inbox, cut in the middle when it was so long that nothing could be added.
  package let name: FileName

  /// A new job for the file `name`.
  init(id: String, name: FileName) {
    self.id = id
    self.name = name.shortened(to: Self.longestName)
  }

  /// The job whose claimed file has the name `claimed` in `work/`, or nil for other names.
  init?(claimed: FileName) {
    let marker = Array(".in.".utf8)
    guard Self.beginsWithID(claimed), claimed.bytes.dropFirst(Self.idLength).starts(with: marker),
      let name = FileName(bytes: Array(claimed.bytes.dropFirst(Self.idLength + marker.count)))
    else { return nil }
    id = String(decoding: claimed.bytes.prefix(Self.idLength), as: UTF8.self)
    self.name = name
  }

  /// The claimed input in `work/`.
  var claimedName: FileName { name.prefixed(by: id + ".in.") }
  /// Its finished input in `done/`.
  var doneName: FileName { name.prefixed(by: id + ".") }
  /// A part of its output in `work/`.
  func partName(_ part: Part) -> FileName { FileName(id + "." + part.rawValue) }

  /// Whether `name` is that of some job's part.
  static func isPart(_ name: FileName) -> Bool {
    beginsWithID(name)
      && Part.allCases.contains { part in
        name.bytes.dropFirst(idLength + 1).elementsEqual(part.rawValue.utf8)
      }
  }

  /// What parts in `work/` hold.
  enum Part: String, CaseIterable {
    case labels, rejects, why
  }

  /// Whether `name` begins as all names in `work/` and `done/` do: with a job's identity and a dot.
  static func beginsWithID(_ name: FileName) -> Bool {
    name.bytes.count > idLength && name.bytes[idLength] == UInt8(ascii: ".")
      && name.bytes.prefix(idLength).enumerated().allSatisfy { index, byte in
        index == 8 || index == 15
          ? byte == UInt8(ascii: "-") : (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
      }
  }

  private static let idLength = 22
  /// So that a job's identity before it, or a number and `.rejects.jsonl` behind it, still makes a name.
  private static let longestName = FileName.maximumLength - 32
}
