import Evaluation
import SystemCalls
import SystemPackage
import Training

/// What training came to, made of its log: curves, and the numbers of each stage for people and for programs.
struct TrainingReport {
  private let history: TrainingHistory

  init(_ history: TrainingHistory) {
    self.history = history
  }

  /// Writes `<stage>.svg` for each stage, `report.txt` and `report.json`; files of these names are replaced.
  ///
  /// - Throws: `CommandFailure` when that is not possible.
  func write(to folder: FilePath) throws(CommandFailure) {
    do {
      let directory = try Directory(folder)
      for (name, text) in [("report.txt", text), ("report.json", json)] + curves {
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
        validation: stage.judgements.map { LossCurve.Sample(Double($0.step), $0.validation.loss) },
        learningRates: stage.samples.map { LossCurve.Sample(Double($0.step), $0.rate) })
      return (stage.stage + ".svg", curve.svg)
    }
  }

  /// Tables for people.
  var text: String { TrainingReportText(history).text }

  /// One object for programs; members keep their names and their order.
  var json: String { TrainingReportJSON(history).text }
}
