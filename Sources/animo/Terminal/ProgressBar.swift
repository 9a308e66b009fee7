import Scoring
import Statistics
import Synchronization
import SystemCalls
import Tweets

/// The progress line of a long run, on standard error if that is a terminal and the run takes more than two seconds.
final class ProgressBar: Sendable {
  /// The delay before the first line, so that short runs show nothing.
  static let delay = Duration.seconds(2)
  static let interval = Duration.milliseconds(100)
  /// The cells of the bar on a terminal that has room for them, and the fewest that show anything.
  private static let cells = (most: 30, fewest: 6)

  private struct State {
    var lastDrawn: Duration?
    var line = TerminalLine()
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
    update(counts.answered, "tweet", share: share(at: segment))
  }

  /// Redraws the line if enough time has passed.
  ///
  /// - Parameters:
  ///   - count: the number of finished items.
  ///   - noun: what one of them is.
  ///   - share: the finished share, from 0 to 1; nil if unknown.
  func update(_ count: Int, _ noun: String, share: @autoclosure () -> Double?) {
    let elapsed = ContinuousClock.now - begin
    state.withLock { state in
      guard elapsed >= (state.lastDrawn.map { $0 + Self.interval } ?? Self.delay) else { return }
      state.lastDrawn = elapsed
      state.line.draw(Self.text(count, noun, share: share(), elapsed: elapsed, room: TerminalLine.room))
    }
  }

  /// Removes the line.
  func clear() {
    state.withLock { $0.line.clear() }
  }

  /// The line: `[###---] 45 %  1,234 tweets, 617 a second, 0:03 left`.
  static func text(_ count: Int, _ noun: String, share: Double?, elapsed: Duration, room: Int) -> String {
    var line = NumberText.counted(count, noun)
    let seconds = elapsed / .seconds(1)
    if let rate = NumberText.rate(count, in: seconds) { line += ", \(rate)" }
    guard let share else { return line }
    if share > 0.01 { line += ", \(NumberText.duration(seconds * (1 - share) / share)) left" }
    let percent = "\(NumberText.fixed(share * 100, decimals: 0)) %  "
    let cells = min(Self.cells.most, room - line.count - percent.count - "[] ".count)
    return (cells < Self.cells.fewest ? "" : bar(share, cells: cells)) + percent + line
  }

  /// The share of all inputs that has been read, from 0 to 1; nil if their sizes are unknown.
  private func share(at segment: ScoredChunk.Segment?) -> Double? {
    segment.flatMap { Self.share(of: sizes, input: $0.input, offset: $0.end.offset) }
  }

  /// The share of inputs of these sizes that has been read up to a place in one of them.
  static func share(of sizes: [Int?], input: Int, offset: Int) -> Double? {
    let known = sizes.compactMap { $0 }
    guard known.count == sizes.count else { return nil }
    let done = Int.clampedSum(known.prefix(input).reduce(0, Int.clampedSum), offset)
    let total = known.reduce(0, Int.clampedSum)
    // Compressed inputs give more bytes than their files have, and growing files more than they had.
    guard total > 0, done <= total else { return nil }
    return Double(done) / Double(total)
  }

  private static func bar(_ share: Double, cells: Int) -> String {
    let full = Int((share * Double(cells)).rounded(.down))
    return "[" + String(repeating: "#", count: full) + String(repeating: "-", count: cells - full) + "] "
  }
}
