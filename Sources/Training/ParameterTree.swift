internal import Kernels

/// Everything that a network learns, by name: a struct of tensors and of other such structs.
///
/// Gradients are a tree of the same type, so an optimiser can keep one tensor of its own for each of the parameters.
///
/// ```swift
/// struct LinearParameters: ParameterTree {
///   var weight: Tensor
///   var bias: Tensor
///
///   mutating func visit(_ body: (String, inout Tensor) throws -> Void) rethrows {
///     try body("weight", &weight)
///     try body("bias", &bias)
///   }
/// }
/// ```
package protocol ParameterTree: Sendable {
  /// Calls `body` with the name and the value of every tensor, always in the same order.
  ///
  /// Names are those of the model file (`rnns.0.weight_hh_l0`): a tree prefixes the names of its parts with its own
  /// name and a full stop.
  mutating func visit(_ body: (String, inout Tensor) throws -> Void) rethrows
}

extension ParameterTree {
  /// Names and values in the order of `visit`. The values share their memory with the tree until one changes.
  package var tensors: [(name: String, tensor: Tensor)] {
    var copy = self
    var all: [(name: String, tensor: Tensor)] = []
    copy.visit { name, tensor in all.append((name, tensor)) }
    return all
  }

  /// A tree of the same shape, all zeros: where gradients are accumulated.
  package var zeros: Self {
    var copy = self
    copy.visit { _, tensor in tensor = tensor.zeros }
    return copy
  }
}

extension ParameterTree {
  /// Adds `scale` times another tree of the same shape: how the gradients of a minibatch's shards are summed.
  package mutating func add(_ other: Self, scaledBy scale: Float = 1) {
    let others = other.tensors
    var index = 0
    visit { _, tensor in
      let source = others[index].tensor.values
      var target = tensor.values.mutableSpan
      OptimiserKernel.best.add(source.span, scaledBy: scale, to: &target)
      index += 1
    }
  }
}

/// A list of named tensors as a parameter tree: an optimiser's moments in the order of its parameters, or any other
/// state that needs no type of its own.
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
