import Datasets
import Testing

@testable import Training

@Suite("Classifier head")
struct TrainableHeadTests {
  private static let sizes = [6, 3, 2]
  private let random = RandomStream(seed: 42)

  @Test("tensors are named as in the model file, with their shapes")
  func names() {
    let sizes = [1200, 50, 2]
    let parameters = HeadParameters(sizes: sizes, random: random).tensors
    #expect(
      parameters.map { "\($0.name) \($0.tensor.rows)×\($0.tensor.columns)" } == [
        "head.0.weight 1×1200", "head.0.bias 1×1200", "head.2.weight 50×1200", "head.2.bias 1×50",
        "head.4.weight 1×50", "head.4.bias 1×50", "head.6.weight 2×50", "head.6.bias 1×2",
      ])
    #expect(
      HeadStatistics(sizes: sizes).tensors.map(\.name) == [
        "head.0.running_mean", "head.0.running_var", "head.4.running_mean", "head.4.running_var",
      ])
  }

  @Test("the same seed begins with the same parameters, another seed with others")
  func initialisation() {
    func weight(_ seed: UInt64) -> Tensor {
      HeadParameters(sizes: Self.sizes, random: RandomStream(seed: seed)).blocks[0].linear.weight
    }
    #expect(weight(1) == weight(1))
    #expect(weight(1) != weight(2))
  }

  @Test("gradients are those of difference quotients, through dropout", arguments: [1, 5])
  func gradient(rows: Int) {
    let head = TrainableHead(dropoutRates: [0.4, 0.1])
    let parameters = HeadParameters(sizes: Self.sizes, random: random)
    let pooled = Tensor.random(rows: rows, columns: 6, seed: 9)
    let targets = (0..<rows).map { Target.label($0 % 2) }
    let entropy = CrossEntropy(classWeights: [0.5, 1.5], smoothing: 0.1)
    func forward(_ pooled: Tensor, _ parameters: HeadParameters) -> (Double, Tensor, TrainableHead.Tape) {
      var statistics = HeadStatistics(sizes: Self.sizes)
      let (logits, tape) = head.forward(pooled, parameters, &statistics, masks: random, step: 3)
      let loss = entropy.loss(logits, targets: targets)
      return (loss.mean, loss.gradient, tape)
    }
    let (_, slope, tape) = forward(pooled, parameters)
    let gradients = head.backward(slope, tape, parameters)
    let check = GradientCheck(step: 1 / 512, tolerance: 5e-4)
    #expect(check.mismatches(of: gradients.pooled, at: pooled) { forward($0, parameters).0 } == [])
    #expect(check.mismatches(of: gradients.parameters, at: parameters) { forward(pooled, $0).0 } == [])
  }

  @Test("dropout masks change from step to step")
  func masks() {
    let head = TrainableHead(dropoutRates: [0.5, 0])
    let parameters = HeadParameters(sizes: Self.sizes, random: random)
    let pooled = Tensor.random(rows: 4, columns: 6, seed: 10)
    func logits(step: Int) -> Tensor {
      var statistics = HeadStatistics(sizes: Self.sizes)
      return head.forward(pooled, parameters, &statistics, masks: random, step: step).logits
    }
    #expect(logits(step: 1) == logits(step: 1))
    #expect(logits(step: 1) != logits(step: 2))
  }

  @Test("at evaluation a row's logits do not depend on the rows beside it")
  func evaluation() {
    let head = TrainableHead(dropoutRates: [0.5, 0.5])
    let parameters = HeadParameters(sizes: Self.sizes, random: random)
    let pooled = Tensor.random(rows: 4, columns: 6, seed: 10)
    let last = Tensor(rows: 1, columns: 6, values: Array(pooled.values[18...]))
    let statistics = HeadStatistics(sizes: Self.sizes)
    let together = head.answer(pooled, parameters, statistics)
    #expect(Array(together.values[6...]) == head.answer(last, parameters, statistics).values)
  }
}
