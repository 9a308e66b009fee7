import Datasets
import JSON
import Pages
import Scoring
import SystemCalls
import SystemPackage
import WordClouds

/// One run of `animo report words`, from the files to tables and pictures.
struct ReportWordsRun {
  /// Clouds of the same texts: before cleaning, or after it.
  struct Stage {
    let isBefore: Bool
    let clouds: [WordCloud]
  }

  private let command: ReportWords

  init(_ command: ReportWords) {
    self.command = command
  }

  /// - Throws: when a text cannot be read, no text is in a cloud, or the output cannot be written.
  func run() throws {
    if command.files.isEmpty, TerminalInput.isTerminal {
      StandardError.write("animo: reading texts from the keyboard, one per line; end with Ctrl-D\n")
    }
    let survey = try WordSurvey(command)
    let weight = command.weight ?? (survey.names.count > 1 ? .contrast : .count)
    guard weight == .count || survey.names.count > 1 else {
      throw CommandFailure(
        .dataError, "all texts are in one cloud, which has nothing to contrast with; use --weight count")
    }
    let stages = survey.stages.map { isBefore, sets in
      Stage(isBefore: isBefore, clouds: WordCloud.clouds(of: sets, by: weight, words: limit))
    }
    let pictures = command.html || command.svg != nil ? stages.map(pictures) : []
    if let folder = command.svg { try write(stages, pictures, to: folder) }
    try StandardOutput.write(document(stages, pictures, weight, survey.grouping))
  }

  private var limit: Int {
    let isForPeople = !(command.json || command.csv || command.html) && command.svg == nil
    return command.words ?? (isForPeople ? 20 : 100)
  }

  private func document(
    _ stages: [Stage], _ pictures: [[String]], _ weight: WordCloud.Weight, _ grouping: CloudGrouping
  ) -> String {
    let table = WordsTable(stages, weight: weight)
    if command.json { return table.json(by: grouping).indented + "\n" }
    if command.csv { return table.csv }
    guard command.html else { return table.text(shown: command.words ?? 20, .standardOutput) }
    var page = WordCloudPage(title: "Words", weight: weight)
    for (stage, pictures) in zip(stages, pictures) {
      page.add(stage.clouds, pictures: pictures, heading: stages.count > 1 ? stage.heading : nil)
    }
    return page.document
  }

  /// A picture of each cloud, the same in each run.
  private func pictures(of stage: Stage) -> [String] {
    let random = RandomStream(seed: command.seed).stream(stage.heading)
    return zip(stage.clouds, WordCloud.colours(of: stage.clouds)).enumerated().map { index, pair in
      var generator = random.generator(pair.0.name, step: index)
      let title = stage.isBefore ? "\(pair.0.name), before cleaning" : pair.0.name
      return pair.0.svg(title: title, colour: pair.1, random: &generator)
    }
  }

  /// Writes `<cloud>.svg` and `<cloud>-before.svg` to a folder, which is created if necessary; existing files of these
  /// names are replaced.
  private func write(_ stages: [Stage], _ pictures: [[String]], to folder: String) throws {
    do {
      try Directory.make(at: FilePath(folder), mode: FilePermissions(rawValue: 0o777))
      let directory = try Directory(FilePath(folder))
      var taken: Set<String> = []
      for (stage, pictures) in zip(stages, pictures) {
        for (name, picture) in zip(EvaluationPlots.fileNames(for: stage.clouds.map(\.name)), pictures) {
          // A cloud may itself be called `<cloud>-before`.
          var name = name + (stage.isBefore ? "-before" : "")
          while !taken.insert(name).inserted { name += "-2" }
          try directory.replace(
            FileName(name + ".svg"), with: Array(picture.utf8).span,
            mode: FilePermissions(rawValue: 0o666))
        }
      }
    } catch {
      throw CommandFailure(.cannotCreate, "\(error)")
    }
  }
}

extension ReportWordsRun.Stage {
  var heading: String { isBefore ? "Before cleaning" : "After cleaning" }
}
