import AWDLSTM
import Foundation
import Kernels
import TestSupport
import TweetText

/// The program as people run it: tweets a second from file to output, the time to its first answer, its memory.
struct ProgramBenchmark {
  private let program: String
  private let model: String
  private let size: RandomModel.Size
  private let bits: Int
  private let folder: TemporaryDirectory

  /// - Parameters:
  ///   - program: the path of `animo`; nil for the one beside this executable.
  ///   - bits: those of a weight of the LSTM layers in the 8-bit model.
  init(program: String?, model: String, size: RandomModel.Size, bits: Int, folder: TemporaryDirectory) {
    let beside = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
    self.program = program ?? beside.appending(path: "animo").path
    self.model = model
    self.size = size
    self.bits = bits
    self.folder = folder
  }

  func measure(_ effort: Effort, into report: inout Report) throws {
    guard FileManager.default.isExecutableFile(atPath: program) else {
      print("\nno program at \(program): run swift build -c release --product animo, or give --animo")
      return
    }
    let coded = bits < 8 ? "int8, layers in \(bits) bits" : "int8"
    for (name, directory) in [("fp32", model), (coded, try quantised())] {
      let title = "Program \(size.name) \(name)"
      report.add("\(title), start", try start(directory, effort))
      report.add("\(title), end to end", try endToEnd(directory, effort))
    }
  }

  /// The model's directory with 8-bit weights.
  private func quantised() throws -> String {
    let directory = model + "-int8"
    if !FileManager.default.fileExists(atPath: directory) {
      _ = try ProgramRun(
        program, ["model", "quantise"] + (bits < 8 ? ["--bits", "\(bits)"] : []) + [model, directory]
      ).toEnd()
    }
    return directory
  }

  /// From start to the first answer, and the memory that a few hundred more have taken.
  private func start(_ directory: String, _ effort: Effort) throws -> [Measurement] {
    var tweets = InventedTweets()
    let texts = tweets.texts(min(effort.tweets, 1000), vocabulary: RandomModel.Size.vocabulary)
    var (times, memories) = ([Double](), [Double]())
    for _ in 0..<effort.rounds {
      let conversation = try Conversation(program, ["classify", "--quiet", "--model", directory])
      times.append(try conversation.secondsToFirstAnswer(texts[0]) * 1000)
      try conversation.ask(texts)
      memories.append(conversation.peakMegabytes)
      try conversation.end()
    }
    return [
      Measurement(
        name: "start to first answer", unit: "ms", median: times.median, best: times.min() ?? 0),
      Measurement(
        name: "greatest memory (VmHWM)", unit: "MB", median: memories.median, best: memories.min() ?? 0),
    ]
  }

  /// Tweets a second with one worker and with two; and which share of the CPU time is not the network's.
  private func endToEnd(_ directory: String, _ effort: Effort) throws -> [Measurement] {
    var tweets = InventedTweets()
    let texts = tweets.texts(effort.tweets, vocabulary: RandomModel.Size.vocabulary)
    let file = folder.path("tweets.txt")
    try Data((texts.joined(separator: "\n") + "\n").utf8).write(to: URL(filePath: file))
    let one = folder.path("tweet.txt")
    try Data((texts[0] + "\n").utf8).write(to: URL(filePath: one))
    let network = try NetworkAlone(directory: directory, texts: texts)
    var (single, double, shares) = ([Double](), [Double](), [Double]())
    for _ in 0..<max(3, effort.rounds / 3) {
      let start = try classify(one, directory, workers: 1)
      let alone = try classify(file, directory, workers: 1)
      let both = try classify(file, directory, workers: 2)
      single.append(Double(texts.count) / alone.seconds(without: start))
      double.append(Double(texts.count) / both.seconds(without: start))
      shares.append(100 * (1 - network.seconds() / (alone.cpu - start.cpu)))
    }
    return [
      Measurement(name: "one worker", unit: "tweets/s", median: single.median, best: single.max() ?? 0),
      Measurement(name: "two workers", unit: "tweets/s", median: double.median, best: double.max() ?? 0),
      Measurement(
        name: "CPU time outside the network", unit: "%", median: shares.median, best: shares.min() ?? 0),
    ]
  }

  private func classify(_ file: String, _ directory: String, workers: Int) throws -> ProgramRun.Cost {
    try ProgramRun(
      program, ["classify", "--quiet", "--no-cache", "--workers", "\(workers)", "--model", directory, file]
    ).toEnd()
  }
}

/// What the program's network has to do for some texts, and nothing else.
private final class NetworkAlone {
  private let worker: Worker
  private let batches: [IDBatch]

  /// Tweets of a batch in the program.
  private static let rows = 48

  init(directory: String, texts: [String]) throws {
    let model = try Model(directory: directory)
    let lines = model.vocabulary.bytes(in: 0..<model.vocabulary.byteCount)
    let tokenizer = Tokenizer(vocabulary: try Vocabulary(lines: lines.span))
    var workspace = TokenizerWorkspace()
    let ids = texts.map { text in
      var ids: [Int32] = []
      _ = tokenizer.tokenize(
        Array(text.utf8).span, limit: model.architecture.maximumTokens, using: &workspace, appendingTo: &ids)
      return ids
    }.sorted { $0.count > $1.count }
    batches = stride(from: 0, to: ids.count, by: Self.rows).map { start in
      IDBatch(Array(ids[start..<min(start + Self.rows, ids.count)]))
    }
    worker = Worker(try Network(model), rows: Self.rows)
  }

  /// The CPU time of one pass over all texts.
  func seconds() -> Double {
    let start = threadSeconds()
    for batch in batches { worker.classify(batch) }
    return threadSeconds() - start
  }
}
