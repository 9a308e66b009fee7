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
