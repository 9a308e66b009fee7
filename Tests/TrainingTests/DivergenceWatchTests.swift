import Testing

@testable import Training

@Suite("Divergence watch")
struct DivergenceWatchTests {
  @Test(
    "A loss or a gradient that is no number is a divergence", arguments: [Double.nan, .infinity, -.infinity])
  func notFinite(number: Double) {
    var watch = DivergenceWatch()
    #expect(throws: Divergence.self) { try watch.check(loss: number, gradientNorm: 1, step: 0) }
    #expect(throws: Divergence.self) { try watch.check(loss: 1, gradientNorm: number, step: 0) }
    #expect(throws: Divergence.self) { try watch.check(validationLoss: number, step: 0) }
  }

  @Test("A validation loss more than a tenth above the best one is a divergence; a tenth is none")
  func tolerance() throws {
    var watch = DivergenceWatch()
    #expect(try watch.check(validationLoss: 4, step: 1))
    #expect(try watch.check(validationLoss: 2, step: 2))
    #expect(try !watch.check(validationLoss: 2.19, step: 3))
    #expect(throws: Divergence.validation(loss: 2.21, best: 2, step: 4)) {
      try watch.check(validationLoss: 2.21, step: 4)
    }
    #expect(watch.best == 2)
  }

  @Test("A loss of almost nothing may double; a hundredth more than it is a divergence")
  func smallLosses() throws {
    var watch = DivergenceWatch(best: 0.0006)
    #expect(try !watch.check(validationLoss: 0.0014, step: 1))
    #expect(try !watch.check(validationLoss: 0.0105, step: 2))
    #expect(throws: Divergence.self) { try watch.check(validationLoss: 0.0107, step: 3) }
    #expect(try watch.check(validationLoss: 0, step: 4))
    #expect(try !watch.check(validationLoss: 0.0001, step: 5))
  }

  @Test("Equal to the best is not better")
  func equal() throws {
    var watch = DivergenceWatch(best: 2)
    #expect(try !watch.check(validationLoss: 2, step: 1))
  }

  @Test("The smoothed loss has fastai's numbers")
  func smoothing() {
    var smoothed = SmoothedLoss()
    #expect(smoothed.value == 0)
    for (loss, expected) in [(4, 4), (3, 3.4949494949494877), (5, 4.006801795674052)] as [(Double, Double)] {
      smoothed.add(loss)
      #expect(abs(smoothed.value - expected) < 1e-12)
    }
  }
}
