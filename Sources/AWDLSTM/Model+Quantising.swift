internal import Kernels

extension Model {
  /// How many bits a weight of an LSTM layer can be rounded to: from codes of -1, 0 and 1 to whole bytes.
  package static let bitsOfLayers = 2...8

  /// The same model with 8-bit weights, in memory: a quarter of the size.
  ///
  /// The embedding and the matrices of the LSTM layers become codes -127 … 127 with one scale for each row (a word,
  /// or one gate of one unit): value ≈ code · scale, scale = greatest magnitude of the row / 127. A wide term has one
  /// scale for all. Biases, the head and marks, less than a hundredth of the numbers, are not changed, nor are
  /// weights that are 8-bit already.
  ///
  /// With fewer bits the codes of the LSTM layers, still a byte each, are at most 2^(bits - 1) - 1, and the scale of a
  /// row is the one that leaves the least squared error: some processors multiply such codes faster. Layers that are
  /// 8-bit already are rounded again if they have greater codes.
  ///
  /// - Parameter bits: of a weight of the LSTM layers, one of `bitsOfLayers`.
  /// - Throws: nothing that can be foreseen; the result is checked like any model.
  package func quantised(bits: Int = 8) throws(ModelError) -> Model {
    precondition(Self.bitsOfLayers.contains(bits))
    let rounded = contents.tensors.filter { isRounded($0.key, $0.value, bits: bits) }
    let replaced = Set(rounded.keys.map(Self.scaleName(of:)))
    var writer = SafeTensorsWriter()
    for (name, tensor) in contents.tensors where !replaced.contains(name) {
      if rounded[name] == nil {
        writer.add(name, tensor.elementType, shape: tensor.shape, bytes: weights.bytes(in: tensor.bytes))
      } else {
        try addRounded(name, bits: Self.isOfLayer(name) ? bits : 8, to: &writer)
      }
    }
    let quantised = ModelFile(name: "\(weights.name) (quantised)", bytes: writer.file())
    return try Model(
      configuration: configuration, vocabulary: vocabulary, weights: quantised, marks: marks, learnt: learnt)
  }

  /// How many bits the codes of the LSTM layers need, of `bitsOfLayers`; nil if a layer is in single precision.
  package var bitsOfLayers: Int? {
    let layers = contents.tensors.filter { Self.isMatrix($0.key, $0.value) && Self.isOfLayer($0.key) }
    guard layers.values.allSatisfy({ $0.elementType == .int8 }) else { return nil }
    return Self.bitsOfLayers.first { bits in layers.values.allSatisfy { isWithin(bits, $0) } }
      ?? Self.bitsOfLayers.upperBound
  }

  /// Whether a tensor becomes codes or other codes.
  private func isRounded(_ name: String, _ tensor: SafeTensors.Tensor, bits: Int) -> Bool {
    guard Self.isMatrix(name, tensor) else { return false }
    guard tensor.elementType == .int8 else { return true }
    return bits < 8 && Self.isOfLayer(name) && !isWithin(bits, tensor)
  }

  /// Whether the codes of a tensor have at most `bits` bits.
  private func isWithin(_ bits: Int, _ tensor: SafeTensors.Tensor) -> Bool {
    weights.withBytes { Kernels.greatestCode($0.extracting(tensor.bytes)) } <= Self.greatestCode(bits: bits)
  }

  private func addRounded(_ name: String, bits: Int, to writer: inout SafeTensorsWriter) throws(ModelError) {
    let tensor = try tensor(name)
    let rows = name == Architecture.wideWeight ? 1 : tensor.shape.sizes[0]
    let (codes, scales) = Kernels.quantised(
      tensor.values.span, rows: rows, greatestCode: Self.greatestCode(bits: bits))
    writer.add(name, .int8, shape: tensor.shape.sizes, bytes: codes.map(UInt8.init(bitPattern:)))
    writer.add(NamedTensor(Self.scaleName(of: name), sizes: [rows], values: scales))
  }

  /// Whether 8-bit models have this tensor as codes.
  private static func isMatrix(_ name: String, _ tensor: SafeTensors.Tensor) -> Bool {
    tensor.shape.count == 2 && !name.hasPrefix("head.") && name != Architecture.markWeight
  }

  private static func isOfLayer(_ name: String) -> Bool { name.hasPrefix("rnns.") }

  private static func greatestCode(bits: Int) -> Int { (1 << (bits - 1)) - 1 }

  private static func scaleName(of name: String) -> String { name + ".scale" }
}
