internal import Kernels

/// The first layer's projections of the most frequent words, computed once.
///
/// A vocabulary is in order of falling frequency, so these are the first ids. What the table holds is what the
/// layer would compute, to the bit.
struct WordTable: Sendable {
  /// Slot n is word n.
  let projections: SharedProjections

  var count: Int { projections.values.slots }

  /// The table of as many words as fit into a budget of bytes, or nil when none does.
  init?(embedding: Matrix, layer: LSTMLayer, budget: Int, arithmetic: Arithmetic) {
    let count = min(embedding.rows, budget / Projections.bytesOfSlot(units: layer.units))
    guard count > 0 else { return nil }
    let projections = Projections(slots: count, units: layer.units)
    let words = Activations(
      rows: min(count, Self.wordsAtOnce), columns: layer.inputs, arithmetic: arithmetic)
    for start in stride(from: 0, to: count, by: Self.wordsAtOnce) {
      let rows = min(Self.wordsAtOnce, count - start)
      for row in 0..<rows { embedding.copy(row: start + row, to: words, row: row) }
      layer.project(rows: rows, input: words, to: projections, slot: start)
    }
    self.projections = SharedProjections(values: projections)
  }

  private static let wordsAtOnce = 192
}

/// Projections that nobody writes any more: so every thread may read them.
struct SharedProjections: @unchecked Sendable {
  let values: Projections
}
