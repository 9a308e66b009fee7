internal import TweetText

/// Answers to texts that have been seen before, by their token ids: retweets cost a look-up.
///
/// Exact: all ids are compared, and the network's answer depends on the ids alone. For a model with a wide term the
/// numbers of a `TextKey` stand in their place. Bounded: a table of fixed size, divided into sets of four entries;
/// a new entry takes the place of its set's oldest. One thread's memory; it allocates when it is made and never
/// again, and what it allocates is touched as the entries fill.
struct AnswerCache {
  /// Where an answer is, or will be.
  enum Lookup: Equatable {
    /// In the cache: the record of its probabilities.
    case answered(record: Int)
    /// The same text has been added to the batch under this number; its answer is still to come.
    case pending(text: Int)
    /// Not known; an entry now waits for the answer.
    case new
  }

  /// Entries in a set.
  private static let ways = 4

  private let longest: Int
  private let labels: Int
  /// [sets · ways]; which of the records below each entry has, or `none`.
  private var records: [Int32]
  /// [sets]; which way is replaced next.
  private var oldest: [UInt8]

  /// [records][longest]
  private var ids: [Int32] = []
  /// [records]; 0 is an empty record, as every text has a token.
  private var lengths: [Int32] = []
  /// [records][labels]
  private var probabilities: [Int32] = []
  /// [records]; the number of the text whose answer is waited for, or -1.
  private var waiting: [Int32] = []
  /// The records that wait.
  private var open: [Int] = []

  private static let none: Int32 = -1

  /// - Parameters:
  ///   - entries: how many answers are kept; rounded up to a power of two.
  ///   - longest: how many ids a text has at most.
  ///   - labels: how many probabilities an answer has.
  init(entries: Int, longest: Int, labels: Int) {
    var rounded = Self.ways
    while rounded < entries { rounded *= 2 }
    self.longest = longest
    self.labels = labels
    records = Array(repeating: Self.none, count: rounded)
    oldest = Array(repeating: 0, count: rounded / Self.ways)
    ids.reserveCapacity(rounded * longest)
    lengths.reserveCapacity(rounded)
    probabilities.reserveCapacity(rounded * labels)
    waiting.reserveCapacity(rounded)
  }

  /// Looks up a text, and creates an entry for it if there is none.
  ///
  /// - Parameter text: the text's number in the batch.
  mutating func find(_ text: Int, ids tokens: Span<Int32>) -> Lookup {
    let set = Int(Self.hash(tokens) & UInt64(oldest.count - 1))
    let first = set * Self.ways
    for entry in first..<(first + Self.ways) {
      let record = Int(records[entry])
      guard record != Self.none, holds(tokens, in: record) else { continue }
      return waiting[record] >= 0 ? .pending(text: Int(waiting[record])) : .answered(record: record)
    }
    let record = record(of: first + Int(oldest[set]))
    oldest[set] = (oldest[set] + 1) % UInt8(Self.ways)
    for index in tokens.indices { ids[record * longest + index] = tokens[index] }
    lengths[record] = Int32(tokens.count)
    waiting[record] = Int32(text)
    open.append(record)
    return .new
  }

  /// The record of an entry, which gets one when it is first used.
  private mutating func record(of entry: Int) -> Int {
    if records[entry] == Self.none {
      records[entry] = Int32(lengths.count)
      ids.append(contentsOf: repeatElement(0, count: longest))
      lengths.append(0)
      probabilities.append(contentsOf: repeatElement(0, count: labels))
      waiting.append(-1)
    }
    return Int(records[entry])
  }

  /// The probability of a label in a record that is answered, in millionths.
  func probability(_ label: Int, of record: Int) -> Int32 {
    probabilities[record * labels + label]
  }

  /// Stores the answers that records wait for.
  ///
  /// - Parameter answers: the probabilities of all texts of the batch, [texts][labels].
  mutating func store(_ answers: [Int32]) {
    for record in open where waiting[record] >= 0 {
      let text = Int(waiting[record])
      for label in 0..<labels { probabilities[record * labels + label] = answers[text * labels + label] }
      waiting[record] = -1
    }
    open.removeAll(keepingCapacity: true)
  }

  /// Gives up the records that still wait: their texts have been dropped.
  mutating func abandon() {
    for record in open where waiting[record] >= 0 { (lengths[record], waiting[record]) = (0, -1) }
    open.removeAll(keepingCapacity: true)
  }

  private func holds(_ tokens: Span<Int32>, in record: Int) -> Bool {
    guard Int(lengths[record]) == tokens.count else { return false }
    for index in tokens.indices where ids[record * longest + index] != tokens[index] { return false }
    return true
  }

  /// FNV-1a over whole ids, then a mix, as sets are chosen by the lowest bits (Fowler, Noll, Vo).
  private static func hash(_ tokens: Span<Int32>) -> UInt64 {
    var hash = UInt64.fnv1aBasis
    for index in tokens.indices { hash = hash.fnv1a(UInt64(UInt32(bitPattern: tokens[index]))) }
    return hash ^ hash >> 32
  }
}

/// A cleaned text and its marks as numbers for comparison by the answer cache: the text's length in bytes, its bytes
/// in groups of four, then the number and count of each mark.
struct TextKey {
  /// The maximum length of a cached key: nearly all tweets have fewer than 508 bytes.
  static let longest = 128

  private(set) var numbers: [Int32] = []

  /// Sets the key of a text; does not allocate once there is room.
  ///
  /// - Returns: false if the text is too long to be cached.
  mutating func set(_ text: Span<UInt8>, marks: KnownMarks = KnownMarks()) -> Bool {
    guard (text.count + 3) / 4 + 2 * marks.numbers.count < Self.longest else { return false }
    numbers.removeAll(keepingCapacity: true)
    numbers.append(Int32(text.count))
    var number: UInt32 = 0
    for index in text.indices {
      number = number << 8 | UInt32(text[index])
      guard index % 4 == 3 || index == text.count - 1 else { continue }
      numbers.append(Int32(bitPattern: number))
      number = 0
    }
    for index in marks.numbers.indices {
      numbers.append(Int32(bitPattern: marks.numbers[index]))
      numbers.append(Int32(bitPattern: marks.counts[index]))
    }
    return true
  }
}
