/// A list of named tensors as a tree of its own: an optimiser's moments in the order of the parameters that they
/// belong to, or anything else without a shape worth a type.
package struct TensorList: ParameterTree, Equatable {
  package var names: [String]
  package var values: [Tensor]

  /// One tensor of zeros for each of a tree's, under the same name.
  package init(zerosLike tree: some ParameterTree) {
    let tensors = tree.tensors
    names = tensors.map(\.name)
    values = tensors.map(\.tensor.zeros)
  }

  package init(names: [String] = [], values: [Tensor] = []) {
    precondition(names.count == values.count)
    (self.names, self.values) = (names, values)
  }

  package mutating func visit(_ body: (String, inout Tensor) throws -> Void) rethrows {
    for index in names.indices { try body(names[index], &values[index]) }
  }
}
