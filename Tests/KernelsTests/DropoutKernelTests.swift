import Kernels
import Testing

@Suite("Dropout kernel")
struct DropoutKernelTests {
  static let plain = TrainingKernels.available[TrainingKernels.available.count - 1]
  static let keys: [UInt64] = [0, 1, 0xDEAD_BEEF, .max]

  @Test("The plain version is always there, and the last; the best is the first")
  func available() {
    #expect(Self.plain.name == "plain")
    #expect(TrainingKernels.best.name == TrainingKernels.available[0].name)
  }

  @Test(
    "Every version makes the mask of the plain one, to the bit",
    arguments: TrainingKernels.available, TrainingKernels.counts)
  func sameMask(kernels: TrainingKernels, count: Int) {
    for key in Self.keys {
      for first in [0, 5, 1 << 32 - 3] {
        let mask = Self.mask(kernels, count, key: key, first: first)
        #expect(firstDifference(mask, Self.mask(Self.plain, count, key: key, first: first)) == nil)
      }
    }
  }

  @Test(
    "In place, elsewhere and as a mask the same numbers are dropped, the others divided by what is kept",
    arguments: TrainingKernels.available, TrainingKernels.counts)
  func threeForms(kernels: TrainingKernels, count: Int) {
    var random = Numbers(seed: 1)
    let numbers = random.next(count, times: 3)
    let mask = Self.mask(kernels, count, key: 9, first: 0)
    #expect(mask.allSatisfy { $0 == 0 || $0 == 1 / (1 - 0.3) })
    var elsewhere = [Float](repeating: .nan, count: count)
    var output = elsewhere.mutableSpan
    kernels.dropOut(numbers.span, key: 9, rate: 0.3, into: &output)
    var inPlace = numbers
    var span = inPlace.mutableSpan
    kernels.dropOut(&span, key: 9, rate: 0.3)
    #expect(firstDifference(elsewhere, zip(numbers, mask).map { $0 * $1 }) == nil)
    #expect(firstDifference(inPlace, elsewhere) == nil)
  }

  @Test("A part that says where it begins is that part of the whole", arguments: TrainingKernels.available)
  func parts(kernels: TrainingKernels) {
    let whole = Self.mask(kernels, 1150, key: 77, first: 0)
    for first in [1, 16, 333, 1149] {
      let part = Self.mask(kernels, 1150 - first, key: 77, first: first)
      #expect(firstDifference(part, Array(whole[first...])) == nil)
      var ones = [Float](repeating: 1, count: 1150 - first)
      var span = ones.mutableSpan
      kernels.dropOut(&span, key: 77, first: first, rate: 0.3)
      #expect(firstDifference(ones, part) == nil)
    }
  }

  @Test(
    "As many numbers are dropped as the rate says, at every key", arguments: [Float(0.02), 0.3, 0.5, 0.95])
  func rate(rate: Float) {
    let count = 100_000
    for key in Self.keys {
      let dropped = Self.mask(.best, count, key: key, first: 0, rate: rate).count { $0 == 0 }
      // Within five standard deviations.
      let spread = (Float(count) * rate * (1 - rate)).squareRoot()
      #expect(abs(Float(dropped) - Float(count) * rate) < 5 * spread)
    }
  }

  @Test("Masks of neighbouring keys, and neighbours in a mask, have nothing to do with each other")
  func independence() {
    let count = 100_000
    // Two fair coins agree half of the time; within five standard deviations.
    func agree(_ one: [Float], _ other: [Float]) -> Bool {
      let same = zip(one, other).count { ($0 == 0) == ($1 == 0) }
      return abs(Float(same) - Float(one.count) / 2) < 5 * (Float(one.count) / 4).squareRoot()
    }
    let mask = Self.mask(.best, count, key: 40, first: 0, rate: 0.5)
    #expect(agree(Array(mask.dropLast()), Array(mask.dropFirst())))
    for key: UInt64 in [41, 40 + 1 << 32, 40 ^ 1 << 63] {
      #expect(agree(mask, Self.mask(.best, count, key: key, first: 0, rate: 0.5)))
    }
  }

  @Test("A rate of 0 changes no bit", arguments: TrainingKernels.available)
  func nothing(kernels: TrainingKernels) {
    #expect(Self.mask(kernels, 1150, key: 5, first: 0, rate: 0).allSatisfy { $0 == 1 })
  }

  @Test("A NaN stays one, dropped or not", arguments: TrainingKernels.available)
  func notANumber(kernels: TrainingKernels) {
    var numbers = [Float](repeating: .nan, count: 100)
    var span = numbers.mutableSpan
    kernels.dropOut(&span, key: 5, rate: 0.5)
    #expect(numbers.allSatisfy { $0.isNaN })
  }

  private static func mask(
    _ kernels: TrainingKernels, _ count: Int, key: UInt64, first: Int, rate: Float = 0.3
  ) -> [Float] {
    var mask = [Float](repeating: .nan, count: count)
    var span = mask.mutableSpan
    kernels.makeMask(&span, key: key, first: first, rate: rate)
    return mask
  }
}
