internal import Glibc

/// Logits to probabilities.
enum Softmax {
  /// Writes the probabilities of one text, in millionths that add up to 1,000,000.
  ///
  /// What rounding leaves over goes to the likeliest label, so that it stays the likeliest.
  /// - Parameters:
  ///   - logits: one for each label.
  ///   - temperature: what they are divided by first.
  ///   - start: where in `target` the first label's probability belongs.
  static func store(
    _ logits: ArraySlice<Float>, temperature: Double, to target: inout [Int32], at start: Int
  ) {
    guard let greatest = logits.max() else { return }
    func power(_ logit: Float) -> Double { exp(Double(logit - greatest) / temperature) }
    let sum = logits.reduce(0.0) { $0 + power($1) }
    var rest: Int32 = 1_000_000
    for (index, logit) in zip(start..., logits) {
      target[index] = Int32((power(logit) / sum * 1e6).rounded())
      rest -= target[index]
    }
    if let likeliest = logits.firstIndex(of: greatest) {
      target[start + likeliest - logits.startIndex] += rest
    }
  }
}
