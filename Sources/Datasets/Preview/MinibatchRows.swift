/// The beginnings of the first rows of a language model's minibatch: fastai's `show_batch`.
///
/// All texts make one line of tokens, which is cut into as many equal rows as the minibatch has; a minibatch
/// is the next `length` tokens of each.
package struct MinibatchRows {
  /// The tokens of each row shown.
  package private(set) var rows: [[String]]

  private let starts: [Int]
  private let length: Int
  /// How many tokens have gone by.
  private var position = 0

  /// - Parameters:
  ///   - tokens: how many there will be in all.
  ///   - batch: the rows of the minibatch.
  ///   - shown: how many of them are kept.
  ///   - length: how many tokens of each are kept, the case study's bptt.
  package init(tokens: Int, batch: Int, shown: Int, length: Int) {
    starts = (0..<min(shown, batch)).map { tokens / batch * $0 }
    rows = Array(repeating: [], count: starts.count)
    self.length = length
  }

  /// Adds the next text, of `count` tokens; asks for them only where a row shows them.
  package mutating func add(count: Int, _ tokens: () -> [String]) {
    let end = position + count
    let shown = starts.indices.filter { starts[$0] < end && starts[$0] + length > position }
    if !shown.isEmpty {
      let tokens = tokens()
      for row in shown {
        let first = max(starts[row], position)
        rows[row] += tokens[(first - position)..<(min(starts[row] + length, end) - position)]
      }
    }
    position = end
  }
}
