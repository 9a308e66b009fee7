import Statistics
import Testing

@Suite("Sliding windows") struct SlidingWindowsTests {
  @Test("A window forgets what is older than itself, the longer ones remember it")
  func forgetting() {
    var windows = SlidingWindows(of: nothing, start: .seconds(1000))
    windows.add(counts(negative: 3), at: .seconds(1005))
    #expect(windows.sum(over: .oneMinute, at: .seconds(1050)).counts.labelled == [3, 0])
    #expect(windows.sum(over: .oneMinute, at: .seconds(1060)).counts.labelled == [0, 0])
    #expect(windows.sum(over: .fiveMinutes, at: .seconds(1060)).counts.labelled == [3, 0])
    #expect(windows.sum(over: .oneHour, at: .seconds(4599)).counts.labelled == [3, 0])
    #expect(windows.sum(over: .oneHour, at: .seconds(4600)).counts.labelled == [0, 0])
  }

  @Test("After a pause of more than an hour nothing old comes back with the reused buckets")
  func longPause() {
    var windows = SlidingWindows(of: nothing, start: .zero)
    for second in 0..<3600 { windows.add(counts(negative: 1), at: .seconds(second)) }
    #expect(windows.sum(over: .oneHour, at: .seconds(3599)).counts.labelled == [3600, 0])
    windows.add(counts(negative: 1), at: .seconds(100_000))
    #expect(windows.sum(over: .oneHour, at: .seconds(100_000)).counts.labelled == [1, 0])
  }

  @Test("Soon after the start a rate counts only the time that has passed")
  func earlyRate() {
    var windows = SlidingWindows(of: nothing, start: .seconds(7))
    windows.add(counts(negative: 40), at: .seconds(8))
    let sum = windows.sum(over: .oneHour, at: .seconds(11))
    #expect(sum.seconds == 4)
    #expect(sum.tweetsPerSecond == 10)
  }

  @Test("A full window's rate is over its own length")
  func steadyRate() {
    var windows = SlidingWindows(of: nothing, start: .zero)
    for second in 0..<1000 { windows.add(counts(negative: 5), at: .seconds(second)) }
    let sum = windows.sum(over: .oneMinute, at: .milliseconds(999_999))
    #expect(sum.counts.labelledTotal == 300)
    #expect(abs(sum.tweetsPerSecond - 5) < 0.01)
  }

  @Test("A time before the newest one counts as the newest")
  func timeGoingBack() {
    var windows = SlidingWindows(of: nothing, start: .zero)
    windows.add(counts(negative: 1), at: .seconds(100))
    windows.add(counts(negative: 1), at: .seconds(80))
    #expect(windows.sum(over: .oneMinute, at: .seconds(100)).counts.labelled == [2, 0])
  }

  private let nothing = Counts(labels: ["negative", "positive"], reasons: ["bad_json"])

  private func counts(negative: Int) -> Counts {
    var counts = nothing
    counts.labelled[0] = negative
    return counts
  }
}
