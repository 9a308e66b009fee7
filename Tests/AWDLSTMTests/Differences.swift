import Kernels
import Testing

/// How far computed tensors are from PyTorch's, by name.
struct Differences {
  private var greatest: [String: Float] = [:]

  /// Compares a row of a matrix, all columns, with what PyTorch has.
  mutating func compare(_ name: String, _ matrix: FloatMatrix, row: Int, with expected: [Float]?) throws {
    try compare(name, (0..<matrix.columns).map { matrix[row: row, column: $0] }, with: expected)
  }

  /// Compares a row of activations.
  mutating func compare(_ name: String, _ matrix: Activations, row: Int, with expected: [Float]?) throws {
    try compare(name, (0..<matrix.columns).map { matrix[row: row, column: $0] }, with: expected)
  }

  private mutating func compare(_ name: String, _ values: [Float], with expected: [Float]?) throws {
    let expected = try #require(expected, "no golden values of \(name)")
    try #require(expected.count == values.count, "\(name) has another width")
    for (value, found) in zip(expected, values) {
      let difference = abs(found - value)
      // A NaN is the worst that there is.
      greatest[name] = max(greatest[name] ?? 0, difference.isNaN ? .infinity : difference)
    }
  }

  /// Prints the greatest difference of every tensor and expects none above `limit`.
  func expect(atMost limit: Float, _ title: String) {
    for (name, difference) in greatest.sorted(by: { $0.key < $1.key }) {
      print("\(title): \(name) differs by at most \(difference)")
      #expect(difference <= limit, "\(name)")
    }
    #expect(!greatest.isEmpty)
  }
}
