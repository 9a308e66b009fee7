/// The weight of each bucket for each score.
package struct WideWeights: Equatable, Sendable {
  /// The number of scores of an answer: see `LogisticLoss`.
  package let scores: Int
  /// [buckets][scores]
  package var values: [Double]

  package init(scores: Int, values: [Double]) {
    (self.scores, self.values) = (scores, values)
  }
}

/// Numbers that are read, added and written together: one, or a vector of four.
protocol WideCell: Sendable {
  /// The number of numbers.
  static var lanes: Int { get }
  static var zero: Self { get }
  static func += (sum: inout Self, other: Self)
  static func + (left: Self, right: Self) -> Self
  static func / (left: Self, right: Double) -> Self
  subscript(lane: Int) -> Double { get set }
}

extension Double: WideCell {
  static var lanes: Int { 1 }
  subscript(lane: Int) -> Double {
    get { self }
    set { self = newValue }
  }
}

extension SIMD4<Double>: WideCell {
  static var lanes: Int { 4 }
}

/// The weights of buckets, or the gradient of a loss with respect to them, laid out for fast sums: all scores of a
/// bucket are adjacent, in as many cells as they fill.
struct WideTable<Cell: WideCell>: Sendable {
  private let scores: Int
  private let cellsOfBucket: Int
  /// [buckets][cells]
  private var cells: [Cell]

  /// A table of zeros.
  init(buckets: Int, scores: Int) {
    self.scores = scores
    cellsOfBucket = (scores + Cell.lanes - 1) / Cell.lanes
    cells = Array(repeating: .zero, count: buckets * cellsOfBucket)
  }

  init(_ weights: WideWeights) {
    self.init(buckets: weights.values.count / weights.scores, scores: weights.scores)
    for index in weights.values.indices {
      let (bucket, score) = index.quotientAndRemainder(dividingBy: scores)
      cells[bucket * cellsOfBucket + score / Cell.lanes][score % Cell.lanes] = weights.values[index]
    }
  }

  /// The number for a bucket and a score.
  subscript(bucket: Int, score: Int) -> Double {
    cells[bucket * cellsOfBucket + score / Cell.lanes][score % Cell.lanes]
  }

  /// Sets everything to zero.
  mutating func clear() {
    for index in cells.indices { cells[index] = .zero }
  }

  /// Adds the weights of a text's features to its scores: for words and for characters, their sum divided by the
  /// square root of their number. Does not allocate.
  func addWorth(
    of text: (words: Range<Int>, characters: Range<Int>), _ features: Span<UInt32>,
    to scores: inout MutableSpan<Double>
  ) {
    for cell in 0..<cellsOfBucket {
      let sum = sum(of: text.words, features, cell) + sum(of: text.characters, features, cell)
      for score in cell * Cell.lanes..<min((cell + 1) * Cell.lanes, scores.count) {
        scores[score] += sum[score - cell * Cell.lanes]
      }
    }
  }

  private func sum(of range: Range<Int>, _ features: Span<UInt32>, _ cell: Int) -> Cell {
    guard !range.isEmpty else { return .zero }
    let cells = cells.span
    var sum = Cell.zero
    for index in range { sum += cells[Int(features[index]) * cellsOfBucket + cell] }
    return sum / Double(range.count).squareRoot()
  }

  /// Adds the gradient of a text to the numbers of its features: `slopes` times the derivative of the scores. Does
  /// not allocate.
  mutating func add(
    _ slopes: Span<Double>, of text: (words: Range<Int>, characters: Range<Int>), _ features: Span<UInt32>
  ) {
    for cell in 0..<cellsOfBucket {
      var slope = Cell.zero
      for score in cell * Cell.lanes..<min((cell + 1) * Cell.lanes, slopes.count) {
        slope[score - cell * Cell.lanes] = slopes[score]
      }
      add(slope, to: text.words, features, cell)
      add(slope, to: text.characters, features, cell)
    }
  }

  private mutating func add(_ slope: Cell, to range: Range<Int>, _ features: Span<UInt32>, _ cell: Int) {
    guard !range.isEmpty else { return }
    let share = slope / Double(range.count).squareRoot()
    let stride = cellsOfBucket
    var cells = cells.mutableSpan
    for index in range { cells[Int(features[index]) * stride + cell] += share }
  }
}
