import Datasets
import Testing

@testable import Evaluation

@Suite struct TemperatureTests {
  @Test("The best temperature for known judgements is SciPy's")
  func fitsJudgements() {
    let best = Temperature.fit(eight)
    #expect(best.value.isClose(to: 1.324_338_3, within: 1e-6))
    let tempered = eight.map { $0.tempered(by: best) }
    #expect(tempered.logLoss.isClose(to: 0.583_247_234_3, within: 1e-9))
  }

  @Test("It is found for more than two labels, and from logits")
  func fitsLogits() {
    let logits = [[2, 1, 0], [0.5, 3, -1], [0, 1, 4], [1, 2, 0.0]]
    let best = Temperature.fit(logits: logits, targets: [0, 1, 2, 0].map(Target.label))
    #expect(best.value.isClose(to: 0.855_481_0, within: 1e-6))
  }

  @Test("Logits that were divided by a number ask for it as the temperature")
  func recovers() {
    let logits = eight.enumerated().map { number, _ in [0, 3.5 - Double(number)] }
    let targets = eight.map { Target.label($0.truth) }
    let first = Temperature.fit(logits: logits, targets: targets).value
    let second = Temperature.fit(logits: logits.map { $0.map { $0 * 3 } }, targets: targets).value
    #expect((second / first).isClose(to: 3, within: 1e-8))
  }

  @Test("The answer stays within the bounds")
  func staysWithinBounds() {
    // All right: the surer the better. All wrong: the less sure the better.
    let right = judgements(positive: [0.9, 0.1], truths: [1, 0])
    #expect(Temperature.fit(right).value.isClose(to: 0.05, within: 1e-9))
    let wrong = judgements(positive: [0.9, 0.1], truths: [0, 1])
    #expect(Temperature.fit(wrong).value.isClose(to: 20, within: 1e-6))
  }

  @Test("Together with the model's own temperature the answer is one that a model may store")
  func staysWithinBoundsTogether() {
    let right = judgements(positive: [0.9, 0.1], truths: [1, 0])
    #expect(Temperature.fit(right, divided: Temperature(0.5)).value.isClose(to: 0.1, within: 1e-9))
    #expect(Temperature.fit(right, divided: Temperature(2)).value.isClose(to: 0.05, within: 1e-9))
    let wrong = judgements(positive: [0.9, 0.1], truths: [0, 1])
    for temperature in [1.06, 7, 20] {
      let best = Temperature.fit(wrong, divided: Temperature(temperature)).value
      #expect((best * temperature).isClose(to: 20, within: 1e-5) && best * temperature <= 20)
    }
    #expect(Temperature.fit(wrong, divided: Temperature(0.5)).value.isClose(to: 20, within: 1e-6))
  }

  @Test("Where every temperature is as good, it is 1")
  func indifferent() {
    #expect(Temperature.fit([]).value == 1)
    #expect(Temperature.fit(judgements(positive: [0.5, 0.5], truths: [0, 1])).value == 1)
  }

  @Test("A judgement with a temperature keeps its answer and adds up to 1")
  func tempers() {
    // √0.9 : √0.1 = 3 : 1
    let tempered = Judgement(truth: 0, probabilities: [0.1, 0.9]).tempered(by: Temperature(2))
    #expect(tempered.probabilities[0].isClose(to: 0.25))
    #expect(tempered.probabilities[1].isClose(to: 0.75))
    #expect(tempered.truth == 0)
  }
}
