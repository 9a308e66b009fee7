internal import Kernels

/// A linear model over the features of a text, whose scores are added to the network's logits.
///
/// A text has features of two kinds, n-grams of words and of characters. Of each kind the weights of its features
/// are added up and divided by the root of how many these are, so that long texts do not outweigh short ones.
/// Weights of 8 bits are added as whole numbers, others in the order of the features: the sums never depend on the
/// kernels.
package struct WideTerm: Sendable {
  private let shape: WideShape
  private let labels: Int
  /// [buckets][labels]: the labels of a feature lie together.
  private let weights: Weights

  private enum Weights: Sendable {
    case floats([Float])
    /// One code a byte, where the file has them.
    case codes(ModelFile, Range<Int>, scale: Float)
  }

  /// - Parameter matrix: all weights as one row.
  /// - Throws: when they are so large that logits could be infinite.
  init(_ matrix: Matrix, shape: WideShape, file: String) throws(ModelError) {
    self.shape = shape
    labels = matrix.columns / shape.buckets
    let isSmall: Bool
    // A sum of n weights is divided by √n, and a float has 24 bits to add them with.
    if let codes = matrix.codes {
      weights = .codes(matrix.file, codes.range, scale: codes.scale)
      isSmall = abs(codes.scale) * 128 < 1e30
    } else {
      let values = matrix.values()
      weights = .floats(values)
      isSmall = values.allSatisfy { abs($0) < 1e30 }
    }
    guard isSmall else {
      throw ModelError(
        file: file, place: "tensor 'wide.weight'", expected: "weights below 1e30", found: "larger ones")
    }
  }

  /// Adds what a text's features are worth to a row of logits. Allocates nothing.
  ///
  /// - Parameters:
  ///   - words: different buckets, of words.
  ///   - characters: the same of characters.
  ///   - logits: [rows][labels].
  package func add(
    words: Span<UInt32>, characters: Span<UInt32>, to logits: inout MutableSpan<Float>, row: Int
  ) {
    for label in 0..<labels {
      logits[row * labels + label] +=
        worth(of: words, to: label) + worth(of: characters, to: label)
    }
  }

  /// What one feature adds to the logit of each label.
  ///
  /// - Parameter count: the number of features of its kind that the text has.
  package func worth(of bucket: UInt32, among count: Int) -> [Double] {
    let root = Double(max(count, 1)).squareRoot()
    return (0..<labels).map { label in
      switch weights {
      case .floats(let floats): return Double(floats[Int(bucket) * labels + label]) / root
      case .codes(let file, let range, let scale):
        return Double(sum(file, range, [bucket].span, label)) * Double(scale) / root
      }
    }
  }

  private func worth(of features: Span<UInt32>, to label: Int) -> Float {
    guard features.count > 0 else { return 0 }
    let sum =
      switch weights {
      case .floats(let floats): sum(floats.span, features, label)
      case .codes(let file, let range, let scale): Float(sum(file, range, features, label)) * scale
      }
    return sum / Float(features.count).squareRoot()
  }

  private func sum(_ weights: Span<Float>, _ features: Span<UInt32>, _ label: Int) -> Float {
    var sum: Float = 0
    for index in features.indices { sum += weights[Int(features[index]) * labels + label] }
    return sum
  }

  private func sum(_ file: ModelFile, _ range: Range<Int>, _ features: Span<UInt32>, _ label: Int) -> Int {
    file.withBytes { bytes in
      let codes = bytes.extracting(range)
      var sum = 0
      for index in features.indices {
        // Sound: the offset is checked against the span, and any byte is a code.
        sum += Int(
          unsafe codes.unsafeLoad(fromByteOffset: Int(features[index]) * labels + label, as: Int8.self))
      }
      return sum
    }
  }
}

/// The features of a wide term: the number of buckets, and the lengths of the n-grams hashed into them.
///
/// `TweetText.HashedNGrams` finds the buckets of a text; `wide.weight` has their weights.
package struct WideShape: Equatable, Sendable {
  /// A power of two.
  package var buckets: Int
  /// The lengths of n-grams of words.
  package var words: ClosedRange<Int>
  /// The lengths of n-grams of characters.
  package var characters: ClosedRange<Int>
  /// Whether negated words are additional features.
  package var negation: Bool

  package init(
    buckets: Int, words: ClosedRange<Int>, characters: ClosedRange<Int>, negation: Bool = false
  ) {
    (self.buckets, self.words, self.characters) = (buckets, words, characters)
    self.negation = negation
  }

  /// Reads the object `wide` of a `config.json`.
  init(_ object: CheckedObject) throws(ModelError) {
    buckets = try object.powerOfTwo("buckets", in: 1...1 << 22)
    words = try object.range("words", in: 1...4)
    characters = try object.range("characters", in: 1...8)
    negation = try object.flag("negation")
  }

  /// The object `wide` of a `config.json`.
  var configuration: String {
    func text(_ range: ClosedRange<Int>) -> String { "[\(range.lowerBound), \(range.upperBound)]" }
    // Omitted by models without negation.
    let more = negation ? ", \"negation\": true" : ""
    return "{\"buckets\": \(buckets), \"words\": \(text(words)), \"characters\": \(text(characters))\(more)}"
  }
}
