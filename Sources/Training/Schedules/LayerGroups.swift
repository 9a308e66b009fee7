/// The parts of a network that have one learning rate each and are frozen or trained as one.
///
/// In the order of gradual unfreezing, backwards: the last group is trained first, the first one last.
package struct LayerGroups: Equatable, Sendable {
  /// What the names of each group's tensors start with.
  package let prefixes: [[String]]

  package init(_ prefixes: [[String]]) {
    self.prefixes = prefixes
  }

  /// Those of a language model as fastai divides it: the LSTM layers, then the embedding with the tied decoder.
  package static func languageModel(layers: Int) -> LayerGroups {
    LayerGroups((0..<layers).map { ["rnns.\($0)."] } + [["encoder.", "decoder."]])
  }

  /// Those of a classifier as fastai divides it: the embedding, the LSTM layers, the head.
  package static func classifier(layers: Int) -> LayerGroups {
    LayerGroups([["encoder."]] + (0..<layers).map { ["rnns.\($0)."] } + [["head."]])
  }

  package var count: Int { prefixes.count }

  /// The group of a tensor, by its name.
  ///
  /// - Precondition: a group has it: which tensors there are is the network's decision, not a file's.
  package func group(of tensor: String) -> Int {
    guard let group = prefixes.firstIndex(where: { $0.contains(where: tensor.hasPrefix) }) else {
      preconditionFailure("\(tensor) belongs to no layer group")
    }
    return group
  }
}
