internal import JSON

// Broken values of several lines.
extension JSONDivision {
  /// Looks for the next line that is not indented further than the record's first one.
  struct LineRecovery {
    /// Where the line begins; its indentation so far, or nil when that is known.
    var lineStart = 0
    var indentation: Int?
    /// Whether the record's lines are not indented at all, so that an object in it looks like the next record. There,
    /// only a brace alone on a line is not followed by one.
    var isFlat = false
    var isBehindBrace = false
    var isSecondLine = true
    /// Whether the first line has nothing but a brace.
    var beginsWithBrace = false
  }

  mutating func beginRecovery(at lineEnd: Int, _ bytes: Span<UInt8>, _ start: Int) -> Progress {
    (mode, cursor, lines) = (.recovering, lineEnd, 0)
    recovery = LineRecovery()
    recovery.beginsWithBrace = !isTooLong
    guard !isTooLong else { return .again }
    for position in (start + lead)..<(start + lineEnd)
    where !bytes[position].isJSONSpace && bytes[position] != UInt8(ascii: "{") {
      recovery.beginsWithBrace = false
    }
    return .again
  }

  mutating func recover(_ bytes: Span<UInt8>, _ start: Int, _ isAtEnd: Bool) -> Progress {
    var position = start + cursor
    while position < bytes.count {
      let byte = bytes[position]
      guard let indentation = recovery.indentation, byte != lineEnd else {
        if byte == lineEnd {
          lines += 1
          (recovery.indentation, recovery.lineStart) = (0, position + 1 - start)
        }
        position += 1
        continue
      }
      if byte.isJSONSpace, indentation < column {
        recovery.indentation = indentation + 1
        position += 1
        continue
      }
      // What follows a brace on its line tells whether the record ends there.
      if byte == UInt8(ascii: "}"), !isAtEnd, afterBrace(at: position, of: bytes) == nil {
        return wait(at: position - start)
      }
      recovery.indentation = nil
      if let step = stop(at: position, bytes, start) { return step }
      recovery.isSecondLine = false
    }
    guard isAtEnd else {
      // The beginning of a line may not belong to the record any more.
      let kept = recovery.indentation == nil ? position : start + recovery.lineStart
      cursor = position - start
      isTooLong = isTooLong || kept - start - lead > limit + 2
      return isTooLong ? drop(to: kept, start) : .more
    }
    place.arrays = 0
    let range = (start + lead)..<Self.lineEnd(before: position, from: start + lead, of: bytes)
    return .step(finish(range, next: position, lines: lines + 1, isInsideLine: false))
  }

  /// Ends the record before the line whose content begins at `position`, if that begins like a record.
  private mutating func stop(at position: Int, _ bytes: Span<UInt8>, _ start: Int) -> Progress? {
    let byte = bytes[position]
    let first = start + lead
    let isBehindBrace = recovery.isBehindBrace
    recovery.isBehindBrace = false
    switch byte {
    case UInt8(ascii: "}"):
      // `}, {` is the end of one record and the beginning of the next.
      let next = afterBrace(at: position, of: bytes)
      recovery.isBehindBrace = next == nil || next == lineEnd
      guard next == UInt8(ascii: "{"), !recovery.isFlat else { return nil }
      return .step(finish(first..<(position + 1), next: position + 1, lines: lines, isInsideLine: true))
    case UInt8(ascii: "{"), UInt8(ascii: "["), 0x1E, 0xEF: break
    case UInt8(ascii: "]") where place.arrays > 0: break
    default:
      if recovery.isSecondLine, recovery.beginsWithBrace, !byte.isJSONSpace { recovery.isFlat = true }
      return nil
    }
    guard !recovery.isFlat || isBehindBrace else { return nil }
    let line = start + recovery.lineStart
    let end = max(first, Self.lineEnd(before: line - 1, from: first, of: bytes))
    return .step(finish(first..<end, next: line, lines: lines, isInsideLine: false))
  }

  /// What follows a closing brace on its line but for white space and commas: `{`, the line's end, if that comes at once,
  /// or something else (0); nil when that has not come yet.
  private func afterBrace(at brace: Int, of bytes: Span<UInt8>) -> UInt8? {
    var position = brace + 1
    while position < bytes.count {
      let byte = bytes[position]
      if byte == 0x0A || byte == 0x0D { return position == brace + 1 ? lineEnd : 0 }
      if byte == UInt8(ascii: "{") { return byte }
      guard byte.isJSONSpace || byte == UInt8(ascii: ","), position - brace < 64 else { return 0 }
      position += 1
    }
    return nil
  }
}
