import AWDLSTM
import Kernels

/// The whole network, token ids in, logits out, on one core.
struct NetworkBenchmark {
  private let model: Model
  private let size: RandomModel.Size
  private let bits: Int

  /// - Parameter bits: those of a weight of the LSTM layers, in every kernel set.
  init(directory: String, size: RandomModel.Size, bits: Int) throws {
    let model = try Model(directory: directory)
    self.model = bits < 8 ? try model.quantised(bits: bits) : model
    self.size = size
    self.bits = bits
  }

  /// Batches of several sizes with every kernel set, then one tweet alone with the fastest.
  func measure(_ effort: Effort, into report: inout Report) throws {
    let networks = try KernelSet.available.filter { $0 != .plain }.map { try Network(model, kernels: $0) }
    for rows in effort.batches {
      report.add("Network \(size.name), \(rows) tweets at once", measure(networks, rows: rows, effort))
    }
    if let fastest = networks.first {
      report.add("Network \(size.name), one tweet alone", latency(of: fastest, effort))
    }
  }

  private func measure(_ networks: [Network], rows: Int, _ effort: Effort) -> [Measurement] {
    var tweets = InventedTweets()
    let batch = IDBatch(tweets.ids(rows, vocabulary: RandomModel.Size.vocabulary))
    let operations = Double(batch.ids.count * size.operationsOfOneToken) * 1e-9
    let limits = ArithmeticPeak.distinct(networks.compactMap { $0.kernels.limit(bits: bits) })
    let contestants = networks.map { network in
      let worker = Worker(network, rows: rows)
      let limit = network.kernels.limit(bits: bits)
      return Contestant(
        name: "network \(network.kernels)", unit: limit?.contestant.unit ?? "GFLOP/s", limit: limit?.title
      ) {
        worker.classify(batch)
        return operations
      }
    }
    let rates = contest(limits.map(\.contestant) + contestants, effort)
    return rates
      + rates.suffix(networks.count).map {
        $0.scaled(by: Double(rows) / operations, unit: "tweets/s")
      }
  }

  private func latency(of network: Network, _ effort: Effort) -> [Measurement] {
    var tweets = InventedTweets()
    let worker = Worker(network, rows: 1)
    let batches = tweets.ids(effort.tweets / 5, vocabulary: RandomModel.Size.vocabulary).shuffled()
      .map { IDBatch([$0]) }
    let times = batches.map { batch in
      let start = wallSeconds()
      worker.classify(batch)
      return (wallSeconds() - start) * 1000
    }
    return [("median", 0.5), ("99th percentile", 0.99)].map { name, share in
      Measurement(
        name: "\(name), \(network.kernels)", unit: "ms", median: times.quantile(share),
        best: times.min() ?? 0)
    }
  }
}

/// Token ids of some tweets, the longest first, as the network takes them.
struct IDBatch {
  let ids: [Int32]
  let offsets: [Int]

  init(_ tweets: [[Int32]]) {
    ids = tweets.flatMap { $0 }
    offsets = tweets.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1.count) }
  }
}

/// A network with the memory of one worker.
final class Worker {
  private let network: Network
  private let workspace: Workspace

  init(_ network: Network, rows: Int) {
    self.network = network
    // The same batch comes again and again: what is remembered of it would be counted as computed.
    workspace = network.makeWorkspace(rows: rows, remembersBeginnings: false)
  }

  func classify(_ batch: IDBatch) {
    let rows = batch.offsets.count - 1
    var logits = [Float](repeating: 0, count: rows * network.architecture.labels.count)
    var answers = logits.mutableSpan
    network.classify(ids: batch.ids.span, offsets: batch.offsets.span, using: workspace, logits: &answers)
  }
}
