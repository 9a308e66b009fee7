import Testing

@testable import Scoring
@testable import Tweets

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

  @Test("Of three labels positive is said above the threshold, else the likeliest of the others")
  func obeysThresholdOfThree() {
    let decision = Decision(labels: ["negative", "neutral", "positive"], threshold: 900_000)
    #expect(decision.label([200_000, 300_000, 500_000]) == 1)
    #expect(decision.label([60_000, 40_000, 900_000]) == 0)
    #expect(decision.label([60_000, 39_999, 900_001]) == 2)
    let low = Decision(labels: ["positive", "neutral", "negative"], threshold: 200_000)
    #expect(low.label([200_001, 700_000, 99_999]) == 0)
    #expect(low.label([200_000, 300_000, 500_000]) == 2)
  }

  @Test("Within the band around the threshold the answer is withheld, at its edges it is not")
  func abstains() {
    let even = Decision(labels: Self.labels, threshold: Rendering.evenThreshold, abstention: 100_000)
    let answers = [[400_000, 600_000], [400_001, 599_999], [599_999, 400_001], [600_000, 400_000]].map {
      even.label(ArraySlice($0.map(Int32.init)))
    }
    #expect(answers == [1, 2, 2, 0])
    let high = Decision(labels: Self.labels, threshold: 800_000, abstention: 50_000)
    #expect([850_000, 849_999, 750_001, 750_000].map { high.label([1_000_000 - $0, $0]) } == [1, 2, 2, 0])
  }

  @Test("Of three labels it is withheld where the two likeliest are near each other")
  func abstainsOfThree() {
    let decision = Decision(
      labels: ["negative", "neutral", "positive"], threshold: Rendering.evenThreshold, abstention: 50_000)
    #expect(decision.label([450_000, 200_000, 350_000]) == 0)
    #expect(decision.label([449_999, 200_001, 350_000]) == 3)
    #expect(decision.label([0, 0, 1_000_000]) == 2)
  }

  @Test("Below a threshold for positive it is withheld where the likeliest of the others are near each other")
  func abstainsBelowThreshold() {
    let decision = Decision(
      labels: ["negative", "neutral", "positive"], threshold: 900_000, abstention: 50_000)
    #expect(decision.label([350_000, 250_000, 400_000]) == 0)
    #expect(decision.label([349_999, 250_001, 400_000]) == 3)
    #expect(decision.label([100_000, 50_000, 850_000]) == 3)
    #expect(decision.label([30_000, 20_000, 950_000]) == 2)
  }

  @Test("Two labels of three are as probable as they are of one another, and add up to 1")
  func reduces() throws {
    let polarity = try #require(Polarity(of: ["positive", "neutral", "negative"]))
    var reduced: [Int32] = []
    polarity.reduce([100_000, 800_000, 100_000, 1, 999_997, 2, 0, 1_000_000, 0], into: &reduced)
    #expect(reduced == [500_000, 500_000, 333_333, 666_667, 500_000, 500_000])
    #expect(Polarity(of: ["no", "sí", "quizá"]) == nil)
  }
}
