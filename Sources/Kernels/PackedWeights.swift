internal import CKernels

/// A matrix of weights in the order in which the kernels of one arithmetic read it.
@safe final class PackedWeights {
  let arithmetic: Arithmetic
  /// Words of 32 bits of a row of activations.
  let words: Int
  /// Blocks of 64 columns.
  let blocks: Int
  /// The greatest magnitude of an 8-bit code: the kernels may add up small products in fewer bits.
  let greatestCode: Int
  private let memory: AlignedMemory

  /// Packs a matrix whose rows become columns in their order. `bias` has a number for each.
  init(columnsOf matrix: borrowing WeightMatrix, bias: Span<Float>, arithmetic: Arithmetic) {
    precondition(bias.count == matrix.rows)
    self.arithmetic = arithmetic
    words = animo_words(arithmetic.inC, matrix.columns)
    blocks = blockCount(matrix.rows, each: ANIMO_COLUMNS)
    let memory = AlignedMemory(byteCount: animo_packed_size(arithmetic.inC, matrix.columns, blocks))
    // Sound: the matrix and the bias were checked to have the sizes that C reads; the memory is as large as
    // C asked for.
    greatestCode = unsafe matrix.withCMatrix { matrix in
      unsafe bias.withUnsafeBufferPointer { bias in
        unsafe Int(animo_pack_columns(arithmetic.inC, matrix, bias.baseAddress, memory.bytes))
      }
    }
    self.memory = memory
  }

  /// Packs a matrix of an LSTM layer, [4 · units][depth], gates in the order i, f, g, o.
  ///
  /// - Parameters:
  ///   - bias: [4 · units], or empty for zeros.
  ///   - unit: what a code of the activations is worth where that is the same for all rows, else 1.
  init(gatesOf matrix: borrowing WeightMatrix, bias: Span<Float>, unit: Float, arithmetic: Arithmetic) {
    precondition(matrix.rows % 4 == 0 && (bias.count == matrix.rows || bias.isEmpty))
    self.arithmetic = arithmetic
    words = animo_words(arithmetic.inC, matrix.columns)
    blocks = blockCount(matrix.rows / ANIMO_GATES, each: ANIMO_LANES)
    let memory = AlignedMemory(byteCount: animo_packed_size(arithmetic.inC, matrix.columns, blocks))
    // Sound: as above.
    greatestCode = unsafe matrix.withCMatrix { matrix in
      unsafe bias.withUnsafeBufferPointer { bias in
        unsafe Int(
          animo_pack_gates(
            arithmetic.inC, matrix, bias.isEmpty ? nil : bias.baseAddress, unit, memory.bytes))
      }
    }
    self.memory = memory
  }

  /// The weights as C takes them. Valid while this object lives.
  @unsafe var inC: animo_weights {
    unsafe animo_weights(
      arithmetic: arithmetic.inC, words: words, blocks: blocks, greatest: Int32(greatestCode),
      packed: memory.bytes)
  }
}

// Sound: the memory is written by the initialisers alone.
extension PackedWeights: @unchecked Sendable {}

/// The number of blocks of the given size needed for `count` items.
func blockCount(_ count: Int, each: Int) -> Int {
  (count + each - 1) / each
}
