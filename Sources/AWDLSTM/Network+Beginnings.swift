internal import Kernels

extension Network {
  /// The number of beginnings that may be computed after any batch, however few tokens it has.
  private static let leastBeginnings = 4

  /// Counts the tweets' beginnings, and computes the states after the most frequent ones where it is time for
  /// it: a few after each batch, so that no tweet waits for all of them.
  func remember(ids: Span<Int32>, offsets: Span<Int>, in workspace: Workspace) {
    guard let beginnings = workspace.beginnings else { return }
    for tweet in 0..<offsets.count - 1 {
      beginnings.add(ids.extracting(offsets[tweet]..<offsets[tweet + 1]))
    }
    beginnings.choose { BeginningStates($0, for: architecture, arithmetic: kernels.arithmetic) }
    beginnings.proceed(by: max(Self.leastBeginnings, ids.count / 4), rows: workspace.rows) { range, states in
      compute(range, of: states, in: workspace)
    }
  }

  /// Computes the states after some beginnings of the same length: one step behind those of their parents.
  private func compute(_ range: Range<Int>, of states: BeginningStates, in workspace: Workspace) {
    let beginnings = states.beginnings[range]
    encoder.begin(rows: range.count, in: workspace)
    for (row, beginning) in beginnings.enumerated() {
      if let parent = beginning.parent { states.restore(parent, asRow: row, in: workspace) }
    }
    let (ids, offsets) = (beginnings.map(\.token), Array(0...range.count))
    encoder.block(from: 0, ids: ids.span, offsets: offsets.span, in: workspace)
    for (row, beginning) in beginnings.enumerated() {
      pooling.fold(
        workspace.answers, answer: row, row: row, isStart: beginning.parent == nil, into: workspace.pooled)
      states.store(range.lowerBound + row, fromRow: row, of: workspace)
    }
  }
}
