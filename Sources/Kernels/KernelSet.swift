internal import CKernels

/// One version of the hot loops: the plain one, or one for an instruction set.
///
/// All sets give the same answers up to rounding; which one runs is decided once, when a network is made.
/// `KernelSet.best` is the fastest that this processor can run; `named(_:)` forces one.
@safe package struct KernelSet: Sendable {
  /// What people type to force this set, such as `avx2`.
  package let name: String

  /// The C table of this set: static memory, so it outlives everyone who asks.
  @unsafe nonisolated(unsafe) let table: UnsafePointer<animo_kernels>

  /// The sets that this processor can run, the fastest first; never empty, `plain` is always the last.
  package static let available: [KernelSet] = compiledIn.filter { unsafe $0.table.pointee.runs_here() }

  /// The fastest set that this processor can run.
  package static let best: KernelSet = available.first ?? plain

  /// The reference set, which runs everywhere.
  package static let plain = KernelSet(at: animo_kernels_count() - 1)

  /// The set of that name, or nil when it does not exist or this processor cannot run it.
  package static func named(_ name: String) -> KernelSet? {
    available.first { $0.name == name }
  }

  /// Every set of this build, whether this processor can run it or not.
  private static var compiledIn: [KernelSet] {
    (0..<animo_kernels_count()).map(KernelSet.init(at:))
  }

  private init(at index: Int) {
    // Sound: the table and its name are constants of the C library.
    unsafe table = animo_kernels_at(index)
    unsafe name = String(cString: table.pointee.name)
  }
}

extension KernelSet: Equatable, CustomStringConvertible {
  package static func == (one: KernelSet, other: KernelSet) -> Bool { one.name == other.name }

  package var description: String { name }
}
