/// What a worker remembers of the beginnings of its tweets.
///
/// Tweets begin alike: with the token that starts a text, with a handle, with the words of a campaign. The states after
/// the beginnings that come most often are kept, so that these tokens need not be computed again: a tenth of all in a
/// stream of tweets. As states do not depend on the other tweets of a batch, neither answers nor their last bits change.
final class Beginnings {
  /// Those that are kept; nil until enough tweets have come.
  private(set) var states: BeginningStates?

  /// Those that are chosen to be kept next, and how many of them have been computed.
  private var next: (states: BeginningStates, computed: Int)?
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

  /// Chooses what is kept next, if it is time for it.
  ///
  /// - Parameter makeStates: makes room for the states after beginnings.
  func choose(_ makeStates: ([Beginning]) -> BeginningStates) {
    guard next == nil, tweets >= period else { return }
    next = (makeStates(counts.mostFrequent(Self.capacity)), 0)
    counts.removeAll()
    tweets = 0
    period = min(4 * period, Self.longestPeriod)
  }

  /// Computes a part of what was chosen. Once all of it is computed, it takes the place of what was kept.
  ///
  /// - Parameters:
  ///   - limit: the most beginnings to compute.
  ///   - rows: the most that are computed together.
  ///   - compute: computes the states after some beginnings of one length, behind those of shorter ones.
  func proceed(by limit: Int, rows: Int, computing compute: (Range<Int>, BeginningStates) -> Void) {
    guard let (chosen, computed) = next else { return }
    let beginnings = chosen.beginnings
    let end = min(computed + limit, beginnings.count)
    var start = computed
    while start < end {
      let alike = beginnings[start..<end].prefix(rows).prefix { $0.length == beginnings[start].length }
      compute(alike.indices, chosen)
      start = alike.endIndex
    }
    next = (chosen, end)
    guard end == beginnings.count else { return }
    states = chosen
    next = nil
  }
}
