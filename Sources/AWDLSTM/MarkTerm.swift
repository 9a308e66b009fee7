internal import Kernels

/// The weights of marks (emoticons and emoji) for each label, added to the logits.
///
/// Each distinct mark of a text counts once, and slightly more if it is repeated; the sum is divided by the square
/// root of their number, so that mixed moods even out and many emoji do not outweigh the words. Sums are computed in
/// single precision in the order of the marks, independently of the kernels.
package struct MarkTerm: Sendable {
  private let labels: Int
  /// [marks][labels]
  private let weights: [Float]

  /// The factors of a mark that occurs once, twice, and three or more times.
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

  /// Adds the weights of a text's marks to a row of logits. Does not allocate.
  ///
  /// - Parameters:
  ///   - numbers: different marks, by their lines in `marks.txt`.
  ///   - counts: the number of occurrences of each, from 1.
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

  /// The factor of a mark that occurs `count` times.
  package static func factor(count: UInt32) -> Float {
    factors[min(max(Int(count), 1), factors.count) - 1]
  }
}

extension Model {
  /// The marks that a model knows, by line: different texts of 1 to 64 bytes.
  ///
  /// - Throws: if a line is invalid, or the number of lines is not that of the configuration.
  package func markList() throws(ModelError) -> [String] {
    guard let expected = architecture.marks else { return [] }
    guard let marks else {
      throw ModelError(
        file: configuration.name, place: "marks", expected: "a marks.txt with \(expected) marks",
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
