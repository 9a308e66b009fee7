/// What a model should answer to some texts, in groups that each try one thing (CheckList; Ribeiro, Wu, Guestrin &
/// Singh 2020), and whether it does.
package struct Expectations: Sendable {
  /// What is expected of a text's label.
  package enum Expected: Equatable, Sendable {
    case label(Int)
    case anythingBut(Int)
    /// The label of another text, whatever it is.
    case same(as: String)
  }

  /// A text and what is expected of it.
  package struct Item: Equatable, Sendable {
    package let text: String
    package let group: String
    package let expected: Expected

    package init(text: String, group: String, expected: Expected) {
      (self.text, self.group, self.expected) = (text, group, expected)
    }
  }

  /// What the model answered.
  package struct Outcome: Equatable, Sendable {
    package let item: Item
    /// The probabilities of the labels; none where the text gets no label.
    package let probabilities: [Double]
    /// The label of the other text; nil where that gets none, and unless the same is expected.
    package let other: Int?

    /// The label that is given, if one is.
    package var answer: Int? { probabilities.isEmpty ? nil : probabilities.likeliest }

    /// No label is another one than any, and the same as no label.
    package var isMet: Bool {
      switch item.expected {
      case .label(let label): answer == label
      case .anythingBut(let label): answer != label
      case .same: answer == other
      }
    }
  }

  /// A group and how much of it is met.
  package struct Group: Equatable, Sendable {
    package let name: String
    package let met: Proportion
  }

  /// In the order of the items.
  package let outcomes: [Outcome]

  /// - Parameter answers: the model's probabilities for some texts, in order; none for one without a label.
  package init(_ items: [Item], answers: ([String]) -> [[Double]]) {
    let others = items.map { item in
      if case .same(let other) = item.expected { other } else { String?.none }
    }
    let texts = items.map(\.text)
    let probabilities = answers(texts + others.compactMap { $0 })
    var next = texts.count
    outcomes = items.indices.map { index in
      guard others[index] != nil else {
        return Outcome(item: items[index], probabilities: probabilities[index], other: nil)
      }
      let other = probabilities[next]
      next += 1
      return Outcome(
        item: items[index], probabilities: probabilities[index],
        other: other.isEmpty ? nil : other.likeliest)
    }
  }

  /// All of them.
  package var met: Proportion { Proportion(outcomes.count { $0.isMet }, of: outcomes.count) }

  /// In the order in which they first occur.
  package var groups: [Group] {
    var names: [String] = []
    var counts: [String: (met: Int, all: Int)] = [:]
    for outcome in outcomes {
      let name = outcome.item.group
      if counts[name] == nil { names.append(name) }
      counts[name, default: (0, 0)].all += 1
      counts[name, default: (0, 0)].met += outcome.isMet ? 1 : 0
    }
    return names.map { name in
      let (met, all) = counts[name] ?? (0, 0)
      return Group(name: name, met: Proportion(met, of: all))
    }
  }

  /// Those that are not met, group by group.
  package func failures(in group: String) -> [Outcome] {
    outcomes.filter { $0.item.group == group && !$0.isMet }
  }
}
