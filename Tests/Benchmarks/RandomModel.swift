import Foundation
import TestSupport

/// A model directory with random weights, for speed alone; its vocabulary is of invented words.
struct RandomModel {
  /// The sizes of a network.
  struct Size {
    let embedding: Int
    let hidden: Int

    static let layers = 3
    static let vocabulary = 30_000

    init(embedding: Int, hidden: Int) {
      (self.embedding, self.hidden) = (embedding, hidden)
    }

    var name: String { "\(embedding)-\(hidden)x\(Self.layers)" }

    /// What goes into each layer and how many units it has.
    var layerShapes: [(inputs: Int, units: Int)] {
      [(embedding, hidden), (hidden, hidden), (hidden, embedding)]
    }

    /// Multiplications and additions for one token.
    var operationsOfOneToken: Int {
      layerShapes.reduce(0) { $0 + 2 * 4 * $1.units * ($1.inputs + $1.units) }
    }
  }

  /// The one that ships, and the one of the case study.
  static let sizes = [
    Size(embedding: 256, hidden: 512), Size(embedding: 400, hidden: 1150),
  ]

  /// A tensor of numbers between `center - spread` and `center + spread`.
  private struct Tensor {
    let name: String
    let shape: [Int]
    let center: Float
    let spread: Float

    var byteCount: Int { shape.reduce(MemoryLayout<Float>.size, *) }
  }

  private let size: Size

  init(_ size: Size) {
    self.size = size
  }

  /// Writes `config.json`, `vocab.txt` and `model.safetensors` into a new folder.
  func write(to directory: String) throws {
    let folder = URL(filePath: directory)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try Data(configuration.utf8).write(to: folder.appending(path: "config.json"))
    let words = InventedTweets.vocabulary(Size.vocabulary).joined(separator: "\n") + "\n"
    try Data(words.utf8).write(to: folder.appending(path: "vocab.txt"))
    try weights().write(to: folder.appending(path: "model.safetensors"))
  }

  private var configuration: String {
    """
    {"architecture": "awd-lstm-classifier", "vocabulary_size": \(Size.vocabulary),
     "embedding_size": \(size.embedding), "hidden_size": \(size.hidden), "layers": \(Size.layers),
     "pad_id": 1, "head_sizes": [\(3 * size.embedding), 50, 2], "batch_norm_epsilon": 1e-05,
     "labels": ["negative", "positive"], "cleaning": "standard", "max_tokens": 72}

    """
  }

  private var tensors: [Tensor] {
    let spread = 1 / Float(size.hidden).squareRoot()
    var tensors = [
      Tensor(name: "encoder.weight", shape: [Size.vocabulary, size.embedding], center: 0, spread: 0.5)
    ]
    for (layer, shape) in size.layerShapes.enumerated() {
      for (name, columns) in [
        ("weight_ih", shape.inputs), ("weight_hh", shape.units), ("bias_ih", 0), ("bias_hh", 0),
      ] {
        tensors.append(
          Tensor(
            name: "rnns.\(layer).\(name)_l0", shape: [4 * shape.units] + (columns > 0 ? [columns] : []),
            center: 0, spread: spread))
      }
    }
    return tensors + head(0, 3 * size.embedding, 50) + head(4, 50, 2)
  }

  /// Batch normalisation, then a linear layer.
  private func head(_ module: Int, _ inputs: Int, _ outputs: Int) -> [Tensor] {
    [
      Tensor(name: "head.\(module).weight", shape: [inputs], center: 1, spread: 0.1),
      Tensor(name: "head.\(module).bias", shape: [inputs], center: 0, spread: 0.1),
      Tensor(name: "head.\(module).running_mean", shape: [inputs], center: 0, spread: 0.1),
      Tensor(name: "head.\(module).running_var", shape: [inputs], center: 1, spread: 0.1),
      Tensor(name: "head.\(module + 2).weight", shape: [outputs, inputs], center: 0, spread: 0.1),
      Tensor(name: "head.\(module + 2).bias", shape: [outputs], center: 0, spread: 0.1),
    ]
  }

  /// A safetensors file: the header's length in eight bytes, the header in JSON, the numbers.
  private func weights() -> Data {
    var (entries, offset) = ([String](), 0)
    for tensor in tensors {
      let end = offset + tensor.byteCount
      entries.append(
        #""\#(tensor.name)":{"dtype":"F32","shape":\#(tensor.shape),"data_offsets":[\#(offset),\#(end)]}"#)
      offset = end
    }
    var header = "{\(entries.joined(separator: ","))}"
    header += String(repeating: " ", count: (64 - (8 + header.utf8.count) % 64) % 64)
    var file = Data((0..<8).map { UInt8(truncatingIfNeeded: header.utf8.count >> (8 * $0)) })
    file.reserveCapacity(8 + header.utf8.count + offset)
    file.append(contentsOf: header.utf8)
    var generator = SeededGenerator(seed: 42)
    for tensor in tensors {
      let numbers = (0..<tensor.byteCount / MemoryLayout<Float>.size).map { _ in
        // Two numbers of 32 bits would do; one is simpler, and this is not what is measured.
        tensor.center + tensor.spread * (Float(Int32(truncatingIfNeeded: generator.next())) * 0x1p-31)
      }
      // Sound: floats are plain bytes.
      unsafe numbers.withUnsafeBytes { unsafe file.append(contentsOf: $0) }
    }
    return file
  }
}
