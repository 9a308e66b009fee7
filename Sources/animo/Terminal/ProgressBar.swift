import Streaming
import Synchronization

/// A line on the terminal that says how far a long run has come; on standard error, only for a terminal, and
/// only when the run takes more than two seconds.
final class ProgressBar: Sendable {
  /// Quiet for so long, so that short runs show nothing.
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

  /// - Parameter sizes: the inputs' sizes in bytes, nil for pipes and compressed files; none when `update` is
  ///   told the share that is done.
  init(sizes: [Int?] = []) {
    self.sizes = sizes
  }

  /// Draws the line anew if it is time for it.
  ///
  /// - Parameters:
  ///   - tally: what has become of all lines so far.
  ///   - segment: what was done last.
  func update(_ tally: Tally, _ segment: Chunk.Segment?) {
    update(tally.labelledTotal, "tweets", share: share(at: segment))
  }

  /// Draws the line anew if it is time for it.
  ///
  /// - Parameters:
  ///   - count: how many of what `noun` names have been dealt with so far.
  ///   - share: which part of the whole that is, 0…1; nil when it is not known.
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

  /// How much of all inputs has been read, 0…1, or nil when their sizes are not known.
  private func share(at segment: Chunk.Segment?) -> Double? {
    let known = sizes.compactMap { $0 }
    guard let segment, known.count == sizes.count, !known.isEmpty else { return nil }
    let before = known.prefix(segment.input).reduce(0, +)
    let total = known.reduce(0, +)
    // Compressed inputs have more bytes than their files, and growing ones more than they had.
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
