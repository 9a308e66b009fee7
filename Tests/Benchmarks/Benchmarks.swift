import AWDLSTM
import ArgumentParser
import Foundation
import TestSupport

/// `animo-benchmarks`: how fast the kernels, the network and the program are, and how near the machine's limit.
///
/// What can be measured as CPU time of one thread is, so that neighbours on the machine disturb little; what
/// is compared runs in turns, so that they disturb all alike.
@main
struct Benchmarks: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "animo-benchmarks",
    abstract: "Measure kernels, network and program against this machine's own limits.",
    discussion: """
      EXAMPLES
        $ swift build -c release --product animo
        $ swift run -c release animo-benchmarks
        $ swift run -c release animo-benchmarks --quick --only kernels
        $ animo classify -q gold.jsonl >gold-classified.jsonl
        $ swift run -c release animo-benchmarks --shares gold-classified.jsonl

      Without --quick the results are also written to Tests/Benchmarks/Results/, named after the day and the
      processor.
      """)

  /// What can be measured alone.
  enum Part: String, CaseIterable, ExpressibleByArgument {
    case peaks, kernels, network, program, training
  }

  @Flag(help: "Few and short repetitions: a look, not a result.")
  var quick = false

  @Option(help: ArgumentHelp("Where the results are written as JSON.", valueName: "file"))
  var json: String?

  @Option(help: ArgumentHelp("The program to measure, if not the one built beside this.", valueName: "file"))
  var animo: String?

  @Option(
    parsing: .upToNextOption, help: "What to measure, if not all: peaks, kernels, network, program, training."
  )
  var only = Part.allCases

  @Option(
    parsing: .upToNextOption, help: "Of training, which stages, if not all: language-model, classifier.")
  var stage = TrainingStage.allCases

  @Option(
    help: ArgumentHelp(
      "A size of network, if not the two; may be given several times.", valueName: "embedding,hidden"))
  var size: [RandomModel.Size] = []

  @Option(help: ArgumentHelp("Bits of a weight of the LSTM layers in models, from 2 to 8.", valueName: "n"))
  var bits = 8

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp(
      "Not speed: how far estimated shares are from true ones. What animo classify wrote of JSON Lines with labels.",
      valueName: "file"))
  var shares: [String] = []

  func validate() throws {
    guard Model.bitsOfLayers.contains(bits) else { throw ValidationError("--bits must be between 2 and 8") }
  }

  func run() throws {
    guard shares.isEmpty else {
      var experiment = try ShareExperiment(shares, repetitions: quick ? 5 : 100)
      return experiment.run()
    }
    let effort = quick ? Effort.quick : .thorough
    var report = Report(machine: .current(), quick: quick)
    report.printHead()
    if only.contains(.peaks) { report.add("One core's limit", measurePeaks(effort)) }
    if only.contains(.kernels) { try measureKernels(effort, into: &report) }
    if only.contains(.network) || only.contains(.program) { try measureModels(effort, into: &report) }
    if only.contains(.training) { measureTraining(effort, into: &report) }
    if let path = json ?? (quick ? nil : report.defaultPath) { try report.write(to: path) }
  }

  private var sizes: [RandomModel.Size] { size.isEmpty ? RandomModel.sizes : size }

  private func measureKernels(_ effort: Effort, into report: inout Report) throws {
    for shape in ProductBenchmark.shapes(effort) {
      report.add("Product \(shape)", ProductBenchmark(shape).measure(effort))
    }
    for rows in effort.batches {
      report.add("LSTM step 1150 → 1150, \(rows) tweets", LSTMBenchmark(rows: rows).measure(effort))
    }
  }

  private func measureTraining(_ effort: Effort, into report: inout Report) {
    for size in sizes {
      for stage in TrainingStage.allCases where self.stage.contains(stage) {
        switch stage {
        case .languageModel: LanguageModelBenchmark(size, quick: quick).measure(effort, into: &report)
        case .classifier: ClassifierBenchmark(size, quick: quick).measure(effort, into: &report)
        }
      }
    }
  }

  private func measureModels(_ effort: Effort, into report: inout Report) throws {
    let folder = try TemporaryDirectory()
    for size in sizes {
      let directory = folder.path(size.name)
      try RandomModel(size).write(to: directory)
      if only.contains(.network) {
        try NetworkBenchmark(directory: directory, size: size, bits: bits).measure(effort, into: &report)
      }
      if only.contains(.program) {
        try ProgramBenchmark(program: animo, model: directory, size: size, bits: bits, folder: folder)
          .measure(effort, into: &report)
      }
    }
  }
}

/// What can be trained alone.
enum TrainingStage: String, CaseIterable, ExpressibleByArgument {
  case languageModel = "language-model"
  case classifier
}

extension RandomModel.Size: ExpressibleByArgument {
  init?(argument: String) {
    let numbers = argument.split(separator: ",", omittingEmptySubsequences: false).map { Int($0) }
    guard numbers.count == 2, let embedding = numbers[0], let hidden = numbers[1], min(embedding, hidden) > 0
    else { return nil }
    self.init(embedding: embedding, hidden: hidden)
  }
}
