internal import CKernels

/// One version of training's element-wise loops: the plain one, or one for an instruction set.
///
/// Versions differ by rounding alone. All functions take as many numbers as their first span has.
@safe package struct TrainingKernels: Sendable {
  /// The instruction set, such as `avx512`.
  package let name: String

  /// The C table of this version: static memory, so it outlives everyone who asks.
  @unsafe nonisolated(unsafe) let table: UnsafePointer<animo_training>

  /// The versions that this processor can run, the fastest first and the plain one last.
  package static let available: [TrainingKernels] = (0..<animo_training_count()).compactMap { index in
    guard let table = unsafe animo_training_at(index), unsafe table.pointee.runs_here() else { return nil }
    return unsafe TrainingKernels(table)
  }

  /// The version that is fastest on this processor.
  package static let best: TrainingKernels = available[0]

  private init(_ table: UnsafePointer<animo_training>) {
    // Sound: the table and its name are constants of the C library.
    unsafe self.table = table
    unsafe name = String(cString: table.pointee.name)
  }
}

// MARK: - Dropout

extension TrainingKernels {
  /// Sets each number to 0 with probability `rate`, else divides it by 1 - `rate`.
  ///
  /// Which ones is a function of `key` and of `first` plus the place alone, so backward can do it again.
  package func dropOut(
    _ numbers: inout MutableSpan<Float>, key: UInt64, first: Int = 0, rate: Float
  ) {
    precondition(rate >= 0 && rate < 1)
    unsafe numbers.withUnsafeMutableBufferPointer { numbers in
      guard let start = numbers.baseAddress else { return }
      // Sound: in place, within the span.
      unsafe table.pointee.dropout(numbers.count, start, key, UInt64(first), rate, start)
    }
  }

  /// The same with the result elsewhere.
  package func dropOut(
    _ numbers: Span<Float>, key: UInt64, rate: Float, into output: inout MutableSpan<Float>
  ) {
    precondition(rate >= 0 && rate < 1 && output.count == numbers.count)
    unsafe withPointers(numbers, &output) { numbers, output, count in
      unsafe table.pointee.dropout(count, numbers, key, 0, rate, output)
    }
  }

  /// A mask: each number 0 with probability `rate`, else 1 / (1 - `rate`).
  package func makeMask(_ mask: inout MutableSpan<Float>, key: UInt64, first: Int = 0, rate: Float) {
    precondition(rate >= 0 && rate < 1)
    unsafe mask.withUnsafeMutableBufferPointer { mask in
      guard let start = mask.baseAddress else { return }
      unsafe table.pointee.dropout(mask.count, nil, key, UInt64(first), rate, start)
    }
  }
}

// MARK: - Sums and products

extension TrainingKernels {
  /// numbers = numbers · factors, one by one, from number `first` on.
  package func multiply(_ numbers: inout MutableSpan<Float>, from first: Int = 0, by factors: Span<Float>) {
    precondition(first >= 0 && first + factors.count <= numbers.count)
    unsafe withPointers(factors, &numbers) { factors, numbers, count in
      unsafe table.pointee.multiply(count, numbers + first, factors, numbers + first)
    }
  }

  /// output = output + scale · numbers, from number `first` of the output on.
  package func add(
    _ numbers: Span<Float>, scale: Float = 1, to output: inout MutableSpan<Float>, from first: Int = 0
  ) {
    precondition(first >= 0 && first + numbers.count <= output.count)
    unsafe withPointers(numbers, &output) { numbers, output, count in
      unsafe table.pointee.add(count, scale, numbers, output + first)
    }
  }

  /// Σ a · b.
  package func dot(_ a: Span<Float>, _ b: Span<Float>) -> Float {
    precondition(a.count == b.count)
    var sum: Float = 0
    let count = a.count
    unsafe withPointers(a, b) { a, b in sum = unsafe table.pointee.dot(count, a, b) }
    return sum
  }

  /// Turns a row of logits into `scale` times their softmax.
  ///
  /// - Parameters:
  ///   - logits: the row's `count` numbers start at number `first`.
  ///   - bias: added to the logits before, [count]; nil for none.
  ///   - beside: one more logit to include in the sum; none by default.
  /// - Returns: log Σ exp(logit), so that the loss of target y is this minus the logit of y.
  package func softmax(
    _ logits: inout MutableSpan<Float>, from first: Int, count: Int, bias: Span<Float>? = nil,
    beside: Float = -.infinity, scale: Float
  ) -> Float {
    precondition(first >= 0 && count > 0 && first + count <= logits.count)
    if let bias {
      precondition(bias.count == count)
      add(bias, to: &logits, from: first)
    }
    return unsafe logits.withUnsafeMutableBufferPointer { logits in
      guard let start = logits.baseAddress else { return 0 }
      // Sound: the row was checked to lie in the span.
      return unsafe table.pointee.softmax(count, start + first, nil, beside, scale)
    }
  }
}

// MARK: - LSTM

