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

  /// All kernel sets in turns with the limits of this machine; those that are faster with weights of 4 bits twice.
  func measure(_ effort: Effort) -> [Measurement] {
    let sets = KernelSet.available.filter { !$0.name.hasPrefix("plain") }
    let layers = sets.map { ($0, bits: 8) } + sets.filter(\.isFasterWithFewBits).map { ($0, bits: 4) }
    return contest(
      ArithmeticPeak.distinct(layers.compactMap { $0.limit(bits: $1) }).map(\.contestant)
        + layers.map(contestant), effort)
  }

  private func contestant(_ kernels: KernelSet, bits: Int) -> Contestant {
    let layer = Self.layer(kernels, bits: bits)
    let limit = kernels.limit(bits: bits)
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
      name: bits < 8 ? "LSTM \(kernels), \(bits) bits" : "LSTM \(kernels)",
      unit: limit?.contestant.unit ?? "GFLOP/s", limit: limit?.title
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

  private static func layer(_ kernels: KernelSet, bits: Int) -> LSTMLayer {
    let greatest = (1 << (bits - 1)) - 1
    let codes = (0..<4 * units * units).map { UInt8(truncatingIfNeeded: $0 % (2 * greatest + 1) - greatest) }
    let scales = [Float](repeating: 0.024 / Float(greatest), count: 4 * units)
    let weights = unsafe WeightMatrix(
      rows: 4 * units, columns: units, codes: codes.span.bytes, scales: scales.span)
    let bias = [Float](repeating: 0.1, count: 4 * units)
    return LSTMLayer(inputWeights: weights, stateWeights: weights, bias: bias.span, kernels: kernels)
  }
}

extension KernelSet {
  /// The limit of this machine for the arithmetic of this set.
  ///
  /// - Parameter bits: the width of the weights.
  func limit(bits: Int) -> ArithmeticPeak? {
    let name =
      switch arithmetic {
      case .fp32: "float32"
      case .bf16: "bfloat16"
      case .int8: bits <= 4 && isFasterWithFewBits ? "int4" : "int8"
      }
    return .limit(of: name, on: instructions)
  }

  /// Whether this set has loops for small codes.
  var isFasterWithFewBits: Bool {
    arithmetic == .int8
      && ArithmeticPeak.available.contains { $0.name == instructions && $0.arithmetic == "int4" }
  }

  /// The name without the arithmetic.
  private var instructions: String {
    let suffix = "-\(arithmetic)"
    return String(name.hasSuffix(suffix) ? name.dropLast(suffix.count) : name[...])
  }
}
