internal import Pages

/// How the losses of a training run fell, with the learning rate below them if it is given.
///
/// Training losses are drawn twice: faintly as raw values, and boldly as an exponentially weighted mean (β = 0.98, as
/// fastai shows them); those that are smooth already once. Losses that are not finite are left out.
package struct LossCurve: Sendable {
  /// A value at some moment of the run.
  package struct Sample: Equatable, Sendable {
    /// The position on the horizontal axis, such as minibatches.
    package var moment: Double
    package var value: Double

    package init(_ moment: Double, _ value: Double) {
      self.moment = moment
      self.value = value
    }

    fileprivate var isFinite: Bool { moment.isFinite && value.isFinite }
  }

  private let title: String
  private let momentTitle: String
  private let isSmooth: Bool
  private let training: [Sample]
  private let validation: [Sample]
  private let learningRates: [Sample]

  /// - Parameters:
  ///   - title: what was trained.
  ///   - momentTitle: what moments are counted in.
  ///   - isSmooth: whether training losses are means over minibatches already.
  ///   - training: losses of minibatches, by rising moment.
  ///   - validation: losses of the validation set, by rising moment; may be empty.
  ///   - learningRates: by rising moment; none for no panel.
  package init(
    title: String, momentTitle: String = "minibatches", isSmooth: Bool = false, training: [Sample],
    validation: [Sample] = [], learningRates: [Sample] = []
  ) {
    self.title = title
    self.momentTitle = momentTitle
    self.isSmooth = isSmooth
    self.training = training.filter(\.isFinite)
    self.validation = validation.filter(\.isFinite)
    self.learningRates = learningRates.filter(\.isFinite)
  }

  /// The picture as an SVG file.
  package var svg: String {
    let hasRates = !learningRates.isEmpty
    var svg = SVG(width: Self.width, height: hasRates ? 580 : 430, title: title)
    svg.heading(left: Self.left)
    legend.draw(in: &svg, endingAt: Point(x: Self.right, y: 52))
    drawLosses(in: &svg, moments: hasRates ? "" : momentTitle)
    if hasRates { drawRates(in: &svg) }
    return svg.document
  }

  private static let width = 760.0
  private static let left = 78.0
  private static let right = 736.0
  /// More points than this cannot be told apart at the picture's width.
  private static let resolution = 800
  private static let smoothing = 0.98

  private var legend: Legend {
    var entries: [Legend.Entry] = []
    if !training.isEmpty { entries.append(Legend.Entry(name: "training loss", colour: .blue)) }
    if !validation.isEmpty { entries.append(Legend.Entry(name: "validation loss", colour: .vermilion)) }
    if !learningRates.isEmpty { entries.append(Legend.Entry(name: "learning rate", colour: .green)) }
    return Legend(entries: entries)
  }

  /// From the first to the last sample; from 0 if the first is close to it.
  private var moments: ClosedRange<Double> {
    let all = Self.span(of: (training + validation + learningRates).map(\.moment)) ?? 0...1
    let beginsAtNought = (0...0.05 * abs(all.upperBound)).contains(all.lowerBound)
    return beginsAtNought ? 0...all.upperBound : all
  }

  private func drawLosses(in svg: inout SVG, moments title: String) {
    let smooth = isSmooth ? training : Self.smoothed(training)
    let losses = Self.span(of: (smooth + validation).map(\.value)) ?? 0...1
    let margin = max((losses.upperBound - losses.lowerBound) * 0.06, 1e-3)
    let frame = Frame(
      area: Rectangle(left: Self.left, top: 66, right: Self.right, bottom: 376), x: moments,
      y: (losses.lowerBound - margin)...(losses.upperBound + margin))
    frame.drawVerticalAxis(in: &svg, title: "loss (nats)")
    frame.drawHorizontalAxis(in: &svg, title: title)
    if !isSmooth {
      draw(Self.thinned(training), in: frame, of: &svg, SVG.Stroke(colour: .blue, opacity: 0.25))
    }
    draw(Self.thinned(smooth), in: frame, of: &svg, SVG.Stroke(colour: .blue, width: 2))
    draw(validation, in: frame, of: &svg, SVG.Stroke(colour: .vermilion, width: 2))
    for sample in validation {
      svg.circle(at: frame.point(sample.moment, sample.value), radius: 4, fill: .vermilion)
    }
  }

  private func drawRates(in svg: inout SVG) {
    let highest = learningRates.map(\.value).max() ?? 0
    let frame = Frame(
      area: Rectangle(left: Self.left, top: 424, right: Self.right, bottom: 526), x: moments,
      y: 0...max(highest * 1.05, .leastNormalMagnitude))
    frame.drawVerticalAxis(in: &svg, title: "rate", ticks: 4)
    frame.drawHorizontalAxis(in: &svg, title: momentTitle)
    draw(Self.thinned(learningRates), in: frame, of: &svg, SVG.Stroke(colour: .green, width: 2))
  }

  private func draw(_ samples: [Sample], in frame: Frame, of svg: inout SVG, _ stroke: SVG.Stroke) {
    svg.line(samples.map { frame.point($0.moment, $0.value) }, stroke)
  }
}

extension LossCurve {
  /// The exponentially weighted mean up to each sample, corrected for its start at 0.
  static func smoothed(_ samples: [Sample]) -> [Sample] {
    var (mean, weight) = (0.0, 1.0)
    return samples.map { sample in
      mean = smoothing * mean + (1 - smoothing) * sample.value
      weight *= smoothing
      return Sample(sample.moment, mean / (1 - weight))
    }
  }

  /// At most `resolution` samples, each the mean of as many neighbours.
  static func thinned(_ samples: [Sample]) -> [Sample] {
    let run = (samples.count + resolution - 1) / resolution
    guard run > 1 else { return samples }
    return stride(from: 0, to: samples.count, by: run).map { start in
      let neighbours = samples[start..<min(start + run, samples.count)]
      let sum = neighbours.reduce((0.0, 0.0)) { ($0.0 + $1.moment, $0.1 + $1.value) }
      return Sample(sum.0 / Double(neighbours.count), sum.1 / Double(neighbours.count))
    }
  }

  private static func span(of values: [Double]) -> ClosedRange<Double>? {
    guard let least = values.min(), let greatest = values.max() else { return nil }
    return least...greatest
  }
}
