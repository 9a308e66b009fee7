package import AWDLSTM

/// A smaller model from a large one: fewer units in all LSTM layers but the last.
///
/// ```swift
/// let shrinking = try Shrinking(model)
/// let moments = shrinking.moments(over: texts) { … }
/// let small = try shrinking.model(units: 384, by: moments) { … }
/// ```
///
/// Of each layer those units go that can best be spared, and what reads the others (the layer's own state weights, the
/// input weights of the next layer, the biases of both) is refitted by least squares: see `UnitSurgeon`. Each layer is
/// judged by what it answers in the large model. Nothing is trained, so training makes up for a part of what is lost.
package struct Shrinking {
  private let model: Model
  private let encoder: EncoderParameters

  /// - Parameter model: a classifier or a language model of two or more layers, whose weights are read in single
  ///   precision.
  package init(_ model: Model) throws(ModelError) {
    precondition(model.architecture.layerCount > 1)
    self.model = model
    encoder = try EncoderParameters(model)
  }

  /// The fewest tokens that a model's units can be judged by: several times as many as units of a layer.
  package static func fewestTokens(of architecture: Architecture) -> Int { 4 * architecture.hiddenSize }

  /// How the units answer to texts.
  ///
  /// - Parameters:
  ///   - texts: the ids of their tokens; at least one text, none of them empty.
  ///   - onProgress: called now and then, by any thread, with the number of texts done.
  package func moments(over texts: [[Int32]], onProgress: @Sendable (Int) -> Void = { _ in }) -> UnitMoments {
    UnitMoments(encoder, over: texts, onProgress: onProgress)
  }

  /// The model with fewer units, in single precision. Wide term, marks, head, temperature and learnt texts stay; what
  /// the model was judged by does not, as its answers change.
  ///
  /// - Parameters:
  ///   - units: of each layer but the last; from 1 to one less than the model has.
  ///   - moments: how this model's units answer to texts.
  ///   - onProgress: called with the number of units that have been removed.
  package func model(
    units: Int, by moments: UnitMoments, onProgress: (Int) -> Void = { _ in }
  ) throws(ModelError) -> NewModel {
    precondition(units >= 1 && units < encoder.shape.hiddenSize)
    var small = encoder
    var removed = 0
    for layer in moments.layers.indices {
      small.shrink(layer, to: units, by: moments.layers[layer]) {
        removed += 1
        onProgress(removed)
      }
    }
    var architecture = model.architecture
    architecture.hiddenSize = units
    let layers = Dictionary(uniqueKeysWithValues: small.namedTensors.map { ($0.name, $0) })
    var tensors: [NamedTensor] = []
    for shape in architecture.tensors {
      if let tensor = layers[shape.name] {
        tensors.append(tensor)
      } else {
        tensors.append(try model.tensor(shape.name))
      }
    }
    var new = NewModel(
      architecture: architecture, vocabulary: try model.tokens(), tensors: tensors,
      marks: try model.markList())
    if let learnt = model.learnt { new.learnt = learnt.bytes(in: 0..<learnt.byteCount) }
    return new
  }
}

extension EncoderParameters {
  /// Removes units of a layer, which is not the last.
  fileprivate mutating func shrink(
    _ index: Int, to units: Int, by moments: DoubleMatrix, onRemoval: () -> Void
  ) {
    var surgeon = UnitSurgeon(
      moments: moments,
      readers: [
        UnitSurgeon.Reader(weights: layers[index].stateWeights, bias: layers[index].stateBias),
        UnitSurgeon.Reader(weights: layers[index + 1].inputWeights, bias: layers[index + 1].inputBias),
      ])
    while surgeon.kept.count > units {
      surgeon.removeOne()
      onRemoval()
    }
    let readers = surgeon.readers
    (layers[index].stateWeights, layers[index].stateBias) = (readers[0].weights, readers[0].bias)
    layers[index].keepGates(of: surgeon.kept, outOf: moments.rows - 1)
    (layers[index + 1].inputWeights, layers[index + 1].inputBias) = (readers[1].weights, readers[1].bias)
  }
}

extension LSTMParameters {
  /// Leaves the four gates of some units.
  fileprivate mutating func keepGates(of kept: [Int], outOf units: Int) {
    let rows = (0..<4).flatMap { gate in kept.map { gate * units + $0 } }
    inputWeights = inputWeights.keeping(rows)
    stateWeights = stateWeights.keeping(rows)
    inputBias = Tensor(rows: 1, columns: rows.count, values: rows.map { inputBias.values[$0] })
    stateBias = Tensor(rows: 1, columns: rows.count, values: rows.map { stateBias.values[$0] })
  }
}

extension Tensor {
  /// Some of the rows.
  fileprivate func keeping(_ kept: [Int]) -> Tensor {
    Tensor(
      rows: kept.count, columns: columns,
      values: kept.flatMap { values[$0 * columns..<($0 + 1) * columns] })
  }
}
