internal import Kernels

/// What a network has computed after some beginnings of tweets: the states of its layers, and the pooled answers.
final class BeginningStates {
  /// The shortest first.
  let beginnings: [Beginning]

  private let numbers: [BeginningStep: Int32]
  private let layers: [(state: Activations, cell: FloatMatrix)]
  private let pooled: FloatMatrix

  /// Room for the states after `beginnings`, of which each stands behind its parent.
  init(_ beginnings: [Beginning], for architecture: Architecture, arithmetic: Arithmetic) {
    self.beginnings = beginnings
    numbers = Dictionary(
      uniqueKeysWithValues: beginnings.enumerated().map { number, beginning in
        (BeginningStep(parent: Int32(beginning.parent ?? -1), token: beginning.token), Int32(number))
      })
    layers = (0..<architecture.layerCount).map { layer in
      let units = architecture.layerShape(layer).units
      return (
        Activations(rows: beginnings.count, columns: units, arithmetic: arithmetic),
        FloatMatrix(rows: beginnings.count, columns: units)
      )
    }
    pooled = FloatMatrix(rows: beginnings.count, columns: 3 * architecture.embeddingSize)
  }

  /// The number of the longest one that a tweet begins with, nil for none, and its length; it leaves at least one token.
  func longest(of tweet: Span<Int32>) -> (number: Int?, length: Int) {
    var (parent, length): (Int32, Int) = (-1, 0)
    while length < tweet.count - 1, let number = numbers[BeginningStep(parent: parent, token: tweet[length])]
    {
      (parent, length) = (number, length + 1)
    }
    return (length > 0 ? Int(parent) : nil, length)
  }

  /// Lets a row of a workspace go on behind a beginning.
  func restore(_ number: Int, asRow row: Int, in workspace: Workspace) {
    for (stored, layer) in zip(layers, workspace.layers) {
      layer.state.copyRows(of: stored.state, from: number, count: 1, to: row)
      layer.cell.copyRow(row, from: stored.cell, row: number)
    }
    workspace.pooled.copyRow(row, from: pooled, row: number)
  }

  /// Stores what a row of a workspace has computed behind a beginning.
  func store(_ number: Int, fromRow row: Int, of workspace: Workspace) {
    for (stored, layer) in zip(layers, workspace.layers) {
      stored.state.copyRows(of: layer.state, from: row, count: 1, to: number)
      stored.cell.copyRow(number, from: layer.cell, row: row)
    }
    pooled.copyRow(number, from: workspace.pooled, row: row)
  }
}
