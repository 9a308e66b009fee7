internal import Kernels

extension ParameterTree {
  /// Adds `scale` times another tree of the same shape: how the gradients of a minibatch's shards come together.
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
