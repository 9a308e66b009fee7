import Kernels

/// A round of the network's largest layer, 1150 → 1150: the inputs of 192 tokens at once, then step by step the states of
/// some tweets, as the network does it.
struct LSTMBenchmark {
  private static let units = 1150
  private static let tokens = 192

  private let rows: Int
  private var steps: Int { max(1, Self.tokens / rows) }

  init(rows: Int) {
    self.rows = rows
  }

  /// All kernel sets in turns with the limits of this machine.
  func measure(_ effort: Effort) -> [Measurement] {
    let sets = KernelSet.available.filter { !$0.name.hasPrefix("plain") }
    return contest(
      ArithmeticPeak.distinct(sets.compactMap(\.limit)).map(\.contestant) + sets.map(contestant), effort)
  }

  private func contestant(_ kernels: KernelSet) -> Contestant {
    let layer = Self.layer(kernels)
    let slots = rows * steps
    let input = Activations(rows: slots, columns: Self.units, arithmetic: kernels.arithmetic)
    let states = (0..<2).map { _ in
      Activations(rows: rows, columns: Self.units, arithmetic: kernels.arithmetic)
    }
    let cell = FloatMatrix(rows: rows, columns: Self.units)
    let projections = Projections(slots: slots, units: Self.units)
    let starts = Starts(rows: slots, own: projections, table: nil)
    for slot in 0..<slots { starts.set(row: slot, slot: slot) }
    let operations = Double(2 * 4 * Self.units * 2 * Self.units * slots) * 1e-9
    return Contestant(
      name: "LSTM \(kernels)", unit: kernels.limit?.contestant.unit ?? "GFLOP/s", limit: kernels.limit?.title
    ) { [rows, steps] in
      layer.project(rows: slots, input: input, to: projections)
      for step in 0..<steps {
        layer.step(
          rows: rows, starts: starts, first: 0, state: states[step % 2], stateRow: 0, cell: cell,
          output: states[(step + 1) % 2], answers: nil, isOdd: step % 2 == 1)
      }
      return operations
    }
  }

  private static func layer(_ kernels: KernelSet) -> LSTMLayer {
    let weights = (0..<4 * units * units).map { Float($0 % 17 - 8) * 0.003 }
    let bias = [Float](repeating: 0.1, count: 4 * units)
    return LSTMLayer(
      inputWeights: unsafe WeightMatrix(rows: 4 * units, columns: units, floats: weights.span.bytes),
      stateWeights: unsafe WeightMatrix(rows: 4 * units, columns: units, floats: weights.span.bytes),
      bias: bias.span, kernels: kernels)
  }
}

extension KernelSet {
  /// The limit of this machine for what the set multiplies.
  var limit: ArithmeticPeak? {
    let name =
      switch arithmetic {
      case .fp32: "float32"
      case .bf16: "bfloat16"
      case .int8: "int8"
      }
    let suffix = "-\(arithmetic)"
    let instructions = self.name.hasSuffix(suffix) ? self.name.dropLast(suffix.count) : self.name[...]
    return .limit(of: name, on: String(instructions))
  }
}
