import Evaluation
import SystemCalls
import SystemPackage

/// A folder for results.
struct ResultFolder {
  let path: String

  /// Writes files; the folder is created if necessary, and existing files of these names are replaced.
  ///
  /// - Throws: `CommandFailure` when that is not possible.
  func write(_ files: [(name: String, text: String)]) throws {
    do {
      try Directory.make(at: FilePath(path), mode: FilePermissions(rawValue: 0o777))
      let directory = try Directory(FilePath(path))
      for (name, text) in files {
        try directory.replace(
          FileName(name), with: Array(text.utf8).span, mode: FilePermissions(rawValue: 0o666))
      }
    } catch {
      throw CommandFailure(.cannotCreate, "\(error)")
    }
  }
}

/// Reports as plots: three SVG files for each set.
struct EvaluationPlots {
  private let model: JudgedModel

  init(_ model: JudgedModel) {
    self.model = model
  }

  /// Writes `<set>-confusion.svg`, `<set>-reliability.svg` and `<set>-scores.svg` to a folder, which is created if
  /// necessary; existing files of these names are replaced.
  ///
  /// - Throws: `CommandFailure` when that is not possible.
  func write(_ sets: [JudgedTexts], to folder: String) throws {
    try ResultFolder(path: folder).write(
      zip(sets, Self.fileNames(of: sets)).flatMap { set, name in
        pictures(of: set).map { (name: "\(name)-\($0.kind).svg", text: $0.svg) }
      })
  }

  private func pictures(of set: JudgedTexts) -> [(kind: String, svg: String)] {
    let name = set.texts.name
    return [
      (
        "confusion",
        ConfusionMatrixPlot(set.report.confusion, labels: model.labels, title: "Confusion: \(name)").svg
      ),
      ("reliability", ReliabilityDiagram(set.report.calibration, title: "Reliability: \(name)").svg),
      ("scores", scores(of: set).svg),
    ]
  }

  private func scores(of set: JudgedTexts) -> ScoreHistogram {
    ScoreHistogram(
      title: "Scores: \(set.texts.name)", scoreTitle: "probability of \(model.labels[model.positive])",
      SetPictures(set, model: model).histogram)
  }

  /// The sets' names as parts of file names, all different.
  static func fileNames(of sets: [JudgedTexts]) -> [String] { fileNames(for: sets.map(\.texts.name)) }

  /// Names as parts of file names, all different.
  static func fileNames(for names: [String]) -> [String] {
    var taken: Set<String> = []
    return names.map { set in
      let name = fileName(of: set)
      let candidates = [name] + (2...(names.count + 1)).map { "\(name)-\($0)" }
      let free = candidates.first { !taken.contains($0) } ?? name
      taken.insert(free)
      return free
    }
  }

  /// A name with a hyphen in place of each run of characters other than ASCII letters, digits, `_` and `.`, without
  /// known endings.
  private static func fileName(of set: String) -> String {
    let words = set.split { !($0.isASCII && ($0.isLetter || $0.isNumber) || $0 == "_" || $0 == ".") }
    let stems = words.map { word in
      [".gz", ".jsonl", ".txt"].reduce(String(word)) { $0.hasSuffix($1) ? String($0.dropLast($1.count)) : $0 }
    }
    let name = stems.filter { !$0.isEmpty }.joined(separator: "-").prefix(128)
    return name.isEmpty ? "texts" : String(name)
  }
}
