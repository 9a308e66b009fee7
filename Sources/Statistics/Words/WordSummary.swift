/// The frequent words of any number of words, in bounded memory: Space-Saving (Metwally, Agrawal & El Abbadi 2005) in its
/// mergeable form (Agarwal, Cormode, Huang, Phillips, Wei & Yi 2012).
///
/// A word that is in the summary was counted `seen` times while it was, and at most `missed` times before. One that is not
/// was counted at most `absent` times, which is no more than a part of 1 / (`capacity` + 1) of all words, in whatever
/// order words and summaries were added.
package struct WordSummary: Equatable, Sendable {
  /// How often a word was counted.
  package struct Count: Equatable, Sendable {
    /// At least so often.
    package var seen: Int
    /// At most so much more often.
    package var missed: Int

    /// At most so often: what Space-Saving calls the count.
    package var most: Int { seen + missed }
  }

  /// How many words are kept.
  package static let capacity = 200
  /// The maximum number in memory before the rare ones are forgotten.
  private static let limit = 16 * capacity

  /// All words, those that were forgotten included.
  package private(set) var total = 0
  /// How often a word that is not in the summary was counted at most.
  package private(set) var absent = 0
  package private(set) var counts: [String: Count] = [:]

  /// No words.
  package init() {}

  /// A summary as it was written.
  init(total: Int, absent: Int, counts: [String: Count]) {
    (self.total, self.absent, self.counts) = (total, absent, counts)
  }

  /// Counts a word.
  package mutating func add(_ word: String, _ count: Int) {
    total += count
    counts[word, default: Count(seen: 0, missed: absent)].seen += count
    if counts.count > Self.limit { forget() }
  }

  /// Adds the words of another summary.
  package static func += (sum: inout WordSummary, other: WordSummary) {
    for (word, count) in other.counts {
      let known = sum.counts[word] ?? Count(seen: 0, missed: sum.absent)
      sum.counts[word] = Count(seen: known.seen + count.seen, missed: known.missed + count.missed)
    }
    for word in sum.counts.keys where other.counts[word] == nil {
      sum.counts[word]?.missed += other.absent
    }
    sum.total += other.total
    sum.absent += other.absent
    if sum.counts.count > Self.limit { sum.forget() }
  }

  /// Forgets all words but `capacity`: what may have been counted most often is kept.
  package mutating func forget() {
    guard counts.count > Self.capacity else { return }
    let greatest = counts.values.map(\.most).sorted(by: >)[Self.capacity]
    counts = counts.filter { $0.value.most > greatest }
    absent = greatest
  }

  /// How often a word was counted at most.
  package func most(of word: String) -> Int { counts[word]?.most ?? absent }

  /// The words that were surely counted most often, the most frequent first; equals in the order of their bytes.
  package func frequent(_ number: Int) -> [(word: String, count: Count)] {
    counts.sorted { ($1.value.seen, $0.key) < ($0.value.seen, $1.key) }.prefix(number)
      .map { ($0.key, $0.value) }
  }
}
