internal import Kernels

/// What each mark of a text, an emoticon or emoji, is worth to each label: added to the logits.
///
/// Of the different marks that a text has, each counts once, a little more where it is repeated; their sum is divided
/// by the root of how many they are, so that mixed moods even out and a row of emoji does not drown the words.
/// Sums are made in single precision in the order of the marks: they never depend on the kernels.
package struct MarkTerm: Sendable {
  private let labels: Int
  /// [marks][labels]
  private let weights: [Float]

  /// What a mark counts that comes once, twice, three times and more.
  package static let factors: [Float] = [1, 1.25, 1.5]

  /// - Throws: when weights are so large that logits could be infinite.
  init(_ matrix: Matrix, file: String) throws(ModelError) {
    labels = matrix.columns
    weights = matrix.values()
    guard weights.allSatisfy({ abs($0) < 1e30 }) else {
      throw ModelError(
        file: file, place: "tensor 'marks.weight'", expected: "weights below 1e30", found: "larger ones")
    }
  }

  /// Adds what a text's marks are worth to a row of logits. Allocates nothing.
  ///
  /// - Parameters:
  ///   - numbers: different marks, by their lines in `marks.txt`.
  ///   - counts: how often each comes, from 1 up.
  ///   - logits: [rows][labels].
  package func add(
    numbers: Span<UInt32>, counts: Span<UInt32>, to logits: inout MutableSpan<Float>, row: Int
  ) {
    guard numbers.count > 0 else { return }
    let root = Float(numbers.count).squareRoot()
    for label in 0..<labels {
      var sum: Float = 0
      for index in numbers.indices {
        sum += weights[Int(numbers[index]) * labels + label] * Self.factor(count: counts[index])
      }
      logits[row * labels + label] += sum / root
    }
  }

  /// What a mark counts that comes so often.
  package static func factor(count: UInt32) -> Float {
    factors[min(max(Int(count), 1), factors.count) - 1]
  }
}

extension Model {
  /// The marks that a model knows, by line: different texts of 1 to 64 bytes.
  ///
  /// - Throws: the first line that is none, and where there are not as many as the configuration says.
  package func markList() throws(ModelError) -> [String] {
    guard let expected = architecture.marks else { return [] }
    guard let marks else {
      throw ModelError(
        file: configuration.name, place: "marks", expected: "a file of \(expected) marks beside it",
        found: "none")
    }
    let lines = try marks.lines()
    var known: Set<[UInt8]> = []
    for (index, line) in lines.enumerated() {
      // Compared by bytes: strings that are canonically equivalent are equal.
      guard (1...64).contains(line.utf8.count), known.insert(Array(line.utf8)).inserted else {
        throw ModelError(
          file: marks.name, place: "line \(index + 1)", expected: "another mark of 1 to 64 bytes",
          found: quoted(line))
      }
    }
    guard lines.count == expected else {
      throw ModelError(
        file: marks.name, expected: "\(expected) lines, as marks says", found: "\(lines.count)",
        remedy: "config.json and marks.txt belong to different models")
    }
    return lines
  }
}
