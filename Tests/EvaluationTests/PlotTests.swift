import Foundation
import Testing

@testable import Evaluation
@testable import Pages

#if canImport(FoundationXML)
  import FoundationXML
#endif

@Suite struct PlotTests {
  /// Whether a text is well-formed XML.
  private func isWellFormed(_ svg: String) -> Bool {
    XMLParser(data: Data(svg.utf8)).parse()
  }

  private let matrix = ConfusionMatrix(eight, labelCount: 2)
  private let samples = (1...3000).map { LossCurve.Sample(Double($0), 4 + 100 / Double($0)) }

  @Test("Pictures are well-formed XML, whatever they are called")
  func areWellFormed() {
    let title = "a <b> & \"c\" \u{1} 'd' 😀"
    let pictures = [
      ConfusionMatrixPlot(matrix, labels: ["<no>", "sí & más"], title: title).svg,
      ReliabilityDiagram(CalibrationCurve(eight), title: title).svg,
      ScoreHistogram(
        title: title, scoreTitle: "p",
        [.init(name: "a&b", scores: [0.1]), .init(name: "<c>", scores: [0.9])]
      ).svg,
      LossCurve(title: title, training: samples, validation: [.init(3000, 4.2)], learningRates: samples).svg,
    ]
    for picture in pictures { #expect(isWellFormed(picture)) }
  }

  @Test("Pictures of nothing are drawn as well")
  func drawNothing() {
    #expect(isWellFormed(ConfusionMatrixPlot(ConfusionMatrix(labelCount: 1), labels: ["a"], title: "").svg))
    #expect(isWellFormed(ReliabilityDiagram(CalibrationCurve([]), title: "").svg))
    #expect(isWellFormed(LossCurve(title: "", training: []).svg))
    let nothing = ScoreHistogram.Series(name: "", scores: [])
    #expect(isWellFormed(ScoreHistogram(title: "", scoreTitle: "", [nothing, nothing]).svg))
  }

  @Test("A long title gets smaller letters")
  func shrinksTitle() {
    func picture(_ title: String) -> String { ReliabilityDiagram(CalibrationCurve(eight), title: title).svg }
    #expect(picture("short").contains(#"font-size="15""#))
    #expect(!picture(String(repeating: "long ", count: 20)).contains(#"font-size="15""#))
  }

  @Test("The confusion matrix shows each count and its share of the true label")
  func showsCounts() {
    let svg = ConfusionMatrixPlot(matrix, labels: ["negative", "positive"], title: "t").svg
    for text in [">2<", ">1<", ">3<", ">50.0 %<", ">25.0 %<", ">75.0 %<"] { #expect(svg.contains(text)) }
  }

  @Test("Losses that are not finite are left out")
  func leavesOutNonFinite() {
    let spoilt = samples + [.init(3001, .nan), .init(.infinity, 1), .init(3002, .infinity)]
    #expect(LossCurve(title: "t", training: spoilt).svg == LossCurve(title: "t", training: samples).svg)
  }

  @Test("A loss that is smooth already is drawn once, as it is")
  func drawsSmoothLossOnce() {
    let samples = (1...50).map { LossCurve.Sample(Double($0), 5 - Double($0 % 7)) }
    func lines(isSmooth: Bool) -> Int {
      LossCurve(title: "t", isSmooth: isSmooth, training: samples).svg.split(separator: "\n").count {
        $0.hasPrefix("<polyline") && $0.contains(Colour.blue.light.hexadecimal)
      }
    }
    #expect(lines(isSmooth: false) == lines(isSmooth: true) + 1)
  }

  @Test("Smoothing corrects for its start: a constant stays what it is")
  func smooths() {
    let smooth = LossCurve.smoothed((0..<50).map { .init(Double($0), 3) })
    #expect(smooth.allSatisfy { $0.value.isClose(to: 3) })
    // (0.98 · 0.02 · 1 + 0.02 · 2) / (1 − 0.98²)
    let two = LossCurve.smoothed([.init(0, 1), .init(1, 2)])
    #expect(two[1].value.isClose(to: 0.0596 / 0.0396))
  }

  @Test("A long curve is thinned to neighbours' means")
  func thins() {
    let thin = LossCurve.thinned(samples)
    #expect(thin.count == 750)
    #expect(thin[0].moment == 2.5)
    #expect(LossCurve.thinned(Array(samples.prefix(800))).count == 800)
  }

  @Test("Histogram bins have equal width, and 1 is in the last one")
  func bins() {
    let shares = ScoreHistogram.shares(of: [0, 0.04, 0.05, 1])
    #expect((shares[0], shares[1], shares[19]) == (0.5, 0.25, 0.25))
  }
}
