internal import Kernels

/// Words → what the last LSTM layer makes of them, for all tweets of a batch at once.
///
/// Tweets come in order of falling length, so those that still have a word at some step are the first rows.
/// Steps are made in rounds of `Workspace.stepsInRound`: all steps of a round by the first layer, then by the
/// second, and so on.
package struct Encoder: Sendable {
  private let embedding: Matrix
  private let layers: [LSTMLayer]

  init(_ parameters: Parameters, kernels: KernelSet) {
    embedding = parameters.encoder
    layers = parameters.layers.map { Self.packed($0, kernels: kernels) }
  }

  /// Forgets what the first `rows` rows of a workspace remember: a new tweet begins in each.
  package func begin(rows: Int, in workspace: Workspace) {
    for layer in workspace.layers {
      layer.answers[Workspace.stepsInRound - 1].clear(rows: rows)
      layer.cell.clear(rows: rows)
    }
  }

  /// Feeds tokens `time` … `time + Workspace.stepsInRound - 1` of each tweet that has them through every
  /// layer. The answers of token `time + n` are then in `answers[n]` of each layer.
  package func round(from time: Int, ids: Span<Int32>, offsets: Span<Int>, in workspace: Workspace) {
    for step in 0..<Workspace.stepsInRound {
      for row in 0..<activeRows(offsets, at: time + step) {
        // An id past the vocabulary stops here: the caller's tokens and the model belong together.
        embedding.copy(row: Int(ids[offsets[row] + time + step]), to: workspace.input[step], row: row)
      }
    }
    for index in layers.indices {
      let layer = workspace.layers[index]
      for step in 0..<Workspace.stepsInRound {
        layers[index].step(
          rows: activeRows(offsets, at: time + step),
          input: index == 0 ? workspace.input[step] : workspace.layers[index - 1].answers[step],
          state: layer.answers[step == 0 ? Workspace.stepsInRound - 1 : step - 1],
          cell: layer.cell, output: layer.answers[step])
      }
    }
  }

  private static func packed(_ layer: Parameters.Layer, kernels: KernelSet) -> LSTMLayer {
    let inputWeights = layer.inputWeights.values()
    let stateWeights = layer.stateWeights.values()
    let inputBias = layer.inputBias.values()
    let stateBias = layer.stateBias.values()
    return LSTMLayer(
      inputs: layer.inputWeights.columns, units: layer.stateWeights.columns, inputWeights: inputWeights.span,
      stateWeights: stateWeights.span, inputBias: inputBias.span, stateBias: stateBias.span, kernels: kernels)
  }
}

/// How many tweets of a batch have a token number `time`, from 0: the first so many, because lengths fall.
func activeRows(_ offsets: Span<Int>, at time: Int) -> Int {
  var rows = offsets.count - 1
  while rows > 0, offsets[rows] - offsets[rows - 1] <= time { rows -= 1 }
  return rows
}
