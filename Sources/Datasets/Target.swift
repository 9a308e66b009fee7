/// The labels of a model in the order of its logits, and what else files may call them.
///
/// ```swift
/// let labels = LabelSet(["negative", "neutral", "positive"], aliases: ["none": "neutral"])
/// labels.index(of: "POS")    // 2
/// ```
package struct LabelSet: Equatable, Sendable {
  /// In the order of the logits.
  package let names: [String]
  /// Indices by names and aliases in small letters.
  private var meanings: [String: Int] = [:]

  /// - Parameters:
  ///   - names: at least two, all different.
  ///   - aliases: other names for some of them; aliases of unknown labels are ignored.
  package init(_ names: [String], aliases: [String: String] = [:]) {
    self.names = names
    for (index, name) in names.enumerated() {
      for short in Self.abbreviations[name] ?? [] { meanings[short] = index }
    }
    for (alias, name) in aliases { meanings[alias.lowercased()] = names.firstIndex(of: name) }
    for (index, name) in names.enumerated().reversed() { meanings[name.lowercased()] = index }
  }

  /// The case study's labels.
  package static let negativeAndPositive = LabelSet(["negative", "positive"])

  private static let abbreviations = [
    "negative": ["neg", "n"], "neutral": ["neu"], "positive": ["pos", "p"],
  ]

  /// How many labels there are.
  package var count: Int { names.count }

  /// The index of the label that a file means: its name, an alias or the beginning of it, in small or capital letters.
  ///
  /// Nil for a label that the model does not have.
  package func index(of name: String) -> Int? {
    names.firstIndex(of: name) ?? meanings[name.lowercased()]
  }

  /// Where `negative` and `positive` are; nil when one of them is missing.
  package var polarity: (negative: Int, positive: Int)? {
    guard let negative = names.firstIndex(of: "negative"), let positive = names.firstIndex(of: "positive")
    else { return nil }
    return (negative, positive)
  }

  /// What a label teaches when it says nothing of labels other than positive and negative, as one that comes from
  /// emoticons does.
  ///
  /// Nil for any other label. With two labels there is no other, so the label itself is the target.
  package func odds(_ label: Int) -> Target? {
    guard let polarity, label == polarity.negative || label == polarity.positive else { return nil }
    guard count > 2 else { return .label(label) }
    return .odds(label: label, over: label == polarity.positive ? polarity.negative : polarity.positive)
  }
}

/// The target of a text: its label, as far as it is known.
package enum Target: Hashable, Sendable {
  /// This label is the right one.
  case label(Int)
  /// How probable each label is, in the model's order; they add up to 1.
  case distribution([Float])
  /// The first label is right rather than the second one; of all others nothing is known.
  case odds(label: Int, over: Int)

  /// The most probable label; the first of equals.
  package var likeliest: Int {
    switch self {
    case .label(let label), .odds(let label, _): label
    case .distribution(let probabilities):
      probabilities.indices.reduce(0) { probabilities[$1] > probabilities[$0] ? $1 : $0 }
    }
  }

  /// The two labels that it decides between; nil when it decides between all of them.
  package var pair: [Int]? {
    guard case .odds(let label, let other) = self else { return nil }
    return [label, other]
  }

  /// How probable each of `count` labels is.
  package func probabilities(of count: Int) -> [Float] {
    if case .distribution(let probabilities) = self { return probabilities }
    var certain = [Float](repeating: 0, count: count)
    certain[likeliest] = 1
    return certain
  }

  /// Whether a model is right that gives the labels these scores: what it likes best of the labels that are decided
  /// between is the most probable one.
  package func isMet<Score: Comparable>(by scores: some RandomAccessCollection<Score>) -> Bool {
    func score(_ label: Int) -> Score { scores[scores.index(scores.startIndex, offsetBy: label)] }
    if case .odds(let label, let other) = self { return score(label) > score(other) }
    return (0..<scores.count).max { score($0) < score($1) } == likeliest
  }
}
