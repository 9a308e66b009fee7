internal import CKernels

/// A matrix of weights in the order in which the kernels of one arithmetic read it.
@safe final class PackedWeights {
  let arithmetic: Arithmetic
  /// Words of 32 bits of a row of activations.
  let words: Int
  /// Blocks of 64 columns.
  let blocks: Int
  /// Whether there are two codes to a byte.
  let areNibbles: Bool
  /// The greatest magnitude of an 8-bit code: the kernels may add up small products in fewer bits.
  let greatestCode: Int
  private let memory: AlignedMemory

  /// Packs a matrix whose rows become columns in their order, a byte for each code. `bias` has a number for each.
  init(columnsOf matrix: borrowing WeightMatrix, bias: Span<Float>, kernels: KernelSet) {
    precondition(bias.count == matrix.rows)
    areNibbles = false
    let arithmetic = kernels.arithmetic
    self.arithmetic = arithmetic
    words = animo_words(arithmetic.inC, matrix.columns)
    blocks = blockCount(matrix.rows, each: ANIMO_COLUMNS)
    let memory = AlignedMemory(
      byteCount: animo_packed_size(arithmetic.inC, false, matrix.columns, blocks))
    // Sound: the matrix and the bias were checked to have the sizes that C reads; the memory is as large as
    // C asked for.
    greatestCode = unsafe matrix.withCMatrix { matrix in
      unsafe bias.withUnsafeBufferPointer { bias in
        unsafe Int(
          animo_pack_columns(arithmetic.inC, false, matrix, bias.baseAddress, memory.bytes))
      }
    }
    self.memory = memory
  }

  /// Packs a matrix of an LSTM layer, [4 · units][depth], gates in the order i, f, g, o.
  ///
  /// - Parameters:
  ///   - bias: [4 · units], or empty for zeros.
  ///   - unit: what a code of the activations is worth where that is the same for all rows, else 1.
  ///   - mayShareBytes: whether small codes lie two to a byte for sets that read them so: that pays where few rows
  ///     are multiplied at once.
  ///   - room: where to take memory from; nil for memory of its own.
  init(
    gatesOf matrix: borrowing WeightMatrix, bias: Span<Float>, unit: Float, mayShareBytes: Bool,
    kernels: KernelSet, in room: WeightMemory?
  ) {
    precondition(matrix.rows % 4 == 0 && (bias.count == matrix.rows || bias.isEmpty))
    let areNibbles = mayShareBytes && kernels.readsNibbles && matrix.fitsNibbles
    self.areNibbles = areNibbles
    let arithmetic = kernels.arithmetic
    self.arithmetic = arithmetic
    words = animo_words(arithmetic.inC, matrix.columns)
    blocks = blockCount(matrix.rows / ANIMO_GATES, each: ANIMO_LANES)
    let size = animo_packed_size(arithmetic.inC, areNibbles, matrix.columns, blocks)
    let memory = room?.take(byteCount: size) ?? AlignedMemory(byteCount: size)
    // Sound: as above.
    greatestCode = unsafe matrix.withCMatrix { matrix in
      unsafe bias.withUnsafeBufferPointer { bias in
        unsafe Int(
          animo_pack_gates(
            arithmetic.inC, areNibbles, matrix, bias.isEmpty ? nil : bias.baseAddress, unit, memory.bytes))
      }
    }
    self.memory = memory
  }

  /// The greatest number of bytes that the gates of `units` units take, in whole cache lines: a byte for each code.
  static func greatestByteCount(gatesOf units: Int, depth: Int, kernels: KernelSet) -> Int {
    WeightMemory.lines(
      animo_packed_size(kernels.arithmetic.inC, false, depth, blockCount(units, each: ANIMO_LANES)))
  }

  /// The weights as C takes them. Valid while this object lives.
  @unsafe var inC: animo_weights {
    unsafe animo_weights(
      arithmetic: arithmetic.inC, words: words, blocks: blocks, nibbles: areNibbles,
      greatest: Int32(greatestCode),
      packed: memory.bytes)
  }
}

// Sound: the memory is written by the initialisers alone.
extension PackedWeights: @unchecked Sendable {}

/// The number of blocks of the given size needed for `count` items.
func blockCount(_ count: Int, each: Int) -> Int {
  (count + each - 1) / each
}
