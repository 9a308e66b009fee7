internal import Kernels

/// The tensors of a file that have not been taken yet. Each is taken once, and checked then.
struct TensorShelf {
  private let file: ModelFile
  private var left: [String: SafeTensors.Tensor]
  /// The sizes that the architecture asks for, by name.
  private let sizes: [String: [Int]]

  init(_ tensors: SafeTensors, for architecture: Architecture) {
    file = tensors.file
    left = tensors.tensors
    sizes = Dictionary(uniqueKeysWithValues: architecture.tensors.map { ($0.name, $0.sizes) })
  }

  /// Takes a matrix: F32, or I8 with its scales, F32 [rows], in the tensor `<name>.scale`.
  mutating func matrix(_ name: String) throws(ModelError) -> Matrix {
    let sizes = sizes(of: name)
    let tensor = try take(name, shape: sizes, types: [.float32, .int8])
    guard tensor.elementType == .int8 else {
      return Matrix(rows: sizes[0], columns: sizes[1], file: file, storage: .floats(tensor.bytes))
    }
    let scales = try take(name + ".scale", shape: [sizes[0]], types: [.float32])
    try requireNotNegative(name + ".scale", scales)
    let storage = Matrix.Storage.codes(tensor.bytes, scales: scales.bytes)
    return Matrix(rows: sizes[0], columns: sizes[1], file: file, storage: storage)
  }

  /// Takes a matrix of a layer: like any other, or U8 [rows, ⌈columns / 2⌉], two codes to a byte, with scales like
  /// those of I8.
  mutating func layerMatrix(_ name: String) throws(ModelError) -> Matrix {
    guard left[name]?.elementType == .uint8 else { return try matrix(name) }
    let (rows, columns) = (sizes(of: name)[0], sizes(of: name)[1])
    let tensor = try take(name, shape: [rows, nibbleBytes(columns)], types: [.uint8])
    let wrong = file.withBytes {
      firstRowNotNibbles($0.extracting(tensor.bytes), rows: rows, columns: columns)
    }
    if let wrong {
      throw error(
        name, expected: "codes from -7 to 7", found: "-8, or a code behind the last column, in row \(wrong)",
        remedy: "the file is damaged; copy it again")
    }
    let scales = try take(name + ".scale", shape: [rows], types: [.float32])
    try requireNotNegative(name + ".scale", scales)
    let storage = Matrix.Storage.nibbles(tensor.bytes, scales: scales.bytes)
    return Matrix(rows: rows, columns: columns, file: file, storage: storage)
  }

  /// Takes a matrix as one row: F32, or I8 with a single scale, F32 [1], in the tensor `<name>.scale`.
  mutating func row(_ name: String) throws(ModelError) -> Matrix {
    let sizes = sizes(of: name)
    let tensor = try take(name, shape: sizes, types: [.float32, .int8])
    let columns = sizes.reduce(1, *)
    guard tensor.elementType == .int8 else {
      return Matrix(rows: 1, columns: columns, file: file, storage: .floats(tensor.bytes))
    }
    let scales = try take(name + ".scale", shape: [1], types: [.float32])
    try requireNotNegative(name + ".scale", scales)
    return Matrix(
      rows: 1, columns: columns, file: file, storage: .codes(tensor.bytes, scales: scales.bytes))
  }

  /// Takes a matrix that is F32 in every model.
  mutating func floats(_ name: String) throws(ModelError) -> Matrix {
    let sizes = sizes(of: name)
    let tensor = try take(name, shape: sizes, types: [.float32])
    return Matrix(rows: sizes[0], columns: sizes[1], file: file, storage: .floats(tensor.bytes))
  }

  /// Takes a vector, F32, as a matrix of one row.
  mutating func vector(_ name: String) throws(ModelError) -> Matrix {
    let sizes = sizes(of: name)
    let tensor = try take(name, shape: sizes, types: [.float32])
    return Matrix(rows: 1, columns: sizes[0], file: file, storage: .floats(tensor.bytes))
  }

  /// Takes a vector of variances: none is negative.
  mutating func variance(_ name: String) throws(ModelError) -> Matrix {
    let sizes = sizes(of: name)
    let tensor = try take(name, shape: sizes, types: [.float32])
    try requireNotNegative(name, tensor)
    return Matrix(rows: 1, columns: sizes[0], file: file, storage: .floats(tensor.bytes))
  }

  private func sizes(of name: String) -> [Int] {
    guard let sizes = sizes[name] else { preconditionFailure("\(name) is in no architecture") }
    return sizes
  }

  /// Whether every tensor of the file has been taken.
  func requireEmpty() throws(ModelError) {
    guard let name = left.keys.min() else { return }
    throw error(name, expected: "no such tensor in this architecture", found: "one")
  }

  private mutating func take(
    _ name: String, shape: [Int], types: [SafeTensors.ElementType]
  ) throws(ModelError) -> SafeTensors.Tensor {
    let expected = "\(SafeTensors.ElementType.choice(types)) \(shape)"
    guard let tensor = left.removeValue(forKey: name) else {
      throw error(name, expected: expected, found: "no such tensor")
    }
    guard types.contains(tensor.elementType), tensor.shape == shape else {
      throw error(
        name, expected: expected, found: "\(tensor.elementType.rawValue) \(tensor.shape)",
        remedy: "config.json and model.safetensors belong to different models")
    }
    if tensor.elementType == .float32 { try requireFinite(name, tensor) }
    return tensor
  }

  private func requireFinite(_ name: String, _ tensor: SafeTensors.Tensor) throws(ModelError) {
    let wrong = file.withBytes { firstNotFinite($0.extracting(tensor.bytes)) }
    guard let wrong else { return }
    throw error(
      name, expected: "finite numbers", found: "infinity or NaN at element \(wrong)",
      remedy: "the training diverged or the file is damaged")
  }

  private func requireNotNegative(_ name: String, _ tensor: SafeTensors.Tensor) throws(ModelError) {
    let wrong: (index: Int, value: Float)? = file.withBytes { bytes in
      for index in 0..<tensor.shape[0] {
        let offset = tensor.bytes.lowerBound + index * MemoryLayout<Float>.stride
        // Sound: the offset is checked against the span, and any four bytes are a Float.
        let value = unsafe bytes.unsafeLoadUnaligned(fromByteOffset: offset, as: Float.self)
        if value < 0 { return (index, value) }
      }
      return nil
    }
    guard let wrong else { return }
    throw error(name, expected: "numbers from 0 up", found: "\(wrong.value) at element \(wrong.index)")
  }

  private func error(
    _ name: String, expected: String, found: String, remedy: String? = nil
  ) -> ModelError {
    ModelError(
      file: file.name, place: "tensor \(quoted(name))", expected: expected, found: found, remedy: remedy)
  }
}
