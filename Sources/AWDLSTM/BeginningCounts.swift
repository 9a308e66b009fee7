/// The first tokens of some tweets: those of another beginning, and one more.
struct Beginning: Equatable {
  /// The number of the one without the last token; nil where that is the only one.
  let parent: Int?
  let token: Int32
  /// The number of tokens.
  let length: Int
}

/// One token further: what beginnings are looked up by.
struct BeginningStep: Hashable {
  /// The number of the beginning so far, -1 for that of no token.
  let parent: Int32
  let token: Int32
}

/// How many tweets begin with the same tokens.
///
/// A trie that grows by one token where a tweet leaves it, so that only beginnings that come again become longer, as in
/// Ziv & Lempel, "Compression of individual sequences via variable-rate coding" (1978). Its memory is bounded: a
/// beginning for which there is no room is not counted.
struct BeginningCounts {
  private var counted: [(beginning: Beginning, count: Int)] = []
  private var numbers: [BeginningStep: Int32] = [:]

  private static let capacity = 4096
  /// What comes less often is not worth computing once more.
  private static let leastCount = 4

  init() {
    counted.reserveCapacity(Self.capacity)
    numbers.reserveCapacity(Self.capacity)
  }

  /// Counts a tweet. Its last token belongs to no beginning: it is always computed.
  mutating func add(_ tweet: Span<Int32>) {
    var parent: Int32 = -1
    for index in 0..<max(tweet.count - 1, 0) {
      let step = BeginningStep(parent: parent, token: tweet[index])
      guard let number = numbers[step] else { return grow(step, length: index + 1) }
      counted[Int(number)].count += 1
      parent = number
    }
  }

  private mutating func grow(_ step: BeginningStep, length: Int) {
    guard counted.count < Self.capacity else { return }
    numbers[step] = Int32(counted.count)
    let parent = step.parent < 0 ? nil : Int(step.parent)
    counted.append((Beginning(parent: parent, token: step.token, length: length), 1))
  }

  /// Forgets everything but the memory.
  mutating func removeAll() {
    counted.removeAll(keepingCapacity: true)
    numbers.removeAll(keepingCapacity: true)
  }

  /// Up to `limit` of the most frequent beginnings, the shortest first; with each one all that it consists of.
  func mostFrequent(_ limit: Int) -> [Beginning] {
    // A beginning has been seen more often than any that it is the parent of, so that it is chosen before them.
    let chosen = counted.indices
      .filter { counted[$0].count >= Self.leastCount }
      .sorted { (counted[$1].count, $0) < (counted[$0].count, $1) }
      .prefix(limit)
      .sorted { (counted[$0].beginning.length, $0) < (counted[$1].beginning.length, $1) }
    var places = [Int: Int](minimumCapacity: chosen.count)
    for (place, number) in chosen.enumerated() { places[number] = place }
    return chosen.map { number in
      let beginning = counted[number].beginning
      return Beginning(
        parent: beginning.parent.flatMap { places[$0] }, token: beginning.token, length: beginning.length)
    }
  }
}
