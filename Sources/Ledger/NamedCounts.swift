/// Counts by what they count: `labelled negative: 3`. A sum that can be added up in any order.
///
/// Names rather than places, as the next model may have other labels.
package struct NamedCounts: Equatable, Sendable {
  /// What is counted.
  package struct Key: Hashable, Comparable, Sendable {
    /// What sort of thing: `labelled`, `rejected`, `files`, …
    package let kind: String
    /// Which one of them: a label, a reason; empty where there is only one.
    package let name: String

    /// What is counted.
    package init(_ kind: String, _ name: String = "") {
      self.kind = kind
      self.name = name
    }

    package static func < (first: Key, second: Key) -> Bool {
      (first.kind, first.name) < (second.kind, second.name)
    }
  }

  /// All counts but those that are nought.
  package private(set) var values: [Key: Int] = [:]

  /// Nothing yet.
  package init() {}

  /// Whether nothing was counted.
  package var isEmpty: Bool { values.isEmpty }

  /// One count.
  package subscript(kind: String, name: String = "") -> Int {
    get { values[Key(kind, name), default: 0] }
    set { self[Key(kind, name)] = newValue }
  }

  /// One count.
  package subscript(key: Key) -> Int {
    get { values[key, default: 0] }
    set { values[key] = newValue == 0 ? nil : newValue }
  }

  /// Adds other counts.
  package static func += (sum: inout NamedCounts, other: NamedCounts) {
    for (key, count) in other.values { sum[key] += count }
  }

  /// Takes other counts away.
  package static func -= (sum: inout NamedCounts, other: NamedCounts) {
    for (key, count) in other.values { sum[key] -= count }
  }
}
