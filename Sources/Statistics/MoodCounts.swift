package import JSON

/// What was said of the tweets of one window, or of some others: a sum that can be added up in any order.
///
/// As with `Counts`, sums of the same labels are added place by place, others by name, and a label that one of two lacks
/// has a count of 0 in it.
package struct MoodCounts: Sendable {
  /// The labels, in the order of all that is asked by a label's place.
  package private(set) var labels: [String]
  /// Tweets with nothing to judge, then those of each label, then the probabilities in millionths of each label summed
  /// over the tweets that were given the first label, the second, and so on.
  private var numbers: [Int]
  /// The labels that each of the tweets could be given; in a sum of different labels, those that all parts have.
  private var choices: [String]

  /// Nothing yet, with a place for each of `labels`.
  package init(labels: [String] = []) {
    (self.labels, choices) = (labels, labels)
    numbers = Array(repeating: 0, count: Self.size(of: labels.count))
  }

  private static func size(of labels: Int) -> Int { 1 + labels + labels * labels }

  /// Tweets with nothing to judge; they are in no share and no mean.
  package var unjudged: Int { numbers[0] }
  /// All tweets with a label.
  package var labelledTotal: Int { numbers[1..<(1 + labels.count)].reduce(0, +) }
  /// All tweets that were answered.
  package var answered: Int { unjudged + labelledTotal }
  /// Whether every number is 0.
  package var isEmpty: Bool { numbers.allSatisfy { $0 == 0 } }

  /// How many tweets were given a label.
  package func labelled(_ label: Int) -> Int { numbers[1 + label] }

  /// The calibrated probability of `label` summed over the tweets that were given the label `given`, in millionths.
  package func probability(of label: Int, given: Int) -> Int {
    numbers[1 + (given + 1) * labels.count + label]
  }

  /// The same summed over all labelled tweets.
  package func probability(of label: Int) -> Int {
    labels.indices.reduce(0) { $0 + probability(of: label, given: $1) }
  }

  /// The part of the labelled tweets that was given a label, from 0 to 1; 0 without tweets.
  package func share(of label: Int) -> Double {
    Double(labelled(label)) / Double(max(1, labelledTotal))
  }

  /// The mean probability of a label over all labelled tweets, from 0 to 1; 0 without tweets.
  package func meanProbability(of label: Int) -> Double {
    Double(probability(of: label)) / 1_000_000 / Double(max(1, labelledTotal))
  }

  /// Counts a tweet.
  ///
  /// - Parameters:
  ///   - label: the label it was given; nil where there is nothing to judge.
  ///   - probabilities: of the first labels, in millionths.
  package mutating func add(label: Int?, probabilities: ArraySlice<Int32>) {
    guard let label else {
      numbers[0] += 1
      return
    }
    numbers[1 + label] += 1
    let row = 1 + (label + 1) * labels.count - probabilities.startIndex
    for index in probabilities.indices { numbers[row + index] += Int(probabilities[index]) }
  }
}

// Sums.
extension MoodCounts: Equatable {
  package static func += (sum: inout MoodCounts, other: MoodCounts) { sum.combine(with: other, +) }
  package static func -= (sum: inout MoodCounts, other: MoodCounts) { sum.combine(with: other, -) }

  /// Whether each name has the same numbers in both.
  package static func == (first: MoodCounts, second: MoodCounts) -> Bool {
    var difference = first
    difference -= second
    return difference.isEmpty
  }

  /// The same with exactly these labels in this order; what is said of others is left out.
  package func arranged(by labels: [String]) -> MoodCounts {
    guard labels != self.labels else { return self }
    var arranged = MoodCounts(labels: labels)
    arranged.choices = choices.filter { labels.contains($0) }
    let places = labels.map { self.labels.firstIndex(of: $0) }
    arranged.numbers[0] = unjudged
    for (given, oldGiven) in places.enumerated() {
      guard let oldGiven else { continue }
      arranged.numbers[1 + given] = labelled(oldGiven)
      for (label, old) in places.enumerated() {
        guard let old else { continue }
        arranged.numbers[1 + (given + 1) * labels.count + label] = probability(of: old, given: oldGiven)
      }
    }
    return arranged
  }

