internal import CKernels

/// One version of the hot loops: an instruction set × an arithmetic.
///
/// Sets are named after both, such as `avx2-int8`; a bare name, such as `avx2`, computes in single precision.
/// Sets of one arithmetic give the same answers up to rounding in fp32 and bf16. Products of int8 are the same to
/// the bit; what a network computes in fp32 beside them is rounded. Which set runs is decided once, when a network
/// is made. `named(_:)` forces one.
@safe package struct KernelSet: Sendable {
  /// The name for selecting this set.
  package let name: String
  package let arithmetic: Arithmetic

  /// The C table of this set: static memory, so it outlives everyone who asks.
  @unsafe nonisolated(unsafe) let table: UnsafePointer<animo_kernels>

  /// The sets that this processor can run: int8, bf16, fp32, in each the fastest first and the plain one last.
  package static let available: [KernelSet] = compiledIn.filter { unsafe $0.table.pointee.runs_here() }

  /// The fastest set of single precision that this processor can run.
  package static let best: KernelSet = best(.fp32)

  /// The reference set, which runs everywhere.
  package static let plain = KernelSet(at: animo_kernels_count() - 1)

  /// The fastest set of an arithmetic that this processor can run.
  package static func best(_ arithmetic: Arithmetic) -> KernelSet {
    available.first { $0.arithmetic == arithmetic } ?? plain
  }

  /// The set of that name, or nil when it does not exist or this processor cannot run it.
  package static func named(_ name: String) -> KernelSet? {
    available.first { $0.name == name }
  }

  /// The set of the same instructions that computes in single precision.
  package var inSinglePrecision: KernelSet {
    let instructions = name.prefix { $0 != "-" }
    return KernelSet.named(String(instructions)) ?? .plain
  }

  /// Whether weights of small codes are packed two to a byte for it.
  var readsNibbles: Bool { unsafe table.pointee.reads_nibbles }

  /// Every set of this build, whether this processor can run it or not.
  private static var compiledIn: [KernelSet] {
    (0..<animo_kernels_count()).map(KernelSet.init(at:))
  }

  private init(at index: Int) {
    // Sound: the table and its name are constants of the C library.
    unsafe table = animo_kernels_at(index)
    unsafe name = String(cString: table.pointee.name)
    arithmetic = unsafe Arithmetic(table.pointee.arithmetic)
  }
}

extension KernelSet: Equatable, CustomStringConvertible {
  package static func == (one: KernelSet, other: KernelSet) -> Bool { one.name == other.name }

  package var description: String { name }
}

/// How a kernel set stores and multiplies activations and weights.
package enum Arithmetic: Sendable, CaseIterable {
  /// Single precision.
  case fp32
  /// bfloat16, summed in single precision.
  case bf16
  /// 8-bit codes with a scale for each row and each column, summed in integers.
  case int8

  /// The same in C.
  var inC: animo_arithmetic {
    switch self {
    case .fp32: ANIMO_FP32
    case .bf16: ANIMO_BF16
    case .int8: ANIMO_INT8
    }
  }

  init(_ arithmetic: animo_arithmetic) {
    switch arithmetic {
    case ANIMO_BF16: self = .bf16
    case ANIMO_INT8: self = .int8
    default: self = .fp32
    }
  }
}
