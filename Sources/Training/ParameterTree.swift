/// Everything that a network learns, by name: a struct of tensors and of other such structs.
///
/// Gradients are a tree of the same type, and so whatever an optimiser remembers can be kept one tensor for one.
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
  /// Names are those of the model file (`rnns.0.weight_hh_l0`): a tree puts its own name and a full stop
  /// before those of its parts.
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

  /// The same tree of zeros: where gradients are gathered.
  package var zeros: Self {
    var copy = self
    copy.visit { _, tensor in tensor = tensor.zeros }
    return copy
  }
}
