/// What of a text was removed and added, in whole words and signs.
struct TextDifference {
  /// A part of the text before, or what was added.
  struct Part: Equatable {
    enum Kind { case kept, removed, added }

    let kind: Kind
    var text: String
  }

  private(set) var parts: [Part] = []

  /// Texts with more pieces are compared only from both ends: time grows with pieces × differences.
  private static let mostPieces = 4000

  init(_ before: String, _ after: String) {
    var (old, new) = (Self.pieces(of: before)[...], Self.pieces(of: after)[...])
    let start = zip(old, new).prefix { Self.areSame($0, $1) }.count
    let end = min(
      zip(old.reversed(), new.reversed()).prefix { Self.areSame($0, $1) }.count, old.count - start,
      new.count - start)
    for piece in old.prefix(start) { add(.kept, piece) }
    let tail = old.suffix(end)
    (old, new) = (old.dropFirst(start).dropLast(end), new.dropFirst(start).dropLast(end))
    if old.count + new.count > Self.mostPieces {
      for piece in old { add(.removed, piece) }
      for piece in new { add(.added, piece) }
    } else {
      compare(Array(old), Array(new))
    }
    for piece in tail { add(.kept, piece) }
    joinChanges()
  }

  /// Makes changes that only spaces separate one change, if something was added: `#BuenosDías` became `Buenos Días`.
  private mutating func joinChanges() {
    var joined: [Part] = []
    var run = (removed: "", added: "")
    func flush() {
      if !run.removed.isEmpty { joined.append(Part(kind: .removed, text: run.removed)) }
      if !run.added.isEmpty { joined.append(Part(kind: .added, text: run.added)) }
      run = ("", "")
    }
    for (index, part) in parts.enumerated() {
      switch part.kind {
      case .removed: run.removed += part.text
      case .added: run.added += part.text
      case .kept:
        let isBetween = index > 0 && index + 1 < parts.count && part.text.allSatisfy(\.isWhitespace)
        if isBetween, !run.added.isEmpty {
          (run.removed, run.added) = (run.removed + part.text, run.added + part.text)
        } else {
          flush()
          joined.append(part)
        }
      }
    }
    flush()
    parts = joined
  }

  private mutating func compare(_ old: [Substring], _ new: [Substring]) {
    let difference = new.difference(from: old, by: Self.areSame)
    let removed = Set(difference.removals.map { Self.offset(of: $0) })
    let added = Set(difference.insertions.map { Self.offset(of: $0) })
    var next = 0
    func addInserted(_ parts: inout Self) {
      while next < new.count, added.contains(next) {
        parts.add(.added, new[next])
        next += 1
      }
    }
    for (index, piece) in old.enumerated() {
      if removed.contains(index) {
        add(.removed, piece)
      } else {
        addInserted(&self)
        add(.kept, piece)
        next += 1
      }
    }
    addInserted(&self)
  }

  /// By bytes: to Swift, pieces that are the same but for their normal form are equal.
  private static func areSame(_ first: Substring, _ second: Substring) -> Bool {
    first.utf8.elementsEqual(second.utf8)
  }

  private static func offset(of change: CollectionDifference<Substring>.Change) -> Int {
    switch change {
    case .insert(let offset, _, _), .remove(let offset, _, _): offset
    }
  }

  private mutating func add(_ kind: Part.Kind, _ piece: Substring) {
    if parts.last?.kind == kind {
      parts[parts.count - 1].text += piece
    } else {
      parts.append(Part(kind: kind, text: String(piece)))
    }
  }

  /// Runs of letters and digits, runs of spaces, and single signs.
  private static func pieces(of text: String) -> [Substring] {
    var pieces: [Substring] = []
    var start = text.startIndex
    while start < text.endIndex {
      let kind = kind(of: text[start])
      var end = text.index(after: start)
      while kind != .sign, end < text.endIndex, Self.kind(of: text[end]) == kind {
        end = text.index(after: end)
      }
      pieces.append(text[start..<end])
      start = end
    }
    return pieces
  }

  private enum Kind { case word, space, sign }

  private static func kind(of character: Character) -> Kind {
    character.isLetter || character.isNumber ? .word : character.isWhitespace ? .space : .sign
  }
}

extension TextDifference {
  /// The text on one line: in colours, or with brackets as those of `git diff --word-diff`.
  func line(_ colour: TerminalColour) -> String {
    parts.map { part in
      switch part.kind {
      case .kept: part.text
      case .removed: colour == .none ? "[-\(part.text)-]" : colour.removed(part.text)
      case .added: colour == .none ? "{+\(part.text)+}" : colour.added(part.text)
      }
    }.joined()
  }
}
