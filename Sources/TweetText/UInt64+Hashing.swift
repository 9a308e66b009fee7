// Hashes that are the same in every run and on every machine. Those of n-grams and of learnt texts are part of the
// model format.

extension UInt64 {
  /// The hash of nothing by FNV-1a (Fowler, Noll, Vo), 64 bits.
  @inlinable package static var fnv1aBasis: UInt64 { 0xCBF2_9CE4_8422_2325 }

  /// This hash by FNV-1a with one part more, a byte or a larger number. Its bits are not equally random before they
  /// are mixed.
  @inlinable @inline(__always)
  package func fnv1a(_ part: UInt64) -> UInt64 { (self ^ part) &* 0x100_0000_01B3 }

  /// The finaliser of MurmurHash3 (Appleby 2011): a bijection in which every bit of the number changes half of the
  /// result's.
  @inline(__always)
  package var murmurMixed: UInt64 {
    var mixed = self
    mixed = (mixed ^ mixed >> 33) &* 0xFF51_AFD7_ED55_8CCD
    mixed = (mixed ^ mixed >> 33) &* 0xC4CE_B9FE_1A85_EC53
    return mixed ^ mixed >> 33
  }
}
