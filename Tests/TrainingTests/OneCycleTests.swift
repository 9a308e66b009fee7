import Testing

@testable import Training

@Suite("One-cycle policy")
struct OneCycleTests {
  @Test("Ten steps have the rates and momenta of fastai's scheduler")
  func tenSteps() {
    let rates = [
      0.04, 0.28, 0.76, 1, 0.9504846320134737, 0.8117456539497631, 0.6112620219362893, 0.38874197806371075,
      0.18825834605023697, 0.049519367986526286,
    ]
    let momenta = [
      0.8, 0.775, 0.725, 0.7, 0.704951556604879, 0.7188255099070633, 0.7388739533021843, 0.7611260466978157,
      0.7811744900929367, 0.795048443395121,
    ]
    for step in 0..<10 {
      let point = OneCycle.forText.at(step, of: 10)
      #expect(abs(point.rateFactor - rates[step]) < 1e-14)
      #expect(abs(point.momentum - momenta[step]) < 1e-14)
    }
  }

  @Test("Cycles too short to rise have fastai's rates", arguments: [(1, [0.04]), (3, [0.04, 1, 0.750001])])
  func shortCycles(steps: Int, rates: [Double]) {
    for step in 0..<steps {
      #expect(abs(OneCycle.forText.at(step, of: steps).rateFactor - rates[step]) < 1e-14)
    }
  }

  @Test("After the last step the rate stays at its end, 1/25/10,000 of the highest")
  func pastTheEnd() {
    let cycle = OneCycle()
    #expect(cycle.at(1000, of: 1000).rateFactor == 4e-6)
    #expect(cycle.at(5000, of: 1000) == cycle.at(1000, of: 1000))
    #expect(cycle.at(1000, of: 1000).momentum == 0.95)
  }
}

@Suite("Discriminative rates")
struct DiscriminativeRatesTests {
  @Test("slice(lr / 2.6⁴, lr) is 2.6 from one of five groups to the next")
  func spread() throws {
    let rates = DiscriminativeRates(highest: 0.01, spread: DiscriminativeRates.textSpread).rates(groups: 5)
    let expected = [
      0.00021882987290360977, 0.0005689576695493855, 0.0014792899408284023, 0.0038461538461538455, 0.01,
    ]
    for (rate, expected) in zip(rates, expected) { #expect(abs(try #require(rate) - expected) < 1e-15) }
  }

  @Test("Frozen groups have no rate; the others have what they have when all are trained")
  func freezing() {
    let all = DiscriminativeRates(highest: 0.5, spread: 16).rates(groups: 3, factor: 0.5)
    let last = DiscriminativeRates(highest: 0.5, spread: 16, trained: 2).rates(groups: 3, factor: 0.5)
    #expect(last == [nil, all[1], all[2]])
    #expect(all[2] == 0.25)
  }

  @Test("Without a spread all groups have one rate; more trained groups than there are means all")
  func even() {
    #expect(DiscriminativeRates(highest: 0.1, trained: 9).rates(groups: 3) == [0.1, 0.1, 0.1])
    #expect(DiscriminativeRates(highest: 0.1, spread: 16).rates(groups: 1) == [0.1])
  }

  @Test("A classifier has the groups embedding, layers, head; a language model has the tied embedding last")
  func groups() {
    let classifier = LayerGroups.classifier(layers: 3)
    #expect(classifier.count == 5)
    let names = ["encoder.weight", "rnns.0.bias_hh_l0", "rnns.2.weight_hh_l0", "head.4.weight"]
    #expect(names.map(classifier.group(of:)) == [0, 1, 3, 4])
    let languageModel = LayerGroups.languageModel(layers: 3)
    #expect(names.prefix(3).map(languageModel.group(of:)) == [3, 0, 2])
    #expect(languageModel.group(of: "decoder.bias") == 3)
  }
}
