import AWDLSTM
import Datasets
import Foundation
import TestSupport
import Testing

@testable import Training

/// Models with fewer units.
@Suite("Shrinking")
struct ShrinkingTests {
  private static func golden(_ name: String) throws -> Model {
    try Model(directory: Repository.golden.appending(path: name).path)
  }

  /// Texts of random words.
  private static func texts(words: Int) -> [[Int32]] {
    var generator = SplitMix64(state: 3)
    return (0..<100).map { text in
      [2] + (0..<text % 23).map { _ in Int32(generator.next() % UInt64(words)) }
    }
  }

  /// A model of a golden network's and other values, as it is after it has been written.
  private static func written(_ model: NewModel) throws -> Model {
    let scratch = try TemporaryDirectory()
    try model.write(to: scratch.path("model"))
    return try Model(directory: scratch.path("model"))
  }

  private static func new(_ model: Model) throws -> NewModel {
    NewModel(
      architecture: model.architecture, vocabulary: try model.tokens(), tensors: try model.tensors(),
      marks: try model.markList())
  }

  @Test("Units that are copies of others, or say the same to all texts, can be spared")
  func copies() throws {
    let golden = try Self.golden("network-tiny")
    let units = golden.architecture.hiddenSize
    let texts = Self.texts(words: golden.architecture.vocabularySize)
    var encoder = try EncoderParameters(golden)
    // Two units twice, one three times, and two that always answer the same.
    let sources: [Int?] = (0..<units).map { $0 } + [0, 5, 7, 7, nil, nil]
    for layer in 0..<2 { encoder.spread(layer, from: sources) }
    var large = try Self.new(golden)
    large.architecture.hiddenSize = sources.count
    let layers = Dictionary(uniqueKeysWithValues: encoder.namedTensors.map { ($0.name, $0) })
    large.tensors = large.tensors.map { layers[$0.name] ?? $0 }
    let model = try Self.written(large)
    let shrinking = try Shrinking(model)
    let small = try Self.written(shrinking.model(units: units, by: shrinking.moments(over: texts)))
    let (before, after) = (
      try Network(model).logits(of: texts).joined(), try Network(small).logits(of: texts).joined()
    )
    let difference = zip(before, after).map { abs($0 - $1) }.max() ?? .infinity
    #expect(difference < 2e-3)
    #expect(small.architecture.hiddenSize == units)
  }

  @Test(
    "All but the layers stays as it was, also of a model in few bits; what it was judged by is gone",
    arguments: [nil, 8, 4])
  func keeps(bits: Int?) throws {
    var new = try Self.new(Self.golden("network-three"))
    new.architecture.wide = WideShape(buckets: 8, words: 1...2, characters: 2...5)
    (new.architecture.marks, new.marks) = (2, [":)", "😡"])
    new.tensors += [
      NamedTensor("wide.weight", sizes: [8, 3], values: (0..<24).map { Float($0) - 11.5 }),
      NamedTensor("marks.weight", sizes: [2, 3], values: [1, 2, 3, 4, 5, 6]),
    ]
    new.learnt = [1, 2, 3]
    var model = try Self.written(new)
    let row = JudgedCorpus.Row(
      texts: 20, answers: [10, 5, 5], mean: [0.5, 0.25, 0.25], covariance: [0.1, 0, 0, 0.1, 0, 0.1])
    let judged = try JudgedCorpus.configuration(
      model.configuration, of: model.architecture.labels,
      judgedBy: [JudgedCorpus(name: "some", rows: [row, row, row])])
    model = try Model(
      configuration: ModelFile(name: "config.json", bytes: judged), vocabulary: model.vocabulary,
      weights: model.weights, marks: model.marks, learnt: model.learnt)
    if let bits { model = try model.quantised(bits: bits) }
    #expect(!model.judged.isEmpty)
    let shrinking = try Shrinking(model)
    let moments = shrinking.moments(over: Self.texts(words: model.architecture.vocabularySize))
    let small = try shrinking.model(units: 6, by: moments)
    var expected = model.architecture
    expected.hiddenSize = 6
    #expect(small.architecture == expected)
    #expect(small.tensors.map(\.shape) == expected.tensors)
    for tensor in small.tensors where !tensor.name.hasPrefix("rnns.") {
      #expect(try tensor == model.tensor(tensor.name), "\(tensor.name)")
    }
    #expect(small.marks == new.marks && small.learnt == new.learnt && small.vocabulary == new.vocabulary)
    #expect(try Self.written(small).judged.isEmpty)
  }

