/// What settings are read from by their names, strictly: what is there must be what is asked for.
///
/// A table of a recipe, or all that a configuration is made of.
protocol StrictSettings {
  /// The value of a key; nil when nothing has it.
  ///
  /// - Parameters:
  ///   - kind: how a text from outside of a file is to be understood.
  ///   - expected: what it has to be, in words.
  ///   - read: makes that of the value; nil when it is not.
  mutating func value<Value>(
    _ key: String, as kind: SettingKind, expected: String, _ read: (TOMLNode) -> Value?
  ) throws(SettingError) -> Value?
}

/// What kind of value a setting has.
enum SettingKind {
  case truth, integer, number, text, texts
}

// What settings are made of: each with its default.
extension StrictSettings {
  mutating func truth(_ key: String, default standard: Bool) throws(SettingError) -> Bool {
    try value(key, as: .truth, expected: "true or false") {
      if case .truth(let truth) = $0 { truth } else { nil }
    }
      ?? standard
  }

  mutating func integer(
    _ key: String, _ range: ClosedRange<Int>, default standard: Int
  ) throws(SettingError) -> Int {
    let expected =
      range.upperBound == .max
      ? "a whole number from \(range.lowerBound)"
      : "a whole number from \(range.lowerBound) to \(range.upperBound)"
    return try value(key, as: .integer, expected: expected) { node -> Int? in
      if case .integer(let integer) = node, range.contains(integer) { integer } else { nil }
    } ?? standard
  }

  /// A number in a range; whole numbers are numbers too.
  ///
  /// - Parameter expected: the range in words.
  mutating func number(
    _ key: String, _ expected: String, _ isAllowed: (Double) -> Bool, default standard: Double
  ) throws(SettingError) -> Double {
    try value(key, as: .number, expected: expected) { node -> Double? in
      let number: Double? =
        switch node {
        case .number(let number): number
        case .integer(let integer): Double(integer)
        default: nil
        }
      return number.flatMap { $0.isFinite && isAllowed($0) ? $0 : nil }
    } ?? standard
  }

  mutating func positive(_ key: String, default standard: Double) throws(SettingError) -> Double {
    try number(key, "a number above 0", { $0 > 0 }, default: standard)
  }

  mutating func share(_ key: String, default standard: Double) throws(SettingError) -> Double {
    try number(key, "a share from 0 to less than 1", { (0..<1).contains($0) }, default: standard)
  }

  /// A limit of which 0 means that there is none.
  mutating func limit(_ key: String, default standard: Double?) throws(SettingError) -> Double? {
    let limit = try number(key, "a number from 0; 0 for no limit", { $0 >= 0 }, default: standard ?? 0)
    return limit > 0 ? limit : nil
  }

  mutating func text(_ key: String) throws(SettingError) -> String? {
    try value(key, as: .text, expected: "a text in quotation marks") { $0.nonEmptyText }
  }

  mutating func texts(_ key: String) throws(SettingError) -> [String] {
    try value(key, as: .texts, expected: "an array of texts, such as [\"a\", \"b\"]") { $0.nonEmptyTexts }
      ?? []
  }

  /// One of the names of an enumeration.
  mutating func choice<Choice: RawRepresentable & CaseIterable>(
    _ key: String, default standard: Choice
  ) throws(SettingError) -> Choice where Choice.RawValue == String {
    try choice(key) ?? standard
  }

  /// The same; nil when nothing has the key.
  mutating func choice<Choice: RawRepresentable & CaseIterable>(
    _ key: String
  ) throws(SettingError) -> Choice? where Choice.RawValue == String {
    let names = Choice.allCases.map { "\"\($0.rawValue)\"" }.joined(separator: ", ")
    return try value(key, as: .text, expected: "one of \(names)") { node in
      node.nonEmptyText.flatMap(Choice.init(rawValue:))
    }
  }
}

extension TOMLNode {
  /// A text that is not empty.
  var nonEmptyText: String? {
    if case .text(let text) = self, !text.isEmpty { text } else { nil }
  }

  /// An array of such texts.
  var nonEmptyTexts: [String]? {
    guard case .array(let nodes) = self else { return nil }
    let texts = nodes.compactMap(\.nonEmptyText)
    return texts.count == nodes.count ? texts : nil
  }
}
