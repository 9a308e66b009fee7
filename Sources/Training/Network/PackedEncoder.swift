internal import Datasets
internal import Kernels

/// All LSTM layers' weights as one minibatch takes them; packed by two threads, read by all shards.
final class PackedEncoder: Sendable {
  let layers: [PackedLSTM]

  init(_ shape: EncoderShape, kernel: GEMMKernel) {
    layers = (0..<shape.layerCount).map {
      PackedLSTM(inputs: shape.layer($0).inputs, units: shape.layer($0).units, kernel: kernel)
    }
  }

  /// Takes the weights as they are now.
  ///
  /// - Parameters:
  ///   - weightRate: how many of the states' weights are dropped out.
  ///   - random: with `step`, which ones.
  ///   - backward: whether gradients will be asked for.
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