  @Test("The units do not depend on the order of the texts but for rounding, and all progress is told")
  func progress() throws {
    let model = try Self.golden("network-three")
    let texts = Self.texts(words: model.architecture.vocabularySize)
    let shrinking = try Shrinking(model)
    let moments = shrinking.moments(over: texts) { #expect($0 > 0 && $0 <= texts.count) }
    #expect(moments.layers.count == 1)
    let reversed = shrinking.moments(over: texts.reversed()).layers[0]
    for (one, other) in zip(moments.layers[0].values, reversed.values) { #expect(abs(one - other) < 1e-6) }
    #expect(abs((moments.layers[0].values.last ?? 0) - 1) < 1e-6)
    var told: [Int] = []
    let small = try shrinking.model(units: 9, by: moments) { told.append($0) }
    #expect(told == [1, 2])
    #expect(try small == shrinking.model(units: 9, by: shrinking.moments(over: texts)))
  }
}

extension EncoderParameters {
  /// Makes units of a layer of those that it has.
  ///
  /// - Parameter sources: for each new unit the one that it is a copy of; nil for one that always answers the same.
  fileprivate mutating func spread(_ layer: Int, from sources: [Int?]) {
    // Before the first step its answer is 0, so that no state may depend on it.
    var states = layers[layer].stateWeights.columns(from: sources, constant: 0).gates(from: sources)
    for row in 0..<states.rows where sources[row % sources.count] == nil {
      for column in sources.indices { states[row: row, column: column] = 0 }
    }
    layers[layer].stateWeights = states
    layers[layer].inputWeights = layers[layer].inputWeights.gates(from: sources)
    // It is the same number at each step: the gates i and o are open, f is closed.
    layers[layer].inputBias = layers[layer].inputBias.biases(from: sources, constant: [30, -30, 0.7, 30])
    layers[layer].stateBias = layers[layer].stateBias.biases(from: sources, constant: [0, 0, 0, 0])
    layers[layer + 1].inputWeights = layers[layer + 1].inputWeights.columns(from: sources, constant: 0.1)
  }
}

extension Tensor {
  /// The rows of the four gates of new units; zeros for those without a source.
  fileprivate func gates(from sources: [Int?]) -> Tensor {
    let units = rows / 4
    var result = Tensor(rows: 4 * sources.count, columns: columns)
    for gate in 0..<4 {
      for (unit, source) in sources.enumerated() {
        guard let source else { continue }
        for column in 0..<columns {
          result[row: gate * sources.count + unit, column: column] =
            self[row: gate * units + source, column: column]
        }
      }
    }
    return result
  }

  /// The same for a vector.
  ///
  /// - Parameter constant: for each gate the number of a unit without a source.
  fileprivate func biases(from sources: [Int?], constant: [Float]) -> Tensor {
    let units = columns / 4
    var values: [Float] = []
    for gate in 0..<4 {
      for source in sources {
        if let source {
          values.append(self.values[gate * units + source])
        } else {
          values.append(constant[gate])
        }
      }
    }
    return Tensor(rows: 1, columns: values.count, values: values)
  }

  /// Weights that read new units: copies share the weight of their source.
  ///
  /// - Parameter constant: the measure of the weights of a unit without a source.
  fileprivate func columns(from sources: [Int?], constant: Float) -> Tensor {
    var result = Tensor(rows: rows, columns: sources.count)
    for (column, source) in sources.enumerated() {
      let copies = Float(sources.count { $0 == source })
      for row in 0..<rows {
        result[row: row, column: column] =
          source.map { self[row: row, column: $0] / copies } ?? constant * Float(row % 5)
      }
    }
    return result
  }
}
