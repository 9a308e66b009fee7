internal import Kernels

extension SafeTensors {
  /// The numbers of a tensor in single precision, row by row.
  ///
  /// F16 and BF16 are widened, F64 is rounded; I8 is multiplied with the scales of its rows, F32 [rows], or with a
  /// common scale, F32 [1], in the tensor `<name>.scale`. U8 is two codes to a byte, with scales like those of I8.
  /// Numbers may be infinite or NaN.
  ///
  /// - Parameter columns: the columns of a matrix, which bytes of two codes do not tell; nil if they are not known.
  /// - Throws: if there is no such tensor, or it has another type.
  package func tensor(_ name: String, columns: Int? = nil) throws(ModelError) -> NamedTensor {
    guard let tensor = tensors[name] else {
      throw error(name, expected: "one of this name", found: "no such tensor")
    }
    guard tensor.elementType == .uint8 else {
      return NamedTensor(name, sizes: tensor.shape, values: try values(of: name, tensor))
    }
    guard let columns, tensor.shape == [tensor.shape.first ?? 0, nibbleBytes(columns)] else {
      throw ModelError(
        file: file.name, place: "tensor \(quoted(name))", expected: "numbers with a fraction",
        found: "U8 \(tensor.shape)", remedy: "a model with 4-bit weights can be exported first")
    }
    let storage = Matrix.Storage.nibbles(tensor.bytes, scales: try scales(of: name, tensor).bytes)
    let matrix = Matrix(rows: tensor.shape[0], columns: columns, file: file, storage: storage)
    return NamedTensor(name, sizes: [matrix.rows, columns], values: matrix.values())
  }

  private func values(of name: String, _ tensor: Tensor) throws(ModelError) -> [Float] {
    switch tensor.elementType {
    case .float64: numbers(tensor.bytes) { (number: Double) in Float(number) }
    case .float32: numbers(tensor.bytes) { (number: Float) in number }
    case .float16: numbers(tensor.bytes) { (number: Float16) in Float(number) }
    case .bfloat16: numbers(tensor.bytes) { (half: UInt16) in Float(bitPattern: UInt32(half) << 16) }
    case .int8: try codes(name, tensor)
    case .int64, .uint8:
      throw error(name, expected: "numbers with a fraction", found: tensor.elementType.rawValue)
    }
  }

  private func scales(of name: String, _ tensor: Tensor) throws(ModelError) -> Tensor {
    guard tensor.shape.count == 2, let scales = tensors[name + ".scale"], scales.elementType == .float32,
      scales.shape == [tensor.shape[0]] || scales.shape == [1]
    else {
      throw error(
        name + ".scale", expected: "the scales of the \(tensor.elementType.rawValue) tensor's rows",
        found: "no matching ones")
    }
    return scales
  }

  private func codes(_ name: String, _ tensor: Tensor) throws(ModelError) -> [Float] {
    let scales = try scales(of: name, tensor)
    let storage = Matrix.Storage.codes(tensor.bytes, scales: scales.bytes)
    let rows = scales.shape[0]
    return Matrix(rows: rows, columns: tensor.shape.reduce(1, *) / max(rows, 1), file: file, storage: storage)
      .values()
  }

  /// Numbers of any alignment. The file's byte order is that of every machine animo runs on.
  private func numbers<Stored: BitwiseCopyable>(
    _ range: Range<Int>, _ widen: (Stored) -> Float
  ) -> [Float] {
    file.withBytes { bytes in
      stride(from: range.lowerBound, to: range.upperBound, by: MemoryLayout<Stored>.stride).map { offset in
        // Sound: the range is whole numbers within the file, and any bytes are such a number.
        widen(unsafe bytes.unsafeLoadUnaligned(fromByteOffset: offset, as: Stored.self))
      }
    }
  }

  private func error(_ name: String, expected: String, found: String) -> ModelError {
    ModelError(file: file.name, place: "tensor \(quoted(name))", expected: expected, found: found)
  }
}

/// A tensor in single precision, with its name in a model file.
package struct NamedTensor: Equatable, Sendable {
  package let shape: TensorShape
  /// Row by row.
  package let values: [Float]

  package var name: String { shape.name }

  /// - Parameter sizes: [rows, columns] of a matrix, [count] of a vector.
  package init(_ name: String, sizes: [Int], values: [Float]) {
    shape = TensorShape(name, sizes)
    precondition(values.count == shape.count, "as many values as the sizes say")
    self.values = values
  }

  /// The same numbers under another name; they are not copied.
  package func renamed(_ name: String) -> NamedTensor {
    NamedTensor(name, sizes: shape.sizes, values: values)
  }
}
