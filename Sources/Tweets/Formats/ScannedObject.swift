internal import JSON

/// Where the members that matter are in a line that holds one JSON object.
struct ScannedObject {
  /// The text's string, without its quotes.
  var text: Range<Int>
  /// The `id` (else `id_str`) as it stands, quotes and all.
  var id: Range<Int>?
  /// Where the object's last `}` is.
  var closingBrace: Int
  /// Whether the text or the id was given twice under the same name; the last one counts.
  var hasDuplicateKey: Bool
  /// The members named `sentiment`, each with one comma: what our own member takes the place of. In order.
  var superseded: [Range<Int>]

  /// Checks `line` and finds its text.
  ///
  /// The text is the string under the first of `textKeys` that has one, in the object itself or, failing that, in
  /// the object under `data` (the shape of Twitter's second API).
  /// - Throws: `Rejection` when the line is not one JSON object with a text.
  init(scanning line: Span<UInt8>, textKeys: [[UInt8]]) throws(Rejection) {
    var walk = MemberWalk(textKeys: textKeys)
    try walk.walk(line)
    guard let text = walk.text else {
      let names = textKeys.map { String(decoding: $0, as: UTF8.self) }.joined(separator: ", ")
      throw walk.foundNonString
        ? Rejection(.textNotString, "the text must be a string")
        : Rejection(.noText, "no member named \(names)", .nameAnotherText)
    }
    self.text = text
    id = walk.id
    closingBrace = walk.closingBrace
    hasDuplicateKey = walk.hasDuplicateKey
    superseded = walk.superseded.ranges
  }
}

/// One pass over an object's members, keeping the best candidates for text and id.
private struct MemberWalk {
  let textKeys: [[UInt8]]
  var text: Range<Int>?
  var id: Range<Int>?
  var closingBrace = 0
  var hasDuplicateKey = false
  var foundNonString = false
  var superseded = SupersededMembers()
  /// How good the candidates are: lower is better, `data`'s members come after all of the object's own.
  private var textRank = Int.max
  private var idRank = Int.max
  private static let idKeys = ["id", "id_str"].map { Array($0.utf8) }
  private static let data = Array("data".utf8)
  private static let sentiment = Array("sentiment".utf8)
  /// One bit for each name of text or id that has been seen.
  private var seen: UInt64 = 0

  init(textKeys: [[UInt8]]) {
    self.textKeys = textKeys
  }

  mutating func walk(_ line: Span<UInt8>) throws(Rejection) {
    let isObject: Bool
    do throws(JSONError) {
      isObject = try walkText(line)
    } catch {
      throw Rejection(error)
    }
    guard isObject else {
      throw Rejection(.notObject, "a line must hold a JSON object such as {\"text\":\"…\"}")
    }
  }

  /// Returns whether the line's value is an object.
  private mutating func walkText(_ line: Span<UInt8>) throws(JSONError) -> Bool {
    var scanner = JSONScanner()
    scanner.skipSpace(in: line)
    let isObject = scanner.peek(in: line) == UInt8(ascii: "{")
    if isObject {
      try walkObject(line, with: &scanner, isData: false)
      closingBrace = scanner.position - 1
    } else {
      try scanner.skipValue(in: line)
    }
    try scanner.end(in: line)
    return isObject
  }

  private mutating func walkObject(
    _ line: Span<UInt8>, with scanner: inout JSONScanner, isData: Bool
  ) throws(JSONError) {
    try scanner.open(in: line)
    if !isData { superseded.open(at: scanner.position) }
    while true {
      let end = scanner.position
      guard try scanner.advance(in: line) else { break }
      if !isData { superseded.begin(after: end, at: scanner.position) }
      let key = try scanner.key(in: line)
      if !isData, JSONString.means(Self.data, key, of: line), scanner.peek(in: line) == UInt8(ascii: "{") {
        try walkObject(line, with: &scanner, isData: true)
        continue
      }
      let start = scanner.position
      let kind = try scanner.skipValue(in: line)
      let value = start..<scanner.position
      if !isData, supersedes(key, in: line) { superseded.drop(to: value.upperBound) }
      consider(key, value: value, of: kind, isData: isData, in: line)
    }
  }

  /// Whether our member takes the place of the one under `key`; never of one that may hold the text.
  private func supersedes(_ key: Range<Int>, in line: Span<UInt8>) -> Bool {
    JSONString.means(Self.sentiment, key, of: line) && !textKeys.contains(Self.sentiment)
  }

  /// Notes that the name with the number `bit` has been seen; returns whether it had been before.
  private mutating func isRepeated(_ bit: Int) -> Bool {
    let mask: UInt64 = 1 << UInt64(min(bit, 63))
    defer { seen |= mask }
    return bit < 63 && seen & mask != 0
  }

  private mutating func consider(
    _ key: Range<Int>, value: Range<Int>, of kind: JSONScanner.Kind, isData: Bool, in line: Span<UInt8>
  ) {
    if let index = textKeys.firstIndex(where: { JSONString.means($0, key, of: line) }) {
      let rank = isData ? textKeys.count + index : index
      hasDuplicateKey = isRepeated(rank + 2 * Self.idKeys.count) || hasDuplicateKey
      guard kind == .string else {
        foundNonString = true
        if rank == textRank { (text, textRank) = (nil, .max) }
        return
      }
      guard rank <= textRank else { return }
      textRank = rank
      text = (value.lowerBound + 1)..<(value.upperBound - 1)
    } else if let index = Self.idKeys.firstIndex(where: { JSONString.means($0, key, of: line) }) {
      let rank = isData ? Self.idKeys.count + index : index
      hasDuplicateKey = isRepeated(rank) || hasDuplicateKey
      guard kind == .string || kind == .other else { return }
      guard rank <= idRank else { return }
      idRank = rank
      id = value
    }
  }
}

/// Members of an object that are to be left out of it, found while its members pass by one after the other.
///
/// A member goes with the comma before it, or, where nothing that stays is before it, with the one behind it, so that
/// what stays is an object again.
struct SupersededMembers {
  /// What to leave out, in order.
  private(set) var ranges: [Range<Int>] = []
  /// Whether a member that stays has passed.
  private var hasKept = false
  /// Where the current member begins: behind the brace, or behind the value before it.
  private var start = 0
  /// Whether the last member is to be left out with the comma that follows it.
  private var takesNextComma = false
  private var isDropped = false
  private var isFirst = true

  /// The object's first member would be at `position`.
  mutating func open(at position: Int) { start = position }

  /// The next member comes; the value before it ended at `end`, and its comma was before `position`.
  mutating func begin(after end: Int, at position: Int) {
    if !isFirst, !isDropped { hasKept = true }
    if takesNextComma, let last = ranges.popLast() { ranges.append(last.lowerBound..<position) }
    // The comma before a member is gone already when the member before it has taken it along.
    start = takesNextComma ? position : end
    (isFirst, isDropped, takesNextComma) = (false, false, false)
  }

  /// The current member, whose value ends at `end`, is to be left out.
  mutating func drop(to end: Int) {
    ranges.append(start..<end)
    isDropped = true
    takesNextComma = !hasKept
  }
}
