import Kernels

/// The matrix product at the sizes of training: C [m][n] = A [m][k] · B [k][n], operands packed before.
struct ProductBenchmark {
  /// The sizes of a product.
  struct Shape: CustomStringConvertible {
    let m: Int
    let n: Int
    let k: Int
    /// What training computes with it.
    let use: String

    var description: String { "\(m) × \(n) × \(k), \(use)" }
  }

  private let shape: Shape

  init(_ shape: Shape) {
    self.shape = shape
  }

  /// The full-size language model: batch 128, 70 steps, E = 400, H = 1150, 30,000 words (a quarter of these
  /// here, and of the rows, as the rate no longer changes).
  static func shapes(_ effort: Effort) -> [Shape] {
    effort.batches.map { Shape(m: $0, n: 4600, k: 1150, use: "a step of an inner layer") } + [
      Shape(m: 128, n: 4600, k: 400, use: "a step's input to the first layer"),
      Shape(m: 128, n: 1600, k: 1150, use: "a step's input to the last layer"),
      Shape(m: 128, n: 1150, k: 4600, use: "a step's gradient of the state"),
      Shape(m: 4600, n: 1150, k: 1120, use: "gradient of the weights"),
      Shape(m: 2240, n: 7500, k: 400, use: "logits of the tied softmax"),
      Shape(m: 2240, n: 400, k: 7500, use: "gradient of the softmax's input"),
      Shape(m: 7500, n: 400, k: 2240, use: "gradient of the embedding"),
    ]
  }

  /// All versions in turns with the limits of this machine.
  func measure(_ effort: Effort) -> [Measurement] {
    let kernels = ProductPrecision.allCases.flatMap(GEMMKernel.available).filter { $0.name != "plain" }
    let limits = ArithmeticPeak.distinct(kernels.compactMap(\.limit))
    return contest(limits.map(\.contestant) + kernels.map(contestant), effort)
  }

  private func contestant(_ kernel: GEMMKernel) -> Contestant {
    let operands = Operands(shape, kernel)
    let operations = 2e-9 * Double(shape.m * shape.n * shape.k)
    return Contestant(name: "product \(kernel)", unit: "GFLOP/s", limit: kernel.limit?.title) {
      operands.multiply()
      return operations
    }
  }
}

extension GEMMKernel {
  /// Rounded operands that are multiplied as floats have the limit of floats.
  fileprivate var limit: ArithmeticPeak? {
    .limit(of: name == "avx512bf16" ? "bfloat16" : "float32", on: name)
  }
}

/// Two packed matrices and room for their product.
private final class Operands {
  private let left: PackedMatrix
  private let right: PackedMatrix
  private var output: [Float]
  private let columns: Int

  init(_ shape: ProductBenchmark.Shape, _ kernel: GEMMKernel) {
    var left = PackedMatrix(.left, rows: shape.m, columns: shape.k, kernel: kernel)
    left.pack(Self.numbers(shape.m * shape.k).span, .byRows, stride: shape.k)
    var right = PackedMatrix(.right, rows: shape.k, columns: shape.n, kernel: kernel)
    right.pack(Self.numbers(shape.k * shape.n).span, .byRows, stride: shape.n)
    self.left = left
    self.right = right
    output = [Float](repeating: 0, count: shape.m * shape.n)
    columns = shape.n
  }

  func multiply() {
    // Taken out and put back, so that the span's owner is here.
    var output: [Float] = []
    swap(&output, &self.output)
    var span = output.mutableSpan
    Kernels.multiply(left, right, .replacing, output: &span, stride: columns)
    swap(&output, &self.output)
  }

  /// Small numbers of both signs, none of them 0.
  private static func numbers(_ count: Int) -> [Float] {
    (0..<count).map { Float($0 % 13) - 5.5 }
  }
}
