internal import CKernels

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
