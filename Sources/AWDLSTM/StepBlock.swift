/// Which steps of which tweets are made together: as many steps as the workspace has room for.
///
/// Tweets come in order of falling length, so those that still have a token at some step are the first rows.
/// The tokens of a block are numbered step by step: token `first[n] + row` is that of tweet `row` at step
/// `time + n`.
package struct StepBlock {
  /// The step at which the block begins.
  package private(set) var time = 0
  /// The number of the first token of each step, and at last that of all tokens.
  package private(set) var first: [Int] = [0]

  /// Memory for blocks of up to `tokens` tokens.
  init(tokens: Int) {
    first.reserveCapacity(tokens + 1)
  }

  package var steps: Int { first.count - 1 }
  package var tokens: Int { first[steps] }

  /// How many tweets have a token at a step of the block.
  package func rows(at step: Int) -> Int { first[step + 1] - first[step] }

  /// Begins a block at step `time` with as many steps as there are and have room.
  mutating func begin(at time: Int, offsets: Span<Int>, room: Int) {
    self.time = time
    first.removeAll(keepingCapacity: true)
    first.append(0)
    var rows = offsets.count - 1
    while true {
      let next = time + steps
      while rows > 0, offsets[rows] - offsets[rows - 1] <= next { rows -= 1 }
      guard rows > 0, tokens + rows <= room else { return }
      first.append(tokens + rows)
    }
  }
}
