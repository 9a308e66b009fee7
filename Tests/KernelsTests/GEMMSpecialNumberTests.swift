import Kernels
import Testing

@Suite("Matrix product, special numbers")
struct GEMMSpecialNumberTests {
  @Test(
    "Infinities and NaN go where the plain loop takes them", arguments: everyGEMMKernel,
    [Float.nan, .infinity, -.infinity])
  func propagates(kernel: GEMMKernel, special: Float) {
    var example = GEMMCase(ProductShape(17, 35, 7))
    example.a[3 * 7 + 6] = special
    example.b[2 * 35 + 34] = special
    let (found, exact) = (example.product(kernel), example.exact(kernel.precision))
    for (one, other) in zip(found, exact) where !one.isFinite || !other.isFinite {
      #expect(one == other || one.isNaN && other.isNaN)
    }
    #expect(found.count { !$0.isFinite } == 17 + 35 - 1)
  }

  @Test("Zero times infinity is NaN, not skipped", arguments: everyGEMMKernel)
  func countsEveryProduct(kernel: GEMMKernel) {
    var example = GEMMCase(ProductShape(1, 1, 3))
    example.a = [1, 0, 1]
    example.b = [1, .infinity, 1]
    #expect(example.product(kernel)[0].isNaN)
  }

  @Test("Replacing forgets NaN, adding keeps it", arguments: everyGEMMKernel)
  func whatWasThere(kernel: GEMMKernel) {
    var example = GEMMCase(ProductShape(3, 5, 2))
    example.c = [Float](repeating: .nan, count: 15)
    #expect(example.product(kernel, .replacing).allSatisfy { $0.isFinite })
    #expect(example.product(kernel, .adding).allSatisfy { $0.isNaN })
  }

  @Test("Rounding to bfloat16 goes to the nearest, ties to even")
  func roundsToNearestEven() {
    // One unit in the last place of bfloat16 near 1 is 2⁻⁷.
    let unit: Float = 0x1p-7
    #expect(roundedToBFloat16(1) == 1)
    #expect(roundedToBFloat16(1 + unit) == 1 + unit)
    #expect(roundedToBFloat16(1 + unit / 2) == 1)
    #expect(roundedToBFloat16(1 + 3 * unit / 2) == 1 + 2 * unit)
    #expect(roundedToBFloat16((1 + unit / 2).nextUp) == 1 + unit)
    #expect(roundedToBFloat16((1 + 3 * unit / 2).nextDown) == 1 + unit)
    #expect(roundedToBFloat16(-1 - unit / 2) == -1)
    #expect(roundedToBFloat16(2 - unit / 4) == 2)
  }

  @Test("Rounding to bfloat16 keeps zeros, subnormal numbers, infinities and NaN")
  func roundsSpecialNumbers() {
    #expect(roundedToBFloat16(0).sign == .plus && roundedToBFloat16(-0.0).sign == .minus)
    #expect(roundedToBFloat16(0x1p-130) == 0x1p-130)
    #expect(roundedToBFloat16(.infinity) == .infinity)
    #expect(roundedToBFloat16(-.infinity) == -.infinity)
    #expect(roundedToBFloat16(.greatestFiniteMagnitude) == .infinity)
    for bits: UInt32 in [0x7f80_0001, 0x7fff_ffff, 0xff80_0001, 0xffff_ffff] {
      #expect(roundedToBFloat16(Float(bitPattern: bits)).isNaN)
    }
  }
}
