internal import CKernels

/// What LSTM layers make of inputs before their states are known, W x + bias: one slot of numbers an input.
///
/// Kept block by block of 16 units, so that a kernel writes and reads one stretch of memory at a time.
@safe package final class Projections {
  /// How many inputs fit.
  package let slots: Int
  /// Blocks of 64 numbers a slot.
  let blocks: Int
  private let memory: AlignedMemory

  /// Room for `slots` inputs of layers of up to `units` units.
  package init(slots: Int, units: Int) {
    precondition(slots >= 0 && units >= 0)
    self.slots = slots
    blocks = blockCount(units, each: ANIMO_LANES)
    memory = AlignedMemory(byteCount: blocks * slots * Self.numbers * MemoryLayout<Float>.stride)
  }

  /// The size of a slot, in bytes.
  package static func bytesOfSlot(units: Int) -> Int {
    blockCount(units, each: ANIMO_LANES) * numbers * MemoryLayout<Float>.stride
  }

  /// Numbers of one block of one slot.
  static let numbers = ANIMO_COLUMNS

  /// Numbers from one block of a slot to the next.
  var blockStride: Int { slots * Self.numbers }

  /// The first block of a slot. Valid while this object lives.
  @unsafe func pointer(slot: Int) -> UnsafeMutablePointer<Float> {
    precondition(slot >= 0 && slot < max(slots, 1))
    return unsafe memory.floats + slot * Self.numbers
  }
}

/// Where the projections of some rows are: what the steps of a layer start from.
@safe package final class Starts {
  package let rows: Int
  private let own: Projections
  private let table: Projections?
  @unsafe private let starts: UnsafeMutablePointer<animo_start>

  /// Rows that each have a slot of `own` or `table`, initially slot 0 of `own`.
  package init(rows: Int, own: Projections, table: Projections?) {
    precondition(rows >= 0 && own.slots > 0)
    self.rows = rows
    self.own = own
    self.table = table
    let start = unsafe animo_start(first: own.pointer(slot: 0), block_stride: own.blockStride)
    unsafe starts = .allocate(capacity: max(rows, 1))
    unsafe starts.initialize(repeating: start, count: max(rows, 1))
  }

  deinit {
    unsafe starts.deallocate()
  }

  /// Sets the slot of a row to one of `own`.
  package func set(row: Int, slot: Int) {
    set(row, own, slot)
  }

  /// Lets a row start from a slot of the table.
  package func set(row: Int, tableSlot slot: Int) {
    guard let table else { preconditionFailure("there is no table") }
    set(row, table, slot)
  }

  private func set(_ row: Int, _ projections: Projections, _ slot: Int) {
    precondition(row >= 0 && row < rows)
    // Sound: both projections live as long as this object.
    unsafe starts[row] = animo_start(
      first: projections.pointer(slot: slot), block_stride: projections.blockStride)
  }

  /// Whether all rows have room for this many blocks.
  func hold(blocks: Int) -> Bool {
    own.blocks >= blocks && (table?.blocks ?? blocks) >= blocks
  }

  /// The starts from a row on. Valid while this object lives.
  @unsafe func pointer(row: Int) -> UnsafePointer<animo_start> {
    precondition(row >= 0 && row < max(rows, 1))
    return unsafe UnsafePointer(starts + row)
  }
}
