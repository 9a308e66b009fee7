internal import Datasets
internal import Kernels

/// An LSTM layer's weights, prepared for the products of one minibatch: rounded, dropped out and packed.
///
/// Written by one thread before the shards begin, then only read.
final class PackedLSTM: @unchecked Sendable {
  let inputs: Int
  let units: Int
  let kernel: GEMMKernel
  /// What the weights are rounded to; nil to use them as they are.
  let rounding: WeightRounding?

  /// x → z: [inputs][4 · units].
  private(set) var inputForward: PackedMatrix
  /// h → z: [units][4 · units].
  private(set) var stateForward: PackedMatrix
  /// The gradient of z → that of x: [4 · units][inputs].
  private(set) var inputBackward: PackedMatrix
  /// The gradient of z → that of h: [4 · units][units].
  private(set) var stateBackward: PackedMatrix
  /// The sum of both biases, [4 · units].
  private(set) var bias: [Float] = []

  /// The dropout of the states' weights: the rate, and the key that reproduces the mask in the backward pass.
  private(set) var dropout: (rate: Float, key: UInt64) = (0, 0)
  private var dropped: [Float] = []
  private var roundedInputs: [Float] = []
  private var roundedStates: [Float] = []

  init(inputs: Int, units: Int, kernel: GEMMKernel, rounding: WeightRounding? = nil) {
    self.inputs = inputs
    self.units = units
    self.kernel = kernel
    self.rounding = rounding
    inputForward = PackedMatrix(.right, rows: inputs, columns: 4 * units, kernel: kernel)
    stateForward = PackedMatrix(.right, rows: units, columns: 4 * units, kernel: kernel)
    inputBackward = PackedMatrix(.right, rows: 4 * units, columns: inputs, kernel: kernel)
    stateBackward = PackedMatrix(.right, rows: 4 * units, columns: units, kernel: kernel)
  }

  /// Packs the weights of the inputs. May run concurrently with `packStates`.
  func packInputs(_ parameters: LSTMParameters, backward: Bool) {
    bias = zip(parameters.inputBias.values, parameters.stateBias.values).map(+)
    let weights = round(parameters.inputWeights, into: &roundedInputs)
    inputForward.pack(weights.span, .byColumns, stride: inputs)
    if backward { inputBackward.pack(weights.span, .byRows, stride: inputs) }
  }

  /// Drops out and packs the weights of the states.
  func packStates(_ parameters: LSTMParameters, rate: Float, key: UInt64, backward: Bool) {
    dropout = (rate, key)
    let weights = round(parameters.stateWeights, into: &roundedStates)
    guard rate > 0 else { return packStates(weights, backward: backward) }
    if dropped.isEmpty { dropped = parameters.stateWeights.zeros.values }
    var target = dropped.mutableSpan
    TrainingKernels.best.dropOut(weights.span, key: key, rate: rate, into: &target)
    packStates(dropped, backward: backward)
  }

  /// The weights to use: rounded ones in `memory`, or the weights themselves.
  private func round(_ weights: Tensor, into memory: inout [Float]) -> [Float] {
    guard let rounding else { return weights.values }
    if memory.isEmpty { memory = weights.zeros.values }
    rounding.round(weights, into: &memory)
    return memory
  }

  private func packStates(_ weights: [Float], backward: Bool) {
    stateForward.pack(weights.span, .byColumns, stride: units)
    if backward { stateBackward.pack(weights.span, .byRows, stride: units) }
  }
}

/// The weights of all LSTM layers, prepared for one minibatch; packed by two threads, read by all shards.
final class PackedEncoder: Sendable {
  let layers: [PackedLSTM]

  init(_ shape: EncoderShape, kernel: GEMMKernel, rounding: WeightRounding? = nil) {
    layers = (0..<shape.layerCount).map {
      PackedLSTM(
        inputs: shape.layer($0).inputs, units: shape.layer($0).units, kernel: kernel, rounding: rounding)
    }
  }

  /// Packs the current weights.
  ///
  /// - Parameters:
  ///   - weightRate: the share of the states' weights to drop out.
  ///   - random: determines, with `step`, which ones.
  ///   - backward: whether gradients will be computed.
  func pack(
    _ parameters: EncoderParameters, weightRate: Float = 0, random: RandomStream, step: Int,
    backward: Bool = true
  ) {
    concurrently(2 * layers.count) { task in
      let index = task / 2
      if task % 2 == 0 {
        layers[index].packInputs(parameters.layers[index], backward: backward)
      } else {
        layers[index].packStates(
          parameters.layers[index], rate: weightRate, key: random.key("weights \(index)", step: step),
          backward: backward)
      }
    }
  }
}
