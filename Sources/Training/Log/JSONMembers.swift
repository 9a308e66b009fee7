internal import AWDLSTM
internal import JSON

/// The members of an object that training has written, asked for by key and checked one by one.
struct JSONMembers {
  private let file: String
  private let place: String
  private let values: [String: JSONValue]

  /// Reads an object.
  ///
  /// - Parameters:
  ///   - file: what messages call the file, and `place` where in it the object is.
  init(text: [UInt8], file: String, place: String) throws(ModelError) {
    try self.init(Self.value(of: text, file: file, place: place), file: file, place: place, key: "the whole")
  }

  private init(_ value: JSONValue, file: String, place: String, key: String) throws(ModelError) {
    self.file = file
    self.place = place
    guard let values = value.members else {
      throw ModelError(file: file, place: "\(place), \(key)", expected: "an object", found: value.kind)
    }
    self.values = values
  }

  func has(_ key: String) -> Bool { values[key] != nil }

  func text(_ key: String) throws(ModelError) -> String {
    try value(key, "a text", \.string)
  }

  func number(_ key: String) throws(ModelError) -> Double {
    try value(key, "a number", \.double)
  }

  func integer(_ key: String, from least: Int) throws(ModelError) -> Int {
    try value(key, "a whole number from \(least)") { value in value.integer.flatMap { $0 >= least ? $0 : nil }
    }
  }

  func integers(_ key: String, from least: Int) throws(ModelError) -> [Int] {
    try value(key, "whole numbers from \(least)") { value in
      let integers = value.array?.compactMap(\.integer).filter { $0 >= least }
      return integers?.count == value.array?.count ? integers : nil
    }
  }

  func objects(_ key: String) throws(ModelError) -> [JSONMembers] {
    var objects: [JSONMembers] = []
    for element in try value(key, "an array", \.array) {
      objects.append(try JSONMembers(element, file: file, place: place, key: key))
    }
    return objects
  }

  private static func value(of text: [UInt8], file: String, place: String) throws(ModelError) -> JSONValue {
    do {
      return try JSONReader.read(text)
    } catch {
      throw ModelError(file: file, place: place, error)
    }
  }

  private func value<Result>(
    _ key: String, _ expected: String, _ read: (JSONValue) -> Result?
  ) throws(ModelError) -> Result {
    let value = values[key] ?? .null
    guard let result = read(value) else {
      throw ModelError(file: file, place: "\(place), \(key)", expected: expected, found: value.kind)
    }
    return result
  }
}
