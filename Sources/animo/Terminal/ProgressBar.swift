import Scoring
import Statistics
import Synchronization
import Tweets

/// The progress line of a long run, on standard error if that is a terminal and the run takes more than two seconds.
final class ProgressBar: Sendable {
  /// The delay before the first line, so that short runs show nothing.
  static let delay = Duration.seconds(2)
  static let interval = Duration.milliseconds(100)
  private static let width = 30

  private struct State {
    var lastDrawn: Duration?
  }

  private let state = Mutex(State())
  private let begin = ContinuousClock.now
  /// The inputs' sizes in bytes, nil where unknown.
  private let sizes: [Int?]

  /// - Parameter sizes: the inputs' sizes in bytes, nil for pipes and compressed files; empty if `update` is called
  ///   with the finished share.
  init(sizes: [Int?] = []) {
    self.sizes = sizes
  }

  /// Redraws the line if enough time has passed.
  ///
  /// - Parameters:
  ///   - counts: the counts of all lines so far.
  ///   - segment: the segment finished last.
  func update(_ counts: Counts, _ segment: ScoredChunk.Segment?) {
    update(counts.labelledTotal, "tweets", share: share(at: segment))
  }

  /// Redraws the line if enough time has passed.
  ///
  /// - Parameters:
  ///   - count: the number of finished items, which `noun` names.
  ///   - share: the finished share, from 0 to 1; nil if unknown.
  func update(_ count: Int, _ noun: String, share: @autoclosure () -> Double?) {
    let elapsed = ContinuousClock.now - begin
    let isDue = state.withLock { state in
      guard elapsed >= (state.lastDrawn.map { $0 + Self.interval } ?? Self.delay) else { return false }
      state.lastDrawn = elapsed
      return true
    }
    guard isDue else { return }
    let done = share()
    let rate = Double(count) / (elapsed / .seconds(1))
    var line = done.map { bar($0) } ?? ""
    line += "\(NumberText.grouped(count)) \(noun), \(NumberText.fixed(rate, decimals: 0)) a second"
    if let done, done > 0.01 {
      line += ", \(NumberText.fixed((elapsed / .seconds(1)) * (1 - done) / done, decimals: 0)) s left"
    }
    StandardError.write("\r\u{1B}[K\(line)")
  }

  /// Removes the line.
  func clear() {
    if state.withLock({ $0.lastDrawn != nil }) { StandardError.write("\r\u{1B}[K") }
  }

  /// The share of all inputs that has been read, from 0 to 1; nil if their sizes are unknown.
  private func share(at segment: ScoredChunk.Segment?) -> Double? {
    let known = sizes.compactMap { $0 }
    guard let segment, known.count == sizes.count, !known.isEmpty else { return nil }
    let before = known.prefix(segment.input).reduce(0, +)
    let total = known.reduce(0, +)
    // Compressed inputs give more bytes than their files have, and growing files more than they had.
    guard total > 0, before + segment.end.offset <= total else { return nil }
    return Double(before + segment.end.offset) / Double(total)
  }

  private func bar(_ share: Double) -> String {
    let full = Int((share * Double(Self.width)).rounded(.down))
    let percent = NumberText.fixed(share * 100, decimals: 0)
    return "[" + String(repeating: "#", count: full) + String(repeating: "-", count: Self.width - full)
      + "] \(percent) %  "
  }
}
