import Synchronization
import Training

/// The progress line of a stage of training, on standard error if that is a terminal.
final class StageBar: Sendable {
  private static let interval = Duration.milliseconds(200)
  private static let width = 24

  private struct State {
    var lastDrawn: ContinuousClock.Instant?
    var line = TerminalLine()
  }

  private let state = Mutex(State())

  /// Redraws the line if enough time has passed.
  func update(_ report: StageReport) {
    guard StandardError.isTerminal else { return }
    state.withLock { state in
      guard state.lastDrawn.map({ .now - $0 >= Self.interval }) ?? true else { return }
      state.lastDrawn = .now
      state.line.draw(Self.line(report))
    }
  }

  /// Removes the line.
  func clear() {
    state.withLock { $0.line.clear() }
  }

  static func line(_ report: StageReport) -> String {
    let share = Double(report.step) / Double(max(1, report.steps))
    let full = Int(share * Double(width))
    let bar = String(repeating: "#", count: full) + String(repeating: "-", count: width - full)
    var parts = ["\(report.stage) \(report.epoch)/\(report.epochs)", "[\(bar)]"]
    parts.append("loss \(NumberText.fixed(report.loss, decimals: 4))")
    parts.append("rate \(NumberText.fixed(report.rate, decimals: 6))")
    parts.append("\(NumberText.grouped(Int(report.tokensPerSecond))) tokens/s")
    if let left = report.secondsLeft { parts.append("\(NumberText.duration(left)) left") }
    if let validation = report.validation {
      parts.append("validation \(NumberText.fixed(validation.loss, decimals: 4))")
    }
    return parts.joined(separator: "  ")
  }
}
