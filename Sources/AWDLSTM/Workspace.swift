package import Kernels

/// The activations of up to `rows` tweets on their way through a network: all memory that a worker needs.
///
/// Made once and used again and again; nothing is allocated in between. Not `Sendable`: one worker, one
/// workspace.
package final class Workspace {
  /// How many steps a layer makes before the next layer follows.
  ///
  /// Every step needs all of a layer's weights, up to tens of megabytes: sixteen steps of one layer find them
  /// in the cache where one step of each layer in turn finds them gone. Most tweets are done in one or two
  /// rounds. More steps only take more room for the answers between the layers.
  package static let stepsInRound = 16

  /// How many tweets fit at once.
  package let rows: Int

  /// Embeddings of the words of each step of a round, [rows][E].
  package let input: [FloatMatrix]
  package let layers: [LayerState]
  /// [rows][3E]: last, maximum and mean of the last layer's answers.
  package let pooled: FloatMatrix
  /// What each block of the head answers, [rows][outputs].
  package let head: [FloatMatrix]

  /// The memory of one LSTM layer.
  package struct LayerState {
    /// h after each step of a round, [rows][units]. The last is what the next round's first step starts from.
    package let answers: [FloatMatrix]
    /// c, [rows][units].
    package let cell: FloatMatrix
  }

  init(rows: Int, for architecture: Architecture) {
    precondition(rows > 0)
    self.rows = rows
    input = Self.round(rows: rows, columns: architecture.embeddingSize)
    layers = (0..<architecture.layerCount).map { layer in
      let units = architecture.layerShape(layer).units
      return LayerState(
        answers: Self.round(rows: rows, columns: units), cell: FloatMatrix(rows: rows, columns: units))
    }
    pooled = FloatMatrix(rows: rows, columns: 3 * architecture.embeddingSize)
    head = architecture.headSizes.dropFirst().map { FloatMatrix(rows: rows, columns: $0) }
  }

  /// A matrix for each step of a round.
  private static func round(rows: Int, columns: Int) -> [FloatMatrix] {
    (0..<stepsInRound).map { _ in FloatMatrix(rows: rows, columns: columns) }
  }
}
