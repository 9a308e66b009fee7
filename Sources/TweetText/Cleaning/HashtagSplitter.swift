internal import Glibc

/// Sets the words of hashtags apart that were written in small letters, `#queasco`, by the words of a vocabulary.
///
/// Chooses the most probable division of a hashtag into known words (Viterbi; words are independent, and of a word's
/// probability is known only its rank: a vocabulary is in order of falling frequency, so that by Zipf's law p ≈ 1 /
/// (8 · (rank + 10))). It must be more probable than an unknown word of this length. Careful: what is a word stays
/// whole, and short words, which fit anywhere, must be frequent ones.
struct HashtagSplitter: Sendable {
  private let vocabulary: Vocabulary
  private let table = ScalarTable.shared

  /// Hashtags of other lengths are not changed.
  private static let lengths = 5...48
  private static let longestWord = 20

  init(_ vocabulary: Vocabulary) {
    self.vocabulary = vocabulary
  }

  /// Whether a hashtag of `text` was divided; only then the new text, with a `#` before each word, is in
  /// `workspace.text`.
  func split(_ text: Span<UInt8>, using workspace: inout SplittingWorkspace) -> Bool {
    workspace.text.removeAll(keepingCapacity: true)
    var (offset, copied) = (0, 0)
    while offset < text.count {
      guard text[offset] == UInt8(ascii: "#"), text.byte(at: offset - 1) != UInt8(ascii: "&") else {
        offset += 1
        continue
      }
      let end = workspace.read(text, from: offset + 1, table)
      if divides(&workspace) {
        workspace.text.append(text, in: copied..<offset)
        workspace.appendWords(of: text, from: offset + 1)
        copied = end
      }
      offset = max(end, offset + 1)
    }
    guard copied > 0 else { return false }
    workspace.text.append(text, in: copied..<text.count)
    return true
  }

  /// Whether the hashtag that was read is several words; where these end is in `workspace.words` then.
  private func divides(_ workspace: inout SplittingWorkspace) -> Bool {
    let count = workspace.ends.count - 1
    guard workspace.isLetters, Self.lengths.contains(count),
      vocabulary.id(of: workspace.small.span, in: workspace.small.indices) == nil
    else { return false }
    workspace.best.removeAll(keepingCapacity: true)
    workspace.best.append(.init(cost: 0, start: 0))
    for end in 1...count {
      var best = SplittingWorkspace.Step(cost: .infinity, start: 0)
      for start in max(0, end - Self.longestWord)..<end where workspace.best[start].cost < .infinity {
        let range = workspace.ends[start]..<workspace.ends[end]
        guard let word = cost(of: workspace.small.span, in: range, length: end - start) else { continue }
        let cost = workspace.best[start].cost + word
        if cost < best.cost { best = SplittingWorkspace.Step(cost: cost, start: start) }
      }
      workspace.best.append(best)
    }
    guard workspace.best[count].cost < Self.costOfUnknown(length: count) else { return false }
    workspace.trace(to: count)
    return workspace.words.count > 1
  }

  /// −ln of a word's probability; nil for unknown words, and for short rare ones.
  private func cost(of text: Span<UInt8>, in range: Range<Int>, length: Int) -> Float? {
    guard let id = vocabulary.id(of: text, in: range) else { return nil }
    let rank = Int(id) - SpecialToken.allCases.count
    let limit =
      switch length {
      case 1: text[range.lowerBound] == UInt8(ascii: "y") ? 100 : 0
      case 2: 60
      case 3: 250
      case 4: 3000
      default: Int.max
      }
    guard rank >= 0, rank < limit else { return nil }
    return logf(Float(rank + 10)) + 2.08
  }

  private static func costOfUnknown(length: Int) -> Float { 4 + 2 * Float(length) }
}

/// Room that hashtags are divided in.
struct SplittingWorkspace: Sendable {
  struct Step {
    var cost: Float
    var start: Int
  }

  fileprivate(set) var text: [UInt8] = []
  /// The hashtag in small letters, where each letter ends in it after a leading 0, and where in the text.
  fileprivate var small: [UInt8] = []
  fileprivate var ends: [Int] = []
  fileprivate var places: [Int] = []
  fileprivate var isLetters = true
  /// The minimum cost of the first letters, and the start of the last word among them.
  fileprivate var best: [Step] = []
  /// How many letters precede each word's end, the last word first.
  fileprivate var words: [Int] = []

  /// Reads the word that begins at `start`; says where it ends.
  fileprivate mutating func read(_ text: Span<UInt8>, from start: Int, _ table: ScalarTable) -> Int {
    small.removeAll(keepingCapacity: true)
    ends.removeAll(keepingCapacity: true)
    places.removeAll(keepingCapacity: true)
    ends.append(0)
    places.append(start)
    isLetters = true
    var offset = start
    while offset < text.count {
      let scalar = text.scalar(at: offset)
      let scalarClass = table.class(of: scalar.value)
      guard scalarClass.contains(.word), !scalarClass.contains(.pictograph) else { break }
      offset += scalar.length
      if scalarClass.isDisjoint(with: [.lowercase, .uppercase]) { isLetters = false }
      let lower = table.lowercase(of: scalar.value)
      small.appendScalar(lower == ScalarTable.severalScalars ? scalar.value : lower)
      ends.append(small.count)
      places.append(offset)
    }
    return offset
  }

  fileprivate mutating func trace(to count: Int) {
    words.removeAll(keepingCapacity: true)
    var end = count
    while end > 0 {
      words.append(end)
      end = best[end].start
    }
  }

  fileprivate mutating func appendWords(of source: Span<UInt8>, from start: Int) {
    var begin = start
    for word in words.reversed() {
      text.append(UInt8(ascii: "#"))
      text.append(source, in: begin..<places[word])
      begin = places[word]
    }
  }
}
