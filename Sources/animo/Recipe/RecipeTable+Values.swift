// What recipes are made of: each with its default.

extension RecipeTable {
  mutating func truth(_ key: String, default standard: Bool) throws(RecipeError) -> Bool {
    try value(key, expected: "true or false") { if case .truth(let truth) = $0 { truth } else { nil } }
      ?? standard
  }

  mutating func integer(
    _ key: String, _ range: ClosedRange<Int>, default standard: Int
  ) throws(RecipeError) -> Int {
    let expected =
      range.upperBound == .max
      ? "a whole number from \(range.lowerBound)"
      : "a whole number from \(range.lowerBound) to \(range.upperBound)"
    return try value(key, expected: expected) { node -> Int? in
      if case .integer(let integer) = node, range.contains(integer) { integer } else { nil }
    } ?? standard
  }

  /// A number in a range; whole numbers are numbers too.
  ///
  /// - Parameter expected: the range in words.
  mutating func number(
    _ key: String, _ expected: String, _ isAllowed: (Double) -> Bool, default standard: Double
  ) throws(RecipeError) -> Double {
    try value(key, expected: expected) { node -> Double? in
      let number: Double? =
        switch node {
        case .number(let number): number
        case .integer(let integer): Double(integer)
        default: nil
        }
      return number.flatMap { $0.isFinite && isAllowed($0) ? $0 : nil }
    } ?? standard
  }

  mutating func positive(_ key: String, default standard: Double) throws(RecipeError) -> Double {
    try number(key, "a number above 0", { $0 > 0 }, default: standard)
  }

  mutating func share(_ key: String, default standard: Double) throws(RecipeError) -> Double {
    try number(key, "a share from 0 to less than 1", { (0..<1).contains($0) }, default: standard)
  }

  /// A limit of which 0 means that there is none.
  mutating func limit(_ key: String, default standard: Double?) throws(RecipeError) -> Double? {
    let limit = try number(key, "a number from 0; 0 for no limit", { $0 >= 0 }, default: standard ?? 0)
    return limit > 0 ? limit : nil
  }

  mutating func text(_ key: String) throws(RecipeError) -> String? {
    try value(key, expected: "a text in quotation marks", Self.text)
  }

  mutating func texts(_ key: String) throws(RecipeError) -> [String] {
    try value(key, expected: "an array of texts, such as [\"a\", \"b\"]", Self.texts) ?? []
  }

  /// One of the names of an enumeration.
  mutating func choice<Choice: RawRepresentable & CaseIterable>(
    _ key: String, default standard: Choice
  ) throws(RecipeError) -> Choice where Choice.RawValue == String {
    let names = Choice.allCases.map { "\"\($0.rawValue)\"" }.joined(separator: ", ")
    return try value(key, expected: "one of \(names)") { Self.text($0).flatMap(Choice.init(rawValue:)) }
      ?? standard
  }

  static func text(_ node: TOMLNode) -> String? {
    if case .text(let text) = node, !text.isEmpty { text } else { nil }
  }

  static func texts(_ node: TOMLNode) -> [String]? {
    guard case .array(let nodes) = node else { return nil }
    let texts = nodes.compactMap(text)
    return texts.count == nodes.count ? texts : nil
  }
}
