/// What a worker remembers of the beginnings of its tweets.
///
/// Tweets begin alike: with the token that starts a text, with a handle, with the words of a campaign. The states after
/// the beginnings that come most often are kept, so that these tokens need not be computed again: a tenth of all in a
/// stream of tweets. As states do not depend on the other tweets of a batch, neither answers nor their last bits change.
final class Beginnings {
  /// Those that are kept; nil until enough tweets have come.
  private(set) var states: BeginningStates?

  private var counts = BeginningCounts()
  private var tweets = 0
  /// How many tweets are counted before states are computed anew: soon for the first time, later as the stream changes.
  private var period = 256

  private static let capacity = 256
  private static let longestPeriod = 65_536

  /// Counts a tweet.
  func add(_ tweet: Span<Int32>) {
    counts.add(tweet)
    tweets += 1
  }

  /// Chooses what is kept from now on, if it is time for it.
  ///
  /// - Parameter compute: computes the states after beginnings.
  func choose(computing compute: ([Beginning]) -> BeginningStates) {
    guard tweets >= period else { return }
    states = compute(counts.mostFrequent(Self.capacity))
    counts.removeAll()
    tweets = 0
    period = min(4 * period, Self.longestPeriod)
  }
}