  private mutating func combine(with other: MoodCounts, _ operation: (Int, Int) -> Int) {
    var other = other
    let choices = choices == other.choices ? choices : commonChoices(with: other)
    if labels != other.labels {
      let all = labels + other.labels.filter { !labels.contains($0) }
      (self, other) = (arranged(by: all), other.arranged(by: all))
    }
    self.choices = choices
    for index in numbers.indices { numbers[index] = operation(numbers[index], other.numbers[index]) }
  }
}

// What can be estimated.
extension MoodCounts {
  /// The labels that each tweet of both could be given. A part without labelled tweets has no say.
  private func commonChoices(with other: MoodCounts) -> [String] {
    if labels.isEmpty || (labelledTotal == 0 && other.labelledTotal > 0) { return other.choices }
    return other.labelledTotal == 0 ? choices : choices.filter { other.choices.contains($0) }
  }

  /// The true shares of the labels.
  ///
  /// The sums of tweets that could not be given one of the estimator's labels are no mixture that it knows: they have
  /// nothing for that label, whatever the tweets are.
  private func outcome(_ estimator: ShareEstimator?) -> ShareEstimator.Outcome {
    guard let estimator, estimator.labels.allSatisfy({ choices.contains($0) }) else { return .modelNotJudged }
    return estimator.estimate(
      labels: labels, tweets: labelledTotal, sums: labels.indices.map { probability(of: $0) })
  }
}

// As the ledger keeps them.
extension MoodCounts {
  /// The numbers as text, in the order that their labels give them: `0 12 3 …`.
  package var text: String {
    var text: [UInt8] = []
    for (index, number) in numbers.enumerated() {
      if index > 0 { text.append(0x20) }
      text.append(decimal: number)
    }
    return String(decoding: text, as: UTF8.self)
  }

  /// What `text` holds of `labels`; nil for any other text.
  package init?(labels: [String], text: some Sequence<UInt8>) {
    (self.labels, choices) = (labels, labels)
    numbers = []
    numbers.reserveCapacity(Self.size(of: labels.count))
    var (number, sign, hasDigits) = (0, 1, false)
    for byte in text {
      switch byte {
      case 0x30...0x39:
        let (tens, overflows) = number.multipliedReportingOverflow(by: 10)
        guard !overflows, tens <= Int.max - 9 else { return nil }
        (number, hasDigits) = (tens + Int(byte - 0x30), true)
      case UInt8(ascii: "-") where !hasDigits && sign == 1: sign = -1
      case 0x20 where hasDigits:
        numbers.append(sign * number)
        (number, sign, hasDigits) = (0, 1, false)
      default: return nil
      }
    }
    guard hasDigits else { return nil }
    numbers.append(sign * number)
    guard numbers.count == Self.size(of: labels.count) else { return nil }
  }

  /// What is said of the tweets, as members of a JSON object.
  ///
  /// - Parameter estimator: estimates true shares; nil where the model was not judged.
  package func members(_ estimator: ShareEstimator?) -> [(String, JSONValue)] {
    let outcome = outcome(estimator)
    return [
      ("tweets", .integer(answered)),
      ("labelled", .integer(labelledTotal)),
      (
        "labels",
        .object(
          labels.enumerated().map { ($1, json(ofLabel: $0, estimate: estimator.json(of: $1, in: outcome))) })
      ),
      ("estimated", outcome.status),
      ("unjudged", .integer(unjudged)),
    ]
  }

  private func json(ofLabel label: Int, estimate: JSONValue) -> JSONValue {
    .object([
      ("count", .integer(labelled(label))),
      ("share", .decimal(share(of: label), places: 6)),
      ("estimate", estimate),
      ("mean_probability", .decimal(meanProbability(of: label), places: 6)),
    ])
  }
}
