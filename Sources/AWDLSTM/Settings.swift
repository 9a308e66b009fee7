internal import JSON

/// The members of `config.json`, asked for by key and checked one by one.
struct Settings {
  private let file: String
  private let members: [String: JSONValue]
  /// What messages put before keys: of an object inside, its own key and a full stop.
  private let path: String

  /// A configuration is a page of text; anything longer is something else.
  static let maximumBytes = 1 << 20

  init(_ file: ModelFile) throws(ModelError) {
    guard file.byteCount <= Self.maximumBytes else {
      throw ModelError(
        file: file.name, expected: "at most \(Self.maximumBytes) bytes", found: "\(file.byteCount) bytes")
    }
    let value: JSONValue
    do {
      value = try JSONReader.read(file.bytes(in: 0..<file.byteCount))
    } catch {
      throw ModelError(file: file.name, error)
    }
    guard let members = value.members else {
      throw ModelError(file: file.name, expected: "a JSON object", found: value.kind)
    }
    self.init(file: file.name, members: members, path: "")
  }

  private init(file: String, members: [String: JSONValue], path: String) {
    (self.file, self.members, self.path) = (file, members, path)
  }

  func integer(_ key: String, in range: ClosedRange<Int>) throws(ModelError) -> Int {
    try integer(value(key), key, in: range)
  }

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
    members[key] == nil ? number : try self.number(key, in: range)
  }

  /// A text of 1 to 64 bytes without control characters: it goes into every line of output.
  func text(_ key: String) throws(ModelError) -> String {
    try text(value(key), key)
  }

  func texts(_ key: String, count: ClosedRange<Int>) throws(ModelError) -> [String] {
    var texts: [String] = []
    for value in try array(key, count: count) {
      let text = try text(value, key)
      guard !texts.contains(text) else { throw error(key, expected: "different texts", value) }
      texts.append(text)
    }
    return texts
  }

  func integers(
    _ key: String, count: ClosedRange<Int>, in range: ClosedRange<Int>
  ) throws(ModelError) -> [Int] {
    var integers: [Int] = []
    for value in try array(key, count: count) { integers.append(try integer(value, key, in: range)) }
    return integers
  }

  /// The members of an object; nil when there is no such key.
  func object(_ key: String) throws(ModelError) -> Settings? {
    guard let value = members[key] else { return nil }
    guard let members = value.members else { throw error(key, expected: "an object", value) }
    return Settings(file: file, members: members, path: path + key + ".")
  }

  /// True or false; false when there is no such key.
  func flag(_ key: String) throws(ModelError) -> Bool {
    guard let value = members[key] else { return false }
    guard case .bool(let flag) = value else { throw error(key, expected: "true or false", value) }
    return flag
  }

  func powerOfTwo(_ key: String, in range: ClosedRange<Int>) throws(ModelError) -> Int {
    let integer = try integer(key, in: range)
    guard integer & (integer - 1) == 0 else {
      throw ModelError(file: file, place: path + key, expected: "a power of two", found: "'\(integer)'")
    }
    return integer
  }

  /// An array of two whole numbers, the first not greater than the last.
  func range(_ key: String, in bounds: ClosedRange<Int>) throws(ModelError) -> ClosedRange<Int> {
    let ends = try integers(key, count: 2...2, in: bounds)
    guard ends[0] <= ends[1] else {
      throw ModelError(
        file: file, place: path + key, expected: "the lesser number first", found: "\(ends)")
    }
    return ends[0]...ends[1]
  }

  func kind(_ key: String) throws(ModelError) -> Architecture.Kind {
    let value = try value(key)
    guard let kind = value.string.flatMap(Architecture.Kind.init(rawValue:)) else {
      let known = Architecture.Kind.allCases.map { quoted($0.rawValue) }
      throw error(key, expected: known.joined(separator: " or "), value)
    }
    return kind
  }

  func require(
    _ key: String, toStartWith first: Int, andEndWith last: Int, _ sizes: [Int]
  ) throws(ModelError) {
    guard sizes.first == first, sizes.last == last else {
      throw ModelError(
        file: file, place: path + key,
        expected: "\(first) (three times embedding_size), …, \(last) (the number of labels)",
        found: "\(sizes)")
    }
  }

  private func value(_ key: String) throws(ModelError) -> JSONValue {
    guard let value = members[key] else {
      throw ModelError(file: file, place: path + key, expected: "this key", found: "none")
    }
    return value
  }

  private func array(_ key: String, count: ClosedRange<Int>) throws(ModelError) -> [JSONValue] {
    let value = try value(key)
    guard let array = value.array else { throw error(key, expected: "an array", value) }
    guard count.contains(array.count) else {
      throw ModelError(
        file: file, place: path + key, expected: "\(count.lowerBound) to \(count.upperBound) elements",
        found: "\(array.count)")
    }
    return array
  }

  private func integer(_ value: JSONValue, _ key: String, in range: ClosedRange<Int>) throws(ModelError)
    -> Int
  {
    guard let integer = value.integer, range.contains(integer) else {
      throw error(key, expected: "a whole number from \(range.lowerBound) to \(range.upperBound)", value)
    }
    return integer
  }

  private func text(_ value: JSONValue, _ key: String) throws(ModelError) -> String {
    guard let text = value.string, (1...64).contains(text.utf8.count),
      text.unicodeScalars.allSatisfy({ $0.properties.generalCategory != .control })
    else {
      throw error(key, expected: "a text of 1 to 64 bytes without control characters", value)
    }
    return text
  }

  private func error(_ key: String, expected: String, _ value: JSONValue) -> ModelError {
    ModelError(file: file, place: path + key, expected: expected, found: value.kind)
  }
}
