internal import Glibc

/// A highest learning rate for each layer group, in geometric steps up to the last group, and which of them are
/// trained at all.
///
/// fastai's `slice(lr / 2.6⁴, lr)` after `freeze_to(-2)`, over five groups, is
///
/// ```swift
/// DiscriminativeRates(highest: lr, spread: DiscriminativeRates.textSpread, trained: 2)
/// ```
///
/// Source: Howard & Ruder 2018, Universal Language Model Fine-tuning for Text Classification, 3.2 and 3.3.
package struct DiscriminativeRates: Equatable, Sendable {
  /// The rate of the last group.
  package var highest: Double
  /// The last group's rate divided by the first's; 1 for one rate for all.
  package var spread: Double
  /// How many groups, from the last, are trained; nil: all. The others are frozen.
  package var trained: Int?

  /// The spread that the case study trains its classifier with, 2.6⁴: 2.6 from one of five groups to the next.
  package static let textSpread = 2.6 * 2.6 * 2.6 * 2.6

  package init(highest: Double, spread: Double = 1, trained: Int? = nil) {
    precondition(spread > 0 && (trained ?? 1) > 0)
    (self.highest, self.spread, self.trained) = (highest, spread, trained)
  }

  /// The rate of each of `groups` groups, times `factor`; nil for those that are frozen.
  ///
  /// The spread is over all groups, also the frozen ones: unfreezing one leaves the others' rates as they were.
  package func rates(groups: Int, factor: Double = 1) -> [Double?] {
    let frozen = max(0, groups - (trained ?? groups))
    return (0..<groups).map { group in
      guard group >= frozen else { return nil }
      guard groups > 1 else { return highest * factor }
      let distance = Double(groups - 1 - group) / Double(groups - 1)
      return highest / pow(spread, distance) * factor
    }
  }
}

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
