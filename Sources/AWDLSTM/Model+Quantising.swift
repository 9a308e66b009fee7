internal import Kernels

extension Model {
  /// How many bits a weight of an LSTM layer can be rounded to: from codes of -1, 0 and 1 to whole bytes.
  package static let bitsOfLayers = 2...8

  /// The most bits that a code may have for two of them to share a byte.
  private static let bitsOfNibbles = 4

  /// The same model with 8-bit weights, in memory: a quarter of the size.
  ///
  /// The embedding and the matrices of the LSTM layers become codes -127 … 127 with one scale for each row (a word,
  /// or one gate of one unit): value ≈ code · scale, scale = greatest magnitude of the row / 127. A wide term has one
  /// scale for all. Biases, the head and marks, less than a hundredth of the numbers, are not changed, nor are
  /// weights that are 8-bit already.
  ///
  /// With fewer bits the codes of the LSTM layers are at most 2^(bits - 1) - 1, and the scale of a row is the one that
  /// leaves the least squared error: some processors multiply such codes faster. With up to 4 bits two of them share a
  /// byte. Layers that are 8-bit already are rounded again if they have greater codes, else they keep theirs.
  ///
  /// - Parameter bits: of a weight of the LSTM layers, one of `bitsOfLayers`.
  /// - Throws: nothing that can be foreseen; the result is checked like any model.
  package func quantised(bits: Int = 8) throws(ModelError) -> Model {
    precondition(Self.bitsOfLayers.contains(bits))
    let changes = contents.tensors.map { ($0, $1, change(of: $0, $1, bits: bits)) }
    let replaced = Set(changes.filter { $0.2 == .rounded }.map { Self.scaleName(of: $0.0) })
    var writer = SafeTensorsWriter()
    for (name, tensor, change) in changes where !replaced.contains(name) {
      switch change {
      case .none:
        writer.add(name, tensor.elementType, shape: tensor.shape, bytes: weights.bytes(in: tensor.bytes))
      case .rounded: try addRounded(name, bits: Self.isOfLayer(name) ? bits : 8, to: &writer)
      case .packed: Self.addNibbles(name, codes(of: name, tensor), rows: tensor.shape[0], to: &writer)
      }
    }
    let quantised = ModelFile(name: "\(weights.name) (quantised)", bytes: writer.file())
    return try Model(
      configuration: configuration, vocabulary: vocabulary, weights: quantised, marks: marks, learnt: learnt)
  }

  /// How many bits the codes of the LSTM layers need, of `bitsOfLayers`; nil if a layer is in single precision.
  package var bitsOfLayers: Int? {
    let layers = contents.tensors.filter { Self.isMatrix($0.key, $0.value) && Self.isOfLayer($0.key) }
    guard layers.values.allSatisfy({ $0.elementType != .float32 }) else { return nil }
    let greatest = layers.map { greatestCode(of: $0.key, $0.value) }.max() ?? 0
    return Self.bitsOfLayers.first { greatest <= Self.greatestCode(bits: $0) } ?? Self.bitsOfLayers.upperBound
  }

  /// What quantising does to a tensor.
  private enum Change {
    case none
    /// Its numbers become codes with new scales.
    case rounded
    /// Its codes, kept with their scales, share bytes.
    case packed
  }

  private func change(of name: String, _ tensor: SafeTensors.Tensor, bits: Int) -> Change {
    guard Self.isMatrix(name, tensor) else { return .none }
    guard tensor.elementType != .float32 else { return .rounded }
    guard bits < 8, Self.isOfLayer(name) else { return .none }
    guard greatestCode(of: name, tensor) <= Self.greatestCode(bits: bits) else { return .rounded }
    return tensor.elementType == .int8 && bits <= Self.bitsOfNibbles ? .packed : .none
  }

  /// The codes of a tensor of I8 or U8.
  private func codes(of name: String, _ tensor: SafeTensors.Tensor) -> [Int8] {
    guard tensor.elementType == .uint8 else {
      return weights.bytes(in: tensor.bytes).map(Int8.init(bitPattern:))
    }
    let columns = architecture.tensors.first { $0.name == name }?.sizes.last ?? 0
    return weights.withBytes {
      readNibbles($0.extracting(tensor.bytes), rows: tensor.shape[0], columns: columns)
    }
  }

  private func greatestCode(of name: String, _ tensor: SafeTensors.Tensor) -> Int {
    // Sound: a code is a byte.
    unsafe Kernels.greatestCode(codes(of: name, tensor).span.bytes)
  }

  private func addRounded(_ name: String, bits: Int, to writer: inout SafeTensorsWriter) throws(ModelError) {
    let tensor = try tensor(name)
    let rows = name == Architecture.wideWeight ? 1 : tensor.shape.sizes[0]
    let (codes, scales) = Kernels.quantised(
      tensor.values.span, rows: rows, greatestCode: Self.greatestCode(bits: bits))
    writer.add(NamedTensor(Self.scaleName(of: name), sizes: [rows], values: scales))
    guard bits > Self.bitsOfNibbles else { return Self.addNibbles(name, codes, rows: rows, to: &writer) }
    writer.add(name, .int8, shape: tensor.shape.sizes, bytes: codes.map(UInt8.init(bitPattern:)))
  }

  private static func addNibbles(
    _ name: String, _ codes: [Int8], rows: Int, to writer: inout SafeTensorsWriter
  ) {
    let bytes = writtenNibbles(codes.span, rows: rows)
    writer.add(name, .uint8, shape: [rows, bytes.count / max(rows, 1)], bytes: bytes)
  }

  /// Whether 8-bit models have this tensor as codes.
  private static func isMatrix(_ name: String, _ tensor: SafeTensors.Tensor) -> Bool {
    tensor.shape.count == 2 && !name.hasPrefix("head.") && name != Architecture.markWeight
  }

  private static func isOfLayer(_ name: String) -> Bool { name.hasPrefix("rnns.") }

  private static func greatestCode(bits: Int) -> Int { (1 << (bits - 1)) - 1 }

  private static func scaleName(of name: String) -> String { name + ".scale" }
}
