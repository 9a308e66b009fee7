import Evaluation
import SystemCalls
import SystemPackage
import Training

/// The report on a training, made from its log: loss curves, and figures as text and JSON.
struct TrainingReport {
  private let history: TrainingHistory
  private let title: String
  private let heldOut: HeldOutTweets?

  /// - Parameters:
  ///   - title: of the page.
  ///   - heldOut: nil while the model is not finished.
  init(_ history: TrainingHistory, title: String, _ heldOut: HeldOutTweets? = nil) {
    (self.history, self.title, self.heldOut) = (history, title, heldOut)
  }

  /// Writes `<stage>.svg` for each stage, `report.txt`, `report.json` and `report.html`; existing files are replaced.
  ///
  /// - Throws: `CommandFailure` when that is not possible.
  func write(to folder: FilePath) throws(CommandFailure) {
    do {
      let directory = try Directory(folder)
      for (name, text) in [("report.txt", text), ("report.json", json), (Self.pageName, page)] + curves {
        guard let file = FileName(bytes: Array(name.utf8)) else { continue }
        try directory.replace(
          file, with: Array(text.utf8).span, mode: [.ownerReadWrite, .groupRead, .otherRead])
      }
    } catch {
      throw CommandFailure(.cannotCreate, "\(error)")
    }
  }

  /// The loss curves as SVG files.
  var curves: [(name: String, svg: String)] {
    history.stages.map { stage in
      let curve = LossCurve(
        title: "Training: \(stage.stage)", isSmooth: true,
        training: stage.samples.map { LossCurve.Sample(Double($0.step), $0.loss) },
        validation: stage.validations.map { LossCurve.Sample(Double($0.step), $0.validation.loss) },
        learningRates: stage.samples.map { LossCurve.Sample(Double($0.step), $0.rate) })
      return (stage.stage + ".svg", curve.svg)
    }
  }

  /// Tables as text.
  var text: String { TrainingReportText(history).text }

  static let pageName = "report.html"

  /// A page that needs no other file.
  var page: String { TrainingPage(history, heldOut: heldOut).document(title: title) }

  /// A JSON object; members keep their names and their order.
  var json: String { TrainingReportJSON(history).text }
}
