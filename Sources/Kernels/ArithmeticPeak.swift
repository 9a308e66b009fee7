internal import CKernels

/// The most arithmetic of one kind that one core can do with one instruction set: a loop that touches
/// registers alone, to be timed by the caller.
@safe package struct ArithmeticPeak: Sendable {
  /// The instruction set, such as `avx512`.
  package let name: String

  /// What is multiplied: `float32`, `bfloat16`, `int8`, or `int4` for bytes times weights of 4 bits where these
  /// are faster.
  package let arithmetic: String

  @unsafe nonisolated(unsafe) private let table: UnsafePointer<animo_peak>

  /// The loops that this processor can run; of one kind of arithmetic the widest comes first. Empty where none
  /// was written for the processor.
  package static let available: [ArithmeticPeak] = (0..<animo_peak_count()).compactMap { index in
    guard let table = unsafe animo_peak_at(index), unsafe table.pointee.runs_here() else { return nil }
    return unsafe ArithmeticPeak(table)
  }

  /// Does `rounds` rounds and returns how many multiplications and additions they were; one round takes 3 to
  /// 30 ns.
  package func run(rounds: Int) -> Int {
    unsafe table.pointee.run(rounds)
    return unsafe rounds * table.pointee.operations
  }

  private init(_ table: UnsafePointer<animo_peak>) {
    // Sound: the table and its texts are constants of the C library.
    unsafe self.table = table
    unsafe name = String(cString: table.pointee.name)
    unsafe arithmetic = String(cString: table.pointee.arithmetic)
  }
}
