import Pages
import Training

/// The losses of all stages in one picture: one panel for the language models, whose losses are of words, and one for
/// the classifier, each with its stages side by side.
struct LossPicture {
  private let languageModels: [StageHistory]
  private let classifiers: [StageHistory]

  init(_ history: TrainingHistory) {
    // The solver of a wide term has no minibatches.
    let trained = history.stages.filter { $0.stage != ULMFiT.wideStage }
    let classified = Set(history.confusions.map(\.stage))
    languageModels = trained.filter { !classified.contains($0.stage) && !$0.stage.hasPrefix("classifier-") }
    classifiers = trained.filter { classified.contains($0.stage) || $0.stage.hasPrefix("classifier-") }
  }

  var hasLanguageModels: Bool { !languageModels.isEmpty }

  private static let width = 1000.0
  private static let panelHeight = 330.0
  private static let top = 66.0

  /// The picture as an SVG file.
  var svg: String {
    let panels = [("language models", languageModels), ("classifier", classifiers)].filter { !$0.1.isEmpty }
    var svg = SVG(
      width: Self.width, height: Self.top + Double(panels.count) * Self.panelHeight,
      title: "Losses of all stages",
      description: description)
    svg.heading(left: 78)
    Legend(entries: [
      Legend.Entry(name: "training loss", colour: .blue),
      Legend.Entry(name: "validation loss", colour: .vermilion),
      Legend.Entry(name: "best epoch", colour: .green, isLine: false),
    ]).draw(in: &svg, endingAt: Point(x: Self.width - 24, y: 28))
    for (number, (name, stages)) in panels.enumerated() {
      let top = Self.top + Double(number) * Self.panelHeight
      draw(stages, name, in: &svg, Rectangle(left: 78, top: top, right: Self.width - 24, bottom: top + 258))
    }
    return svg.document
  }

  private var description: String {
    (languageModels + classifiers).compactMap { stage in
      stage.best.map { best in
        "\(stage.stage): best validation loss \(best.validation.loss.fixedText(decimals: 4)) after epoch \(best.epoch)"
      }
    }.joined(separator: "; ")
  }

  /// The smoothed training losses, also those at validations: few minibatches leave no other. At most about 500.
  private static func training(_ stage: StageHistory) -> [(step: Int, loss: Double)] {
    let run = max(1, (stage.samples.count + 499) / 500)
    let samples = stride(from: 0, to: stage.samples.count, by: run).map { stage.samples[$0] }
    var points: [(step: Int, loss: Double)] = samples.map { ($0.step, $0.loss) }
    points += stage.validations.map { ($0.step, $0.loss) }
    return points.filter { $0.loss.isFinite }.sorted { $0.step < $1.step }
  }

  private func draw(_ stages: [StageHistory], _ name: String, in svg: inout SVG, _ area: Rectangle) {
    let losses = stages.flatMap { stage in
      Self.training(stage).map(\.loss) + stage.validations.map(\.validation.loss).filter(\.isFinite)
    }
    guard let least = losses.min(), let greatest = losses.max() else { return }
    let margin = max((greatest - least) * 0.06, 1e-3)
    let total = stages.reduce(0) { $0 + $1.steps }
    let frame = Frame(area: area, x: 0...Double(max(1, total)), y: (least - margin)...(greatest + margin))
    frame.drawVerticalAxis(in: &svg, title: "loss (nats), \(name)")
    frame.drawHorizontalAxis(in: &svg, title: "minibatches")
    var start = 0.0
    for stage in stages {
      draw(stage, from: start, in: frame, of: &svg)
      start += Double(stage.steps)
    }
  }

  private func draw(_ stage: StageHistory, from start: Double, in frame: Frame, of svg: inout SVG) {
    let left = frame.point(start, frame.y.lowerBound).x
    svg.line(
      [Point(x: left, y: frame.area.top), Point(x: left, y: frame.area.bottom)],
      SVG.Stroke(colour: .grey, isDashed: true))
    svg.text(
      stage.stage, at: Point(x: left + 5, y: frame.area.top - 6), SVG.Lettering(size: 11, colour: .grey))
    svg.line(
      Self.training(stage).map { frame.point(start + Double($0.step), $0.loss) },
      SVG.Stroke(colour: .blue, width: 2))
    let validations = stage.validations.filter(\.validation.loss.isFinite)
    let points = validations.map { frame.point(start + Double($0.step), $0.validation.loss) }
    svg.line(points, SVG.Stroke(colour: .vermilion, width: 2))
    for (validation, point) in zip(validations, points) {
      let isBest = validation == stage.best
      let loss = validation.validation.loss.fixedText(decimals: 4)
      svg.circle(
        at: point, radius: isBest ? 7 : 4, fill: isBest ? .green : .vermilion,
        hint: "\(stage.stage), epoch \(validation.epoch): \(loss)\(isBest ? ", the best" : "")")
    }
  }
}
