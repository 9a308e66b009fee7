/// How much a stage learns from, and how much it is judged by.
package struct TextCounts: Equatable, Sendable {
  package struct Side: Equatable, Sendable {
    package var texts: Int
    package var tokens: Int

    package init(texts: Int, tokens: Int) {
      self.texts = texts
      self.tokens = tokens
    }
  }

  package var learnt: Side
  package var judged: Side
  /// Texts that were moved to the other side, lest near-duplicates or one author's texts be on both.
  package var moved: Int

  package init(learnt: Side, judged: Side, moved: Int) {
    (self.learnt, self.judged, self.moved) = (learnt, judged, moved)
  }
}
