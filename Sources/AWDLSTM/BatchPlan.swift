/// What has to be computed of a batch: tweets without the beginnings after which the states are known, the longest first.
struct BatchPlan {
  /// The ids of all tokens that have to be computed.
  private(set) var ids: [Int32] = []
  /// The start of each row in `ids`, then their number.
  private(set) var offsets: [Int] = [0]
  private(set) var rows: [Row] = []

  struct Row {
    /// The number of the tweet in its batch.
    let tweet: Int
    /// The number of the beginning that is known, and of its tokens.
    let beginning: Int?
    let known: Int
    /// The number of tokens that have to be computed, at least one.
    let count: Int
  }

  /// Plans a batch of tweets, in any order.
  mutating func set(ids all: Span<Int32>, offsets starts: Span<Int>, knowing states: BeginningStates?) {
    rows.removeAll(keepingCapacity: true)
    for tweet in 0..<starts.count - 1 {
      let tokens = all.extracting(starts[tweet]..<starts[tweet + 1])
      let (beginning, known) = states?.longest(of: tokens) ?? (nil, 0)
      insert(Row(tweet: tweet, beginning: beginning, known: known, count: tokens.count - known))
    }
    ids.removeAll(keepingCapacity: true)
    offsets.removeAll(keepingCapacity: true)
    offsets.append(0)
    for row in rows {
      let end = starts[row.tweet + 1]
      for index in end - row.count..<end { ids.append(all[index]) }
      offsets.append(ids.count)
    }
  }

  /// Inserts a row behind those that are not shorter.
  private mutating func insert(_ row: Row) {
    var place = rows.count
    while place > 0, rows[place - 1].count < row.count { place -= 1 }
    rows.insert(row, at: place)
  }
}
