internal import Kernels

extension Network {
  /// Counts the tweets' beginnings, and computes the states after the most frequent ones where it is time for it.
  func remember(ids: Span<Int32>, offsets: Span<Int>, in workspace: Workspace) {
    guard let beginnings = workspace.beginnings else { return }
    for tweet in 0..<offsets.count - 1 {
      beginnings.add(ids.extracting(offsets[tweet]..<offsets[tweet + 1]))
    }
    beginnings.choose { states(after: $0, in: workspace) }
  }

  /// The states after some beginnings, the shortest of which come first: one step behind those of their parents.
  private func states(after beginnings: [Beginning], in workspace: Workspace) -> BeginningStates {
    let states = BeginningStates(beginnings, for: architecture, arithmetic: kernels.arithmetic)
    var start = 0
    while start < beginnings.count {
      let alike = beginnings[start...].prefix(workspace.rows).prefix { $0.length == beginnings[start].length }
      compute(alike.indices, of: states, in: workspace)
      start = alike.endIndex
    }
    return states
  }

  /// Computes the states after some beginnings of the same length.
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
