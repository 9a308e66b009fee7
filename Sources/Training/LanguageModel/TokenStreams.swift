/// A long text cut into streams of equal length that are read in parallel, some tokens at a time, each with its
/// successor.
///
/// The rest at the end, less than a minibatch, is not read.
package struct TokenStreams: Sendable {
  /// The number of streams.
  package let rows: Int
  /// The number of tokens per stream in a minibatch (bptt).
  package let length: Int
  /// The number of minibatches.
  package let minibatches: Int

  private let ids: [Int32]
  /// The number of tokens of one stream.
  private let streamLength: Int

  package init(_ ids: [Int32], rows: Int, length: Int) {
    precondition(rows > 0 && length > 0)
    self.ids = ids
    self.rows = rows
    self.length = length
    streamLength = ids.count / rows
    minibatches = Self.minibatches(tokens: ids.count, rows: rows, length: length)
  }

  /// The number of minibatches in this many tokens.
  package static func minibatches(tokens: Int, rows: Int, length: Int) -> Int {
    max(0, (tokens / rows - 1) / length)
  }

  package subscript(minibatch: Int) -> LanguageModelMinibatch {
    precondition(minibatch >= 0 && minibatch < minibatches)
    func tokens(after shift: Int) -> [Int32] {
      (0..<length * rows).map { place in
        ids[place % rows * streamLength + minibatch * length + place / rows + shift]
      }
    }
    return LanguageModelMinibatch(
      rows: rows, length: length, ids: tokens(after: 0), targets: tokens(after: 1))
  }
}

/// One minibatch of a language model: a few steps of several streams of tokens, and the next word of each token.
package struct LanguageModelMinibatch: Equatable, Sendable {
  /// The number of streams.
  package let rows: Int
  /// The number of tokens of each.
  package let length: Int
  /// The tokens step by step: [length][rows].
  package let ids: [Int32]
  /// The next word of each token, [length][rows].
  package let targets: [Int32]

  package init(rows: Int, length: Int, ids: [Int32], targets: [Int32]) {
    precondition(rows > 0 && length > 0 && ids.count == rows * length && targets.count == ids.count)
    self.rows = rows
    self.length = length
    self.ids = ids
    self.targets = targets
  }

  /// The same minibatch, restricted to some of the streams.
  func part(_ part: Range<Int>) -> LanguageModelMinibatch {
    func cut(_ all: [Int32]) -> [Int32] {
      (0..<length).flatMap { all[$0 * rows + part.lowerBound..<$0 * rows + part.upperBound] }
    }
    return LanguageModelMinibatch(rows: part.count, length: length, ids: cut(ids), targets: cut(targets))
  }
}