/// Where the numbers of one step of an LSTM layer are in the matrices of all steps: the index of the first one of the
/// first row; rows follow one another.
package struct LSTMStepPlaces: Equatable, Sendable {
  package var rows: Int
  package var units: Int
  /// In a matrix of 4 · `units` columns.
  package var gates: Int
  /// c before the step.
  package var previousCell: Int
  /// c after it.
  package var cell: Int
  /// h after it, or its gradient.
  package var output: Int

  package init(rows: Int, units: Int, gates: Int, previousCell: Int, cell: Int, output: Int) {
    precondition(rows >= 0 && units > 0 && min(gates, previousCell, cell, output) >= 0)
    self.rows = rows
    self.units = units
    self.gates = gates
    self.previousCell = previousCell
    self.cell = cell
    self.output = output
  }

  /// Whether matrices of these sizes contain all of it, and c before and after do not overlap.
  fileprivate func fits(gates: Int, cells: Int, outputs: Int) -> Bool {
    self.gates + 4 * rows * units <= gates && output + rows * units <= outputs
      && max(previousCell, cell) + rows * units <= cells && abs(previousCell - cell) >= rows * units
  }
}

extension TrainingKernels {
  /// One step of all rows: c = σ(f)·c + σ(i)·tanh(g), h = σ(o)·tanh(c).
  ///
  /// - Parameters:
  ///   - gates: z of the gates i, f, g, o; their activations afterwards.
  ///   - cells: c before the step; receives c after it, elsewhere.
  ///   - outputs: receives h.
  package func lstmForward(
    _ places: LSTMStepPlaces, gates: inout MutableSpan<Float>, cells: inout MutableSpan<Float>,
    outputs: inout MutableSpan<Float>
  ) {
    precondition(places.fits(gates: gates.count, cells: cells.count, outputs: outputs.count))
    let units = places.units
    unsafe withPointers(&gates, &cells, &outputs) { gates, cells, outputs in
      for row in 0..<places.rows {
        // Sound: the matrices have all rows of the places, checked above, and c is written where it is not read.
        var step = unsafe animo_lstm_forward(
          units: units, gates: gates + places.gates + 4 * row * units,
          previous_cell: cells + places.previousCell + row * units, cell: cells + places.cell + row * units,
          output: outputs + places.output + row * units)
        unsafe table.pointee.lstm_forward(&step)
      }
    }
  }

  /// The gradient of `lstmForward`.
  ///
  /// - Parameters:
  ///   - gates: what forward left; the gradient of z afterwards.
  ///   - cells: c before and after the step.
  ///   - outputGradient: that of h, at the places of the outputs.
  ///   - cellGradient: that of c after the step, [rows][units] from its first number; of c before the step
  ///     afterwards.
  package func lstmBackward(
    _ places: LSTMStepPlaces, gates: inout MutableSpan<Float>, cells: Span<Float>,
    outputGradient: Span<Float>, cellGradient: inout MutableSpan<Float>
  ) {
    precondition(places.fits(gates: gates.count, cells: cells.count, outputs: outputGradient.count))
    precondition(cellGradient.count >= places.rows * places.units)
    let units = places.units
    unsafe withPointers(cells, outputGradient) { cells, outputGradient in
      unsafe withPointers(&gates, &cellGradient) { gates, cellGradient in
        for row in 0..<places.rows {
          // Sound: as in lstmForward.
          var step = unsafe animo_lstm_backward(
            units: units, gates: gates + places.gates + 4 * row * units,
            previous_cell: cells + places.previousCell + row * units,
            cell: cells + places.cell + row * units,
            output_gradient: outputGradient + places.output + row * units,
            cell_gradient: cellGradient + row * units)
          unsafe table.pointee.lstm_backward(&step)
        }
      }
    }
  }
}

// MARK: - Pointers for C

/// Lends spans as C takes them, with the length of the first; empty ones are not lent.
private func withPointers(
  _ a: Span<Float>, _ output: inout MutableSpan<Float>,
  _ body: (UnsafePointer<Float>, UnsafeMutablePointer<Float>, Int) -> Void
) {
  unsafe a.withUnsafeBufferPointer { a in
    unsafe output.withUnsafeMutableBufferPointer { output in
      guard let start = a.baseAddress, let output = output.baseAddress else { return }
      unsafe body(start, output, a.count)
    }
  }
}

private func withPointers(
  _ a: Span<Float>, _ b: Span<Float>, _ body: (UnsafePointer<Float>, UnsafePointer<Float>) -> Void
) {
  unsafe a.withUnsafeBufferPointer { a in
    unsafe b.withUnsafeBufferPointer { b in
      guard let a = a.baseAddress, let b = b.baseAddress else { return }
      unsafe body(a, b)
    }
  }
}

private func withPointers(
  _ a: inout MutableSpan<Float>, _ b: inout MutableSpan<Float>,
  _ body: (UnsafeMutablePointer<Float>, UnsafeMutablePointer<Float>) -> Void
) {
  unsafe a.withUnsafeMutableBufferPointer { a in
    unsafe b.withUnsafeMutableBufferPointer { b in
      guard let a = a.baseAddress, let b = b.baseAddress else { return }
      unsafe body(a, b)
    }
  }
}

private func withPointers(
  _ a: inout MutableSpan<Float>, _ b: inout MutableSpan<Float>, _ c: inout MutableSpan<Float>,
  _ body: (UnsafeMutablePointer<Float>, UnsafeMutablePointer<Float>, UnsafeMutablePointer<Float>) -> Void
) {
  unsafe c.withUnsafeMutableBufferPointer { c in
    guard let c = c.baseAddress else { return }
    unsafe withPointers(&a, &b) { a, b in unsafe body(a, b, c) }
  }
}
