import Datasets
import Testing

@testable import Training

/// One step of training beside PyTorch's, without dropout: `Sequential(BatchNorm1d(6), Linear(6, 3), ReLU(),
/// BatchNorm1d(3), Linear(3, 2))` and `CrossEntropyLoss(weight=[0.5, 1.5], label_smoothing=0.1)`; printed by
/// `Golden/classifier-head.py`.
@Suite("Classifier head beside PyTorch")
struct TrainableHeadGoldenTests {
  private static let sizes = [6, 3, 2]

  /// The k-th number is ((37k² + 11k + seed) mod 101 - 50) / 64: no number is rounded.
  private static func numbers(like tensor: Tensor, seed: Int) -> Tensor {
    let values = (0..<tensor.count).map { Float(($0 * $0 * 37 + $0 * 11 + seed) % 101 - 50) / 64 }
    return Tensor(rows: tensor.rows, columns: tensor.columns, values: values)
  }

  private static let expected: [String: [Float]] = [
    "logits": [-0.677754, 0.03225711, 0.7925947, 0.02075148, -0.5000118, 0.2547286, 0.2621244, -0.1592996],
    "pooled": [
      0.02894841, -4.726005e-06, 0.043961, 0.003444383, 0.001208226, -0.02628862, 0.1814107, 5.386495e-06,
      0.03072577, 0.02629546, 0.0613844, 0.1059121, 0.02560245, -0.0001411318, -0.034886, -0.007283014,
      0.004069515, -0.03157587, -0.2359616, 0.0001404714, -0.03980077, -0.02245683, -0.06666213, -0.04804758,
    ],
    "head.0.weight": [-0.04162449, 0.00822032, -0.1592303, -0.04854067, 0.007579047, 0.1267809],
    "head.0.bias": [0.04386869, -0.0009627296, -0.02053745, -0.01497034, 0.01585346, -0.02242992],
    "head.2.weight": [
      0.003644675, -0.008123754, -0.1637207, -0.05388378, 0.02496112, 0.09657931, -4.640449e-06,
      1.231453e-07, -4.479774e-05, -2.137492e-05, -1.294478e-05, -4.677108e-05, -0.002570242, 7.117444e-06,
      0.001050589, 0.0010141, -0.0007814518, -0.001705024,
    ],
    "head.2.bias": [-0.05979493, -7.27897e-05, 0],
    "head.4.weight": [-0.23733, -0.0869093, -0.01472762],
    "head.4.bias": [-0.2384055, 0.06811586, -0.007568417],
    "head.6.weight": [-0.3360268, 0.0006519724, 0.2713366, 0.3360269, -0.0006519718, -0.2713366],
    "head.6.bias": [0.2421897, -0.2421897],
    "head.0.running_mean": [0.000390625, 0.01132813, 0.01953125, 0.025, 0.02773437, 0.02773437],
    "head.0.running_var": [0.9443908, 0.9085022, 0.911792, 0.9283691, 0.9097391, 0.9097391],
    "head.4.running_mean": [0.03807002, 0.003596544, 0.07375488],
    "head.4.running_var": [0.9200471, 0.9005174, 0.9185212],
  ]

  @Test("logits, loss, gradients and running statistics are PyTorch's")
  func oneStep() throws {
    let random = RandomStream(seed: 1)
    let head = TrainableHead(dropoutRates: [0, 0])
    var parameters = HeadParameters(sizes: Self.sizes, random: random)
    var seed = 0
    parameters.visit { _, tensor in
      seed += 1
      tensor = Self.numbers(like: tensor, seed: seed)
    }
    var statistics = HeadStatistics(sizes: Self.sizes)
    let pooled = Self.numbers(like: Tensor(rows: 4, columns: 6), seed: 11)

    let (logits, tape) = head.forward(pooled, parameters, &statistics, masks: random, step: 0)
    let entropy = CrossEntropy(classWeights: [0.5, 1.5], smoothing: 0.1)
    let loss = entropy.loss(logits, targets: [0, 1, 1, 0].map(Target.label))
    let gradients = head.backward(loss.gradient, tape, parameters)

    #expect(abs(loss.mean - 0.77365911) < 1e-6)
    let found =
      [("logits", logits), ("pooled", gradients.pooled)] + gradients.parameters.tensors + statistics.tensors
    #expect(found.count == Self.expected.count)
    for (name, tensor) in found {
      let numbers = try #require(Self.expected[name], "no golden numbers of \(name)")
      #expect(tensor.isClose(to: numbers, tolerance: 2e-6), "\(name): \(tensor.values)")
    }
  }
}
