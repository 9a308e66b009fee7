/// Some steps of some streams of tokens, and the word that follows each: one minibatch of a language model.
package struct LanguageModelMinibatch: Equatable, Sendable {
  /// How many streams run side by side.
  package let rows: Int
  /// Tokens of each.
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

  /// The part of some of the streams.
  func part(_ part: Range<Int>) -> LanguageModelMinibatch {
    func cut(_ all: [Int32]) -> [Int32] {
      (0..<length).flatMap { all[$0 * rows + part.lowerBound..<$0 * rows + part.upperBound] }
    }
    return LanguageModelMinibatch(rows: part.count, length: length, ids: cut(ids), targets: cut(targets))
  }
}
