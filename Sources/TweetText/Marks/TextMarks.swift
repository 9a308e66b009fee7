/// The marks of one text in their order: its emoticons and emoji, each in one spelling for all its variants.
///
/// `:-))` is `:)`, `XDDD` is `xD`, `👍🏽` is `👍`: see `MarkScanner`. Kept from text to text, it allocates nothing.
package struct TextMarks: Equatable, Sendable {
  /// No text has more marks: what comes after is left out.
  package static let limit = 256
  /// Bytes of the longest mark.
  package static let longest = 64

  private(set) var bytes: [UInt8] = []
  /// Where each mark ends in `bytes`.
  private(set) var ends: [Int] = []

  package init() {}

  /// How many marks there are, repeated ones counted each time.
  package var count: Int { ends.count }

  /// The marks as texts.
  package var texts: [String] { (0..<count).map { String(decoding: bytes[range(of: $0)], as: UTF8.self) } }

  /// Where a mark is in `bytes`.
  func range(of mark: Int) -> Range<Int> { (mark == 0 ? 0 : ends[mark - 1])..<ends[mark] }

  mutating func removeAll() {
    bytes.removeAll(keepingCapacity: true)
    ends.removeAll(keepingCapacity: true)
  }

  mutating func append(_ mark: StaticString) {
    guard count < Self.limit else { return }
    mark.withUTF8Buffer { unsafe bytes.append(contentsOf: $0) }
    ends.append(bytes.count)
  }

  mutating func append(scalar: UInt32) {
    guard count < Self.limit else { return }
    bytes.appendScalar(scalar)
    ends.append(bytes.count)
  }

  /// Appends the mark that `spell` writes.
  mutating func append(_ spell: (inout [UInt8]) -> Void) {
    guard count < Self.limit else { return }
    let start = bytes.count
    spell(&bytes)
    if bytes.count - start > Self.longest || bytes.count == start {
      bytes.removeLast(bytes.count - start)
    } else {
      ends.append(bytes.count)
    }
  }

  mutating func removeLast() {
    guard let last = ends.popLast() else { return }
    bytes.removeLast(last - (ends.last ?? 0))
  }
}

/// The marks that a model knows, and their numbers.
package struct MarkIndex: Sendable {
  private var index = ByteStringIndex()

  /// - Parameter marks: in the order of their numbers.
  package init(_ marks: [String]) {
    for mark in marks {
      let bytes = Array(mark.utf8)
      index.insert(bytes.span, in: bytes.indices)
    }
  }

  /// How many different marks there are.
  package var count: Int { index.count }

  /// A mark by its number.
  package func text(of number: UInt32) -> String { index.string(at: Int(number)) }

  /// Puts the known ones among a text's marks into `known`, in place of those of the text before.
  package func find(_ marks: TextMarks, into known: inout KnownMarks) {
    known.removeAll()
    for mark in 0..<marks.count {
      guard let number = index.position(of: marks.bytes.span, in: marks.range(of: mark)) else { continue }
      known.add(UInt32(truncatingIfNeeded: number))
    }
  }
}

/// The different marks of a text that a model knows, in the order in which they first come, and how often they do.
package struct KnownMarks: Equatable, Sendable {
  /// The maximum number of different marks, and the maximum count of each.
  package static let limit = 32
  package static let most: UInt32 = 3

  package private(set) var numbers: [UInt32] = []
  /// Of each, at most `most`.
  package private(set) var counts: [UInt32] = []

  package init() {}

  mutating func removeAll() {
    numbers.removeAll(keepingCapacity: true)
    counts.removeAll(keepingCapacity: true)
  }

  mutating func add(_ number: UInt32) {
    if let place = numbers.firstIndex(of: number) {
      counts[place] = min(counts[place] + 1, Self.most)
    } else if numbers.count < Self.limit {
      numbers.append(number)
      counts.append(1)
    }
  }
}
