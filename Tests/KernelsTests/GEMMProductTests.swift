import Kernels
import Testing

@Suite("Matrix product")
struct GEMMProductTests {
  static let shapes = [
    ProductShape(1, 1, 1), ProductShape(2, 3, 5), ProductShape(6, 16, 4), ProductShape(7, 17, 31),
    ProductShape(13, 31, 8), ProductShape(14, 32, 64), ProductShape(15, 33, 67), ProductShape(29, 97, 11),
    ProductShape(3, 65, 383), ProductShape(5, 2, 385), ProductShape(2, 5, 769), ProductShape(2, 3, 771),
  ]

  @Test("Every version computes the sum of products, replacing or adding", arguments: everyGEMMKernel, shapes)
  func matchesTextbook(kernel: GEMMKernel, shape: ProductShape) {
    let example = GEMMCase(shape)
    for sum in [ProductSum.replacing, .adding] {
      let distance = greatestDistance(example.product(kernel, sum), example.exact(kernel.precision, sum))
      #expect(distance < example.tolerance)
    }
  }

  @Test(
    "Transposed and spread-out operands give the bits of plain ones", arguments: everyGEMMKernel,
    [ProductShape(1, 1, 1), ProductShape(7, 35, 13), ProductShape(16, 3, 131)])
  func anyStorage(kernel: GEMMKernel, shape: ProductShape) {
    let example = GEMMCase(shape)
    let expected = example.product(kernel)
    for a in [PackedMatrix.Storage.byRows, .byColumns] {
      for b in [PackedMatrix.Storage.byRows, .byColumns] {
        #expect(example.product(kernel, a: a, b: b) == expected)
        #expect(example.product(kernel, a: a, b: b, spare: 3) == expected)
      }
    }
  }

  @Test("Empty matrices are fine, and a product over nothing is 0", arguments: everyGEMMKernel)
  func emptyMatrices(kernel: GEMMKernel) {
    for shape in [ProductShape(0, 3, 5), ProductShape(3, 0, 5), ProductShape(0, 0, 0)] {
      #expect(GEMMCase(shape).product(kernel).isEmpty)
    }
    let nothing = GEMMCase(ProductShape(3, 5, 0))
    #expect(nothing.product(kernel, .replacing) == [Float](repeating: 0, count: 15))
    #expect(nothing.product(kernel, .adding) == nothing.c)
  }

  @Test(
    "At the network's own sizes every version agrees with the plain one", arguments: everyGEMMKernel,
    [ProductShape(13, 1600, 400), ProductShape(64, 400, 1150), ProductShape(1150, 40, 128)])
  func realSizes(kernel: GEMMKernel, shape: ProductShape) throws {
    let example = GEMMCase(shape)
    let plain = try #require(GEMMKernel.named("plain", kernel.precision))
    let distance = greatestDistance(example.product(kernel), example.product(plain))
    #expect(distance < example.tolerance)
  }

  @Test("avx2 and avx512 agree bit for bit", arguments: ProductPrecision.allCases)
  func sameBits(precision: ProductPrecision) throws {
    guard let one = GEMMKernel.named("avx2", precision), let other = GEMMKernel.named("avx512", precision)
    else { try Test.cancel("this machine lacks one of them") }
    let example = GEMMCase(ProductShape(29, 67, 801))
    #expect(example.product(one, .adding) == example.product(other, .adding))
  }

  @Test("Packing again leaves nothing of the matrix before", arguments: everyGEMMKernel)
  func packsAgain(kernel: GEMMKernel) {
    let example = GEMMCase(ProductShape(5, 7, 3))
    var left = example.left(kernel)
    left.pack([Float](repeating: .nan, count: 15).span, .byRows, stride: 3)
    left.pack(example.a.span, .byRows, stride: 3)
    var output = example.c
    var span = output.mutableSpan
    multiply(left, example.right(kernel), .replacing, output: &span, stride: 7)
    #expect(output == example.product(kernel))
  }

  @Test("There is a fast version and a plain one of each precision", arguments: ProductPrecision.allCases)
  func versions(precision: ProductPrecision) {
    #expect(GEMMKernel.available(precision).contains(GEMMKernel.best(precision)))
    #expect(GEMMKernel.named("plain", precision)?.precision == precision)
    #expect(GEMMKernel.named("abacus", precision) == nil)
  }
}
