internal import CKernels

/// In which numbers the operands of a product are multiplied; sums are single precision always.
package enum ProductPrecision: String, Sendable, CaseIterable {
  case float32

  /// Operands rounded to 8 bits of mantissa, to nearest even (`roundedToBFloat16(_:)`), when they are packed.
  case bfloat16
}

/// One version of the matrix product: the plain one, or one for an instruction set, in one precision.
///
/// All versions of a precision give the same answers up to the rounding of single-precision sums; `avx2` and
/// `avx512` agree bit for bit.
@safe package struct GEMMKernel: Sendable {
  /// The instruction set, such as `avx512`.
  package let name: String

  package let precision: ProductPrecision

  /// The C table of this version: static memory, so it outlives everyone who asks.
  @unsafe nonisolated(unsafe) let table: UnsafePointer<animo_gemm>

  /// The versions that this processor can run, in the order of `animo_gemm_at`; the plain ones are always there.
  package static func available(_ precision: ProductPrecision) -> [GEMMKernel] {
    (0..<animo_gemm_count()).map(GEMMKernel.init(at:)).filter { kernel in
      unsafe kernel.precision == precision && kernel.table.pointee.runs_here()
    }
  }

  /// The version that is fastest on this processor.
  ///
  /// Having an instruction is not enough: multiplication of bfloat16 pairs is slower on some processors than
  /// that of rounded floats.
  package static func best(_ precision: ProductPrecision) -> GEMMKernel {
    let all = available(precision)
    // The plain versions are always there, so neither list is empty.
    return all.first(where: \.isFastHere) ?? all[all.count - 1]
  }

  /// The version of that name, or nil when it does not exist or this processor cannot run it.
  package static func named(_ name: String, _ precision: ProductPrecision) -> GEMMKernel? {
    available(precision).first { $0.name == name }
  }

  /// Columns of one register tile: where a division of the columns of a product may cut.
  package var tileColumns: Int { unsafe table.pointee.tile_columns }

  private var isFastHere: Bool {
    guard let isFast = unsafe table.pointee.is_fast_here else { return true }
    return isFast()
  }

  private init(at index: Int) {
    // Sound: the table and its name are constants of the C library.
    unsafe table = animo_gemm_at(index)
    unsafe name = String(cString: table.pointee.name)
    precision = unsafe table.pointee.precision == ANIMO_GEMM_FLOAT32 ? .float32 : .bfloat16
  }
}

extension GEMMKernel: Equatable, CustomStringConvertible {
  package static func == (one: GEMMKernel, other: GEMMKernel) -> Bool {
    one.name == other.name && one.precision == other.precision
  }

  package var description: String { "\(name) \(precision)" }
}

/// The bfloat16 nearest to a number, ties to even; too large numbers become infinite, NaN stays NaN.
package func roundedToBFloat16(_ number: Float) -> Float {
  animo_rounded_to_bfloat16(number)
}
