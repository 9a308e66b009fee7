package import Datasets

/// The parameters of the classifier's head: its blocks, named like the modules of a PyTorch `Sequential` that repeats
/// BatchNorm1d, Dropout, Linear and ReLU.
package struct HeadParameters: ParameterTree {
  package var blocks: [Block]

  /// A batch normalisation and the linear layer that follows.
  package struct Block: Sendable {
    package var norm: BatchNormParameters
    package var linear: LinearParameters
  }

  package mutating func visit(_ body: (String, inout Tensor) throws -> Void) rethrows {
    for index in blocks.indices {
      let module = HeadModule(block: index)
      try blocks[index].norm.visit { try body("\(module.norm).\($0)", &$1) }
      try blocks[index].linear.visit { try body("\(module.linear).\($0)", &$1) }
    }
  }
}

extension HeadParameters {
  /// The parameters that training starts from.
  ///
  /// - Parameter sizes: the widths of the head, from its input to its output: 3E, …, the number of classes.
  package init(sizes: [Int], random: RandomStream) {
    blocks = zip(sizes, sizes.dropFirst()).enumerated().map { index, width in
      var generator = random.generator(HeadModule(block: index).linear, step: 0)
      return Block(
        norm: BatchNormParameters(inputs: width.0),
        linear: LinearParameters(inputs: width.0, outputs: width.1, from: &generator))
    }
  }
}

/// The running statistics of the head's batch normalisations: not trained, but part of checkpoints and model files.
package struct HeadStatistics: ParameterTree {
  /// One for each block of the head.
  package var blocks: [BatchNormStatistics]

  package mutating func visit(_ body: (String, inout Tensor) throws -> Void) rethrows {
    for index in blocks.indices {
      try blocks[index].visit { try body("\(HeadModule(block: index).norm).\($0)", &$1) }
    }
  }
}

extension HeadStatistics {
  /// The statistics that training starts from.
  ///
  /// - Parameter sizes: the widths of the head, from its input to its output: 3E, …, the number of classes.
  package init(sizes: [Int]) {
    blocks = sizes.dropLast().map { BatchNormStatistics(inputs: $0) }
  }
}

/// The names of a block's modules in the model file.
struct HeadModule {
  let block: Int

  var norm: String { "head.\(4 * block)" }
  var dropout: String { "head.\(4 * block + 1)" }
  var linear: String { "head.\(4 * block + 2)" }
}
