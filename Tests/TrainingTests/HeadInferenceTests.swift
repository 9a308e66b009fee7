import Foundation
import Kernels
import TestSupport
import Testing

@testable import AWDLSTM
@testable import Training

/// What is trained here beside what the daemon runs.
@Suite("Training's head beside the network's")
struct HeadInferenceTests {
  /// Token ids of tweets of falling length.
  private let tweets: [[Int32]] = [[2, 9, 13, 40, 9, 31], [2, 11, 12], [2, 42, 17], [2]]

  @Test("at evaluation pooling and head answer as the network does")
  func agreement() throws {
    let model = try Model(directory: Repository.golden.appending(path: "network-tiny").path)
    let network = try Network(model, kernels: .best(.fp32))
    let workspace = network.makeWorkspace(rows: tweets.count)
    let logits = classify(by: network, in: workspace)

    let steps = Steps(lengths: tweets.map(\.count))
    let units = model.architecture.embeddingSize
    // All steps fit in one round of the workspace, so it still has the answers to every token.
    try #require(workspace.block.tokens == steps.tokens)
    var answers = Tensor(rows: steps.tokens, columns: units)
    for token in 0..<steps.tokens {
      for unit in 0..<units {
        answers[row: token, column: unit] = workspace.answers[row: token, column: unit]
      }
    }
    let (parameters, statistics) = head(of: model)
    let head = TrainableHead(
      dropoutRates: [0.4, 0.1, 0.1], norm: BatchNorm(epsilon: model.architecture.batchNormEpsilon))
    let (pooled, _) = ConcatPooling.forward(answers, steps: steps)
    #expect(head.answer(pooled, parameters, statistics).isClose(to: logits, tolerance: 1e-5))
  }

  private func classify(by network: Network, in workspace: Workspace) -> [Float] {
    let ids = tweets.flatMap { $0 }
    let offsets = tweets.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1.count) }
    var logits = [Float](repeating: 0, count: tweets.count * network.architecture.labels.count)
    var span = logits.mutableSpan
    network.classify(ids: ids.span, offsets: offsets.span, using: workspace, logits: &span)
    return logits
  }

  private func head(of model: Model) -> (HeadParameters, HeadStatistics) {
    func tensor(_ matrix: Matrix) -> Tensor {
      Tensor(rows: matrix.rows, columns: matrix.columns, values: matrix.values())
    }
    let parameters = model.parameters.head.map { block in
      HeadParameters.Block(
        norm: BatchNormParameters(weight: tensor(block.gamma), bias: tensor(block.beta)),
        linear: LinearParameters(weight: tensor(block.weights), bias: tensor(block.bias)))
    }
    let statistics = model.parameters.head.map { block in
      BatchNormStatistics(mean: tensor(block.runningMean), variance: tensor(block.runningVariance))
    }
    return (HeadParameters(blocks: parameters), HeadStatistics(blocks: statistics))
  }
}
