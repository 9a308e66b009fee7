internal import Sentiment
internal import Statistics
internal import TweetText

/// Counts the words of a worker's tweets, by hour and label.
struct WordCounter {
  private var scanner = WordScanner()

  /// Counts the words of a text of `batch`.
  ///
  /// - Parameters:
  ///   - milliseconds: when its tweet was written, since 1970.
  ///   - label: the label it was given.
  mutating func count(
    _ text: Int, of batch: borrowing ScoringBatch, at milliseconds: Int, label: Int,
    into words: inout WordBatch
  ) {
    let hour = (milliseconds / 3_600_000) * 3600
    let place = words.number(ofHour: hour, label: label)
    let (texts, range) = (batch.texts, batch.range(ofText: text))
    scanner.forEachWord(in: texts.span.extracting(range)) { words.add($0, at: place) }
  }
}
