import Testing

@testable import Streaming

@Suite("Which label is said")
struct DecisionTests {
  private static let labels = ["negative", "positive"]

  @Test("At 0.5 the likelier one, and of equals the first")
  func saysLikelier() {
    let decision = Decision(labels: Self.labels, threshold: Rendering.evenThreshold)
    #expect(decision.label([500_001, 499_999]) == 0)
    #expect(decision.label([499_999, 500_001]) == 1)
    #expect(decision.label([500_000, 500_000]) == 0)
    let reversed = Decision(labels: Self.labels.reversed(), threshold: Rendering.evenThreshold)
    #expect(reversed.label([500_000, 500_000]) == 0)
  }

  @Test("Positive is said above the threshold, whichever place it has")
  func obeysThreshold() {
    let decision = Decision(labels: Self.labels, threshold: 800_000)
    #expect(decision.label([200_000, 800_000]) == 0)
    #expect(decision.label([199_999, 800_001]) == 1)
    let reversed = Decision(labels: Self.labels.reversed(), threshold: 200_000)
    #expect(reversed.label([200_001, 799_999]) == 0)
    #expect(reversed.label([200_000, 800_000]) == 1)
  }

  @Test("Of three labels the likeliest is said, whatever the threshold")
  func ignoresThreshold() {
    let decision = Decision(labels: ["negative", "neutral", "positive"], threshold: 900_000)
    #expect(decision.label([200_000, 300_000, 500_000]) == 2)
  }
}
