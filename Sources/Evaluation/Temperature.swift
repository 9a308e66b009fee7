package import Datasets
internal import Glibc

/// One number that logits are divided by before the softmax, so that probabilities tell how often the model is right;
/// the most probable label does not change (Guo, Pleiss, Sun & Weinberger 2017).
package struct Temperature: Equatable, Sendable {
  /// More than 1 makes the model less sure, less than 1 surer.
  package let value: Double

  /// What a model may store.
  package static let bounds = 0.05...20.0

  /// A temperature within the bounds.
  package init(_ value: Double) {
    precondition(Self.bounds.contains(value), "the temperature is out of bounds")
    self.value = value
  }

  /// The temperature that minimises the log loss.
  ///
  /// Found by bisection, as the loss is convex in 1 / temperature. Where it falls to an end of the bounds, as for
  /// texts that are all labelled right, that end is the answer; 1 where all temperatures are equally good.
  /// - Parameters:
  ///   - logits: [texts][labels], finite; log-probabilities do as well, as a constant added to all logits of a text
  ///     changes nothing.
  ///   - targets: what is known of each text's label.
  ///   - divided: a temperature that logits have been divided by already; the product of both is one that a
  ///     model may store.
  package static func fit(
    logits: [[Double]], targets: [Target], divided: Temperature = Temperature(1)
  ) -> Temperature {
    precondition(logits.count == targets.count, "each text needs a target")
    guard slope(at: 1, logits: logits, targets: targets) != 0 else { return Temperature(1) }
    var low = max(bounds.lowerBound, bounds.lowerBound / divided.value)
    var high = min(bounds.upperBound, bounds.upperBound / divided.value)
    for _ in 0..<halvings {
      let middle = (low * high).squareRoot()
      // With a negative slope, 1 / temperature has to increase, so the temperature has to decrease.
      if slope(at: 1 / middle, logits: logits, targets: targets) < 0 { high = middle } else { low = middle }
    }
    return Temperature((low * high).squareRoot())
  }

  /// The temperature that minimises the log loss of some judgements.
  ///
  /// - Parameter divided: that of the model which made them.
  package static func fit(_ judgements: [Judgement], divided: Temperature = Temperature(1)) -> Temperature {
    fit(
      logits: judgements.map(\.logarithms), targets: judgements.map { .label($0.truth) }, divided: divided)
  }

  /// Of the ratio between the bounds, 2^8.6: enough for ten digits.
  private static let halvings = 40

  /// The derivative of the summed log loss by 1 / temperature: what the logits are expected to be under the softmax,
  /// less the true label's; of a target that decides between two labels, under the softmax of these two.
  private static func slope(at inverse: Double, logits: [[Double]], targets: [Target]) -> Double {
    zip(logits, targets).reduce(0) { sum, text in
      let (allLogits, target) = text
      let logits = target.pair?.map { allLogits[$0] } ?? allLogits
      let truth = target.pair == nil ? target.expectation(of: allLogits) : logits[0]
      let probabilities = softmax(logits.map { $0 * inverse })
      return sum + zip(probabilities, logits).reduce(0) { $0 + $1.0 * ($1.1 - truth) }
    }
  }

  /// Logits to probabilities.
  fileprivate static func softmax(_ logits: [Double]) -> [Double] {
    let greatest = logits.max() ?? 0
    let powers = logits.map { exp($0 - greatest) }
    let sum = powers.reduce(0, +)
    return powers.map { $0 / sum }
  }
}

extension Target {
  /// What some numbers of the labels are on average by how probable each label is.
  fileprivate func expectation(of numbers: [Double]) -> Double {
    guard case .distribution(let probabilities) = self else { return numbers[likeliest] }
    return zip(probabilities, numbers).reduce(0) { $0 + Double($1.0) * $1.1 }
  }
}

extension Judgement {
  /// The prediction with an additional temperature.
  package func tempered(by temperature: Temperature) -> Judgement {
    Judgement(
      truth: truth, probabilities: Temperature.softmax(logarithms.map { $0 / temperature.value }),
      hasNothingToJudge: hasNothingToJudge)
  }

  /// The natural logarithms of the probabilities.
  fileprivate var logarithms: [Double] {
    probabilities.map { log(max($0, Self.leastProbability)) }
  }
}
