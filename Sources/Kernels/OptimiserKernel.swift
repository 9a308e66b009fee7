internal import CKernels

/// One version of an optimiser's loops over all numbers of a network: the plain one, or one for an instruction
/// set.
///
/// All versions give the same bits. Long arrays are divided between all cores, always at the same places, so
/// that the answers do not depend on how many there are. All of it is bound by memory.
@safe package struct OptimiserKernel: Sendable {
  /// The instruction set, such as `avx512`.
  package let name: String

  /// The C table of this version: static memory, so it outlives everyone who asks.
  @unsafe nonisolated(unsafe) private let table: UnsafePointer<animo_optimiser>

  /// Numbers that one core works on at a time: few enough for the second-level cache, enough to be worth a
  /// wake-up.
  private static let blockLength = 1 << 16

  /// The versions that this processor can run, the fastest first; the last, `plain`, is always there.
  package static let available = (0..<animo_optimiser_count()).map(OptimiserKernel.init(at:)).filter {
    unsafe $0.table.pointee.runs_here()
  }

  /// The fastest version that this processor can run.
  package static let best = available[0]

  /// One step of Adam, in place; see `AdamConstants` for the formulas.
  ///
  /// - Parameters:
  ///   - gradients: of the loss by each of `values`.
  ///   - means: running means of the gradients.
  ///   - squares: running means of their squares.
  package func step(
    _ constants: AdamConstants, gradients: Span<Float>, values: inout MutableSpan<Float>,
    means: inout MutableSpan<Float>, squares: inout MutableSpan<Float>
  ) {
    let count = values.count
    precondition(gradients.count == count && means.count == count && squares.count == count)
    unsafe gradients.withUnsafeBufferPointer { gradients in
      unsafe values.withUnsafeMutableBufferPointer { values in
        unsafe means.withUnsafeMutableBufferPointer { means in
          unsafe squares.withUnsafeMutableBufferPointer { squares in
            let arrays = unsafe AdamArrays(
              gradients: gradients.baseAddress, values: values.baseAddress, means: means.baseAddress,
              squares: squares.baseAddress)
            guard let arrays = unsafe arrays else { return }
            // Sound: all four have `count` numbers and are lent until this returns; blocks do not overlap.
            concurrently(count, blocksOf: Self.blockLength) { _, range in
              unsafe arrays.step(range, constants.inC, by: table)
            }
          }
        }
      }
    }
  }

  /// The sum of the squares of all numbers, in double precision; infinite or NaN if one of them is.
  package func sumOfSquares(_ numbers: Span<Float>) -> Double {
    let blocks = (numbers.count + Self.blockLength - 1) / Self.blockLength
    var sums = [Double](repeating: 0, count: blocks)
    unsafe numbers.withUnsafeBufferPointer { numbers in
      unsafe sums.withUnsafeMutableBufferPointer { sums in
        guard let start = numbers.baseAddress, let sum = sums.baseAddress else { return }
        let shared = unsafe Shared(source: start, target: sum)
        // Sound: ranges lie in the numbers; each block has one sum, and all are lent until this returns.
        concurrently(numbers.count, blocksOf: Self.blockLength) { block, range in
          unsafe shared.target[block] = table.pointee.sum_of_squares(
            range.count, shared.source + range.lowerBound)
        }
      }
    }
    return sums.reduce(0, +)
  }

  /// `target` += `scale` · `source`, number by number.
  package func add(_ source: Span<Float>, scaledBy scale: Float = 1, to target: inout MutableSpan<Float>) {
    let count = target.count
    precondition(source.count == count)
    unsafe source.withUnsafeBufferPointer { source in
      unsafe target.withUnsafeMutableBufferPointer { target in
        guard let from = source.baseAddress, let to = target.baseAddress else { return }
        let shared = unsafe Shared(source: from, target: to)
        // Sound: both have `count` numbers and are lent until this returns; blocks do not overlap.
        concurrently(count, blocksOf: Self.blockLength) { _, range in
          unsafe table.pointee.add(
            range.count, scale, shared.source + range.lowerBound, shared.target + range.lowerBound)
        }
      }
    }
  }

  private init(at index: Int) {
    // Sound: the table and its name are constants of the C library.
    unsafe table = animo_optimiser_at(index)
    unsafe name = String(cString: table.pointee.name)
  }
}

extension OptimiserKernel: Equatable, CustomStringConvertible {
  package static func == (one: OptimiserKernel, other: OptimiserKernel) -> Bool { one.name == other.name }

  package var description: String { name }
}

/// The arrays of a step of Adam where they lie, for several threads that each take a range of their own.
@unsafe private struct AdamArrays: @unchecked Sendable {
  let gradients: UnsafePointer<Float>
  let values: UnsafeMutablePointer<Float>
  let means: UnsafeMutablePointer<Float>
  let squares: UnsafeMutablePointer<Float>

  /// Nil when there is nothing: an empty array may have no address.
  init?(
    gradients: UnsafePointer<Float>?, values: UnsafeMutablePointer<Float>?,
    means: UnsafeMutablePointer<Float>?, squares: UnsafeMutablePointer<Float>?
  ) {
    guard let gradients = unsafe gradients, let values = unsafe values, let means = unsafe means,
      let squares = unsafe squares
    else { return nil }
    unsafe (self.gradients, self.values, self.means, self.squares) = (gradients, values, means, squares)
  }

  func step(_ range: Range<Int>, _ constants: animo_adam, by table: UnsafePointer<animo_optimiser>) {
    var constants = constants
    let first = range.lowerBound
    unsafe table.pointee.adam(
      range.count, &constants, gradients + first, values + first, means + first, squares + first)
  }
}

/// An array to read and one to write where they lie, for several threads that each write places of their own.
@unsafe private struct Shared<Target>: @unchecked Sendable {
  let source: UnsafePointer<Float>
  let target: UnsafeMutablePointer<Target>
}
