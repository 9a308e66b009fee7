internal import JSON

extension LabelSet {
  /// How far the sum of probabilities may be from 1 before they are taken for something else; within it they are scaled.
  private static let tolerance = 5e-3

  /// The target that the `p` of a record says: `{"negative": 0.1, "positive": 0.9}`, or an array in the labels' order.
  ///
  /// In an object, labels that are missing have the probability 0, and those of one label under several names add up.
  /// - Parameter json: the value in the record.
  /// - Throws: a sentence about the first thing that is wrong.
  func distribution(_ json: [UInt8]) throws(ProbabilityError) -> Target {
    let value: JSONValue
    do { value = try JSONReader.read(json, maximumValues: 1000) } catch {
      throw ProbabilityError("expected an object or an array of numbers")
    }
    var probabilities = [Double](repeating: 0, count: count)
    switch value {
    case .object(let members):
      for (name, value) in members {
        let probability = try Self.probability(value)
        guard let label = index(of: name) else {
          throw ProbabilityError(
            "no label is named \(JSONString.quoted(name)); the labels are \(names.joined(separator: ", "))")
        }
        probabilities[label] += probability
      }
    case .array(let values):
      guard values.count == count else {
        throw ProbabilityError(
          "expected \(count) numbers, one for each of \(names.joined(separator: ", ")); found \(values.count)"
        )
      }
      for (label, value) in values.enumerated() { probabilities[label] = try Self.probability(value) }
    default: throw ProbabilityError("expected an object or an array of numbers")
    }
    let sum = probabilities.reduce(0, +)
    guard abs(sum - 1) <= Self.tolerance else { throw ProbabilityError("expected a sum of 1, found \(sum)") }
    return .distribution(probabilities.map { Float($0 / sum) })
  }

  private static func probability(_ value: JSONValue) throws(ProbabilityError) -> Double {
    guard let number = value.double, number >= 0 else {
      throw ProbabilityError("expected numbers from 0 to 1, found \(value.line)")
    }
    return number
  }
}

/// What is wrong with a text's probabilities.
struct ProbabilityError: Error {
  let reason: String

  init(_ reason: String) {
    self.reason = reason
  }
}
