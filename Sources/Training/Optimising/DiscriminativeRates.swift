internal import Glibc

/// The maximum learning rate of each layer group, in geometric steps up to the last group, and the number of groups
/// that are trained.
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
  /// The ratio of the last group's rate to the first's; 1 for equal rates.
  package var spread: Double
  /// The number of trained groups, counted from the last; nil for all. The others are frozen.
  package var trained: Int?

  /// Rates that fall by `ratio` from each of `groups` groups to the one below it.
  package init(highest: Double, ratio: Double, groups: Int, trained: Int? = nil) {
    self.init(highest: highest, spread: pow(ratio, Double(max(0, groups - 1))), trained: trained)
  }

  /// The spread of the case study's classifier, 2.6⁴: a factor of 2.6 from each of five groups to the next.
  package static let textSpread = 2.6 * 2.6 * 2.6 * 2.6

  package init(highest: Double, spread: Double = 1, trained: Int? = nil) {
    precondition(spread > 0 && (trained ?? 1) > 0)
    (self.highest, self.spread, self.trained) = (highest, spread, trained)
  }

  /// The rate of each of `groups` groups, times `factor`; nil for frozen groups.
  ///
  /// The spread covers all groups, including frozen ones, so unfreezing a group does not change the rates of the
  /// others.
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

/// The parts of a network that are frozen or trained together, each with one learning rate.
///
/// In reverse order of gradual unfreezing: the last group is trained first.
package struct LayerGroups: Equatable, Sendable {
  /// The prefixes of the tensor names of each group.
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
  /// - Precondition: a group contains it: tensor names are defined by the network, not by a file.
  package func group(of tensor: String) -> Int {
    guard let group = prefixes.firstIndex(where: { $0.contains(where: tensor.hasPrefix) }) else {
      preconditionFailure("\(tensor) belongs to no layer group")
    }
    return group
  }
}
