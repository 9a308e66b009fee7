internal import Sentiment
internal import Statistics
internal import TweetText

/// Counts the words of a worker's tweets, by hour and label.
struct WordCounter {
  private var scanner = WordScanner()

  /// Counts the words of a text of `batch`; none if there is nothing to judge in it, or its tweet has no time.
  ///
  /// - Parameters:
  ///   - score: what was said of it.
  ///   - milliseconds: when its tweet was written, since 1970.
  mutating func count(
    _ text: Int, of batch: borrowing ScoringBatch, _ score: Score, at milliseconds: Int?,
    into words: inout WordBatch
  ) {
    guard let milliseconds, let label = score.label, !score.isUnjudged else { return }
    let place = words.number(ofHour: WindowStep.hour.start(of: milliseconds / 1000), label: label)
    let (texts, range) = (batch.texts, batch.range(ofText: text))
    scanner.forEachWord(in: texts.span.extracting(range)) { words.add($0, at: place) }
  }
}
