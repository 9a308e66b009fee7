internal import JSON

/// An object in a JSON file, such as `config.json` or a line of a training log: its members are read by key and checked
/// one by one, and an error names the file and the key.
package struct CheckedObject {
  /// The file, for messages.
  let file: String
  private let members: [String: JSONValue]
  /// The place of the object, which precedes keys in messages, such as `wide.` or `line 3, `.
  private let prefix: String

  /// The maximum size of a configuration, which is about a page of text.
  static let maximumBytes = 1 << 20

  /// Reads a file that is one object.
  init(_ file: ModelFile) throws(ModelError) {
    guard file.byteCount <= Self.maximumBytes else {
      throw ModelError(
        file: file.name, expected: "at most \(Self.maximumBytes) bytes", found: "\(file.byteCount) bytes")
    }
    try self.init(text: file.bytes(in: 0..<file.byteCount), file: file.name, place: nil)
  }

  /// Reads an object that is part of a file.
  ///
  /// - Parameters:
  ///   - file: the file, for messages.
  ///   - place: where in the file the object is; nil when it is the whole file.
  package init(text: [UInt8], file: String, place: String?) throws(ModelError) {
    let value: JSONValue
    do {
      value = try JSONReader.read(text)
    } catch {
      throw ModelError(file: file, place: place, error)
    }
    guard let members = value.members else {
      throw ModelError(file: file, place: place, expected: "a JSON object", found: value.kind)
    }
    self.init(file: file, members: members, prefix: place.map { "\($0), " } ?? "")
  }

  private init(file: String, members: [String: JSONValue], prefix: String) {
    (self.file, self.members, self.prefix) = (file, members, prefix)
  }

  /// Whether there is such a key.
  package func has(_ key: String) -> Bool { members[key] != nil }

  /// The name of the member `key` in messages.
  func place(of key: String) -> String { prefix + key }

  /// A whole number within `range`.
  func integer(_ key: String, in range: ClosedRange<Int>) throws(ModelError) -> Int {
    try integer(value(key), key, in: range)
  }

  /// A whole number from `least` up.
  package func integer(_ key: String, from least: Int) throws(ModelError) -> Int {
    try integer(key, in: least...Int.max)
  }

  /// A number within `range`.
  func number(_ key: String, in range: ClosedRange<Double>) throws(ModelError) -> Double {
    let value = try value(key)
    guard let number = value.double, range.contains(number) else {
      throw error(key, expected: "a number from \(range.lowerBound) to \(range.upperBound)", value)
    }
    return number
  }

  /// The same for a key that may be missing.
  func number(
    _ key: String, in range: ClosedRange<Double>, default number: Double
  ) throws(ModelError) -> Double {
    has(key) ? try self.number(key, in: range) : number
  }

  /// Any number.
  package func number(_ key: String) throws(ModelError) -> Double {
    let value = try value(key)
    guard let number = value.double else { throw error(key, expected: "a number", value) }
    return number
  }

  /// Any text.
  package func text(_ key: String) throws(ModelError) -> String {
    let value = try value(key)
    guard let text = value.string else { throw error(key, expected: "a text", value) }
    return text
  }

  /// A text of 1 to 64 bytes without control characters: names go into every line of output.
  func name(_ key: String) throws(ModelError) -> String {
    try name(value(key), key)
  }

  /// Different names.
  package func names(_ key: String, count: ClosedRange<Int>) throws(ModelError) -> [String] {
    var names: [String] = []
    for value in try array(key, count: count) {
      let name = try name(value, key)
      guard !names.contains(name) else { throw error(key, expected: "different texts", value) }
      names.append(name)
    }
    return names
  }

  /// One of the cases of an enumeration, by its raw value.
  func choice<Choice: RawRepresentable<String> & CaseIterable>(_ key: String) throws(ModelError) -> Choice {
    let value = try value(key)
    guard let choice = value.string.flatMap(Choice.init(rawValue:)) else {
      let known = Choice.allCases.map { quoted($0.rawValue) }
      throw error(key, expected: known.joined(separator: " or "), value)
    }
    return choice
  }

  /// Whole numbers from `least` up.
  package func integers(_ key: String, from least: Int) throws(ModelError) -> [Int] {
    try integers(key, count: 0...Int.max, in: least...Int.max)
  }

  /// Whole numbers within `range`.
  func integers(
    _ key: String, count: ClosedRange<Int>, in range: ClosedRange<Int>
  ) throws(ModelError) -> [Int] {
    var integers: [Int] = []
    for value in try array(key, count: count) { integers.append(try integer(value, key, in: range)) }
    return integers
  }

  /// Numbers within `range`.
  func numbers(
    _ key: String, count: Int, in range: ClosedRange<Double>
  ) throws(ModelError) -> [Double] {
    var numbers: [Double] = []
    for value in try array(key, count: count...count) {
      guard let number = value.double, range.contains(number) else {
        throw error(key, expected: "numbers from \(range.lowerBound) to \(range.upperBound)", value)
      }
      numbers.append(number)
    }
    return numbers
  }

  /// The members of an object; nil when there is no such key.
  func object(_ key: String) throws(ModelError) -> CheckedObject? {
    guard let value = members[key] else { return nil }
    guard let members = value.members else { throw error(key, expected: "an object", value) }
    return CheckedObject(file: file, members: members, prefix: place(of: key) + ".")
  }

  /// The objects of an array.
  package func objects(_ key: String) throws(ModelError) -> [CheckedObject] {
    var objects: [CheckedObject] = []
    for value in try array(key, count: 0...Int.max) {
      guard let members = value.members else { throw error(key, expected: "an object", value) }
      objects.append(CheckedObject(file: file, members: members, prefix: place(of: key) + ", "))
    }
    return objects
  }

  /// True or false; false when there is no such key.
  func flag(_ key: String) throws(ModelError) -> Bool {
    guard let value = members[key] else { return false }
    guard case .bool(let flag) = value else { throw error(key, expected: "true or false", value) }
    return flag
  }

  /// A power of two within `range`.
  func powerOfTwo(_ key: String, in range: ClosedRange<Int>) throws(ModelError) -> Int {
    let integer = try integer(key, in: range)
    guard integer & (integer - 1) == 0 else {
      throw ModelError(file: file, place: place(of: key), expected: "a power of two", found: "'\(integer)'")
    }
    return integer
  }

  /// An array of two whole numbers, the first not greater than the last.
  func range(_ key: String, in bounds: ClosedRange<Int>) throws(ModelError) -> ClosedRange<Int> {
    let ends = try integers(key, count: 2...2, in: bounds)
    guard ends[0] <= ends[1] else {
      throw ModelError(
        file: file, place: place(of: key), expected: "the lesser number first", found: "\(ends)")
    }
    return ends[0]...ends[1]
  }

  private func value(_ key: String) throws(ModelError) -> JSONValue {
    guard let value = members[key] else {
      throw ModelError(file: file, place: place(of: key), expected: "this key", found: "none")
    }
    return value
  }

  private func array(_ key: String, count: ClosedRange<Int>) throws(ModelError) -> [JSONValue] {
    let value = try value(key)
    guard let array = value.array else { throw error(key, expected: "an array", value) }
    guard count.contains(array.count) else {
      throw ModelError(
        file: file, place: place(of: key), expected: "\(count.lowerBound) to \(count.upperBound) elements",
        found: "\(array.count)")
    }
    return array
  }

  private func integer(
    _ value: JSONValue, _ key: String, in range: ClosedRange<Int>
  ) throws(ModelError) -> Int {
    guard let integer = value.integer, range.contains(integer) else {
      let limit = range.upperBound == .max ? "" : " to \(range.upperBound)"
      throw error(key, expected: "a whole number from \(range.lowerBound)\(limit)", value)
    }
    return integer
  }

  private func name(_ value: JSONValue, _ key: String) throws(ModelError) -> String {
    guard let name = value.string, (1...64).contains(name.utf8.count),
      name.unicodeScalars.allSatisfy({ $0.properties.generalCategory != .control })
    else {
      throw error(key, expected: "a text of 1 to 64 bytes without control characters", value)
    }
    return name
  }

  private func error(_ key: String, expected: String, _ value: JSONValue) -> ModelError {
    ModelError(file: file, place: place(of: key), expected: expected, found: value.kind)
  }
}
