/// The words of some tweets by the hour in which these were written: a sum that can be added up in any order, within the
/// bounds of its summaries.
package struct EventWords: Equatable, Sendable {
  /// By the hour's start, in seconds since 1970.
  package private(set) var hours: [Int: Words] = [:]

  /// No words.
  package init() {}

  package var isEmpty: Bool { hours.isEmpty }

  /// Counts the words of a batch, except those of hours that begin after `limit`, which are from the future.
  ///
  /// - Parameter labels: the names of the batch's labels.
  package mutating func add(_ batch: WordBatch, of labels: [String], until limit: Int = .max) {
    batch.forEach { place, word, count in
      guard place.hour <= limit else { return }
      hours[place.hour, default: Words()].add(word, count, label: labels[place.label])
    }
  }

  /// How far before the newest tweet the words of windows are kept, in seconds: hours for a week, days for three months, of
  /// minutes none.
  package static func retention(_ step: WindowStep) -> Int {
    switch step {
    case .minute: 0
    case .hour: 7 * 86_400
    case .day: 92 * 86_400
    }
  }

  /// The words of the windows of a length, by their starts.
  package func windows(of step: WindowStep) -> [Int: Words] {
    guard step != .hour else { return hours }
    var windows: [Int: Words] = [:]
    for (hour, words) in hours { windows[step.start(of: hour), default: Words()] += words }
    return windows
  }

  package static func += (sum: inout EventWords, other: EventWords) {
    for (hour, words) in other.hours { sum.hours[hour, default: Words()] += words }
  }
}
