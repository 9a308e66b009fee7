/// Whether bytes are UTF-8, and where they stop being so.
package enum UTF8Validation {
  /// The offset of the first byte that is not part of well-formed UTF-8; nil when all of `bytes` is
  /// well-formed.
  ///
  /// Surrogates (`ED A0 80`), overlong forms (`C0 AF`), scalars above U+10FFFF and sequences cut off at the
  /// end are ill-formed; the offset is that of the sequence's first byte. Source: The Unicode Standard,
  /// section 3.9, table 3-7.
  ///
  /// Cost: one pass, no allocation; ASCII is read in whole words by the standard library.
  package static func firstInvalidOffset(in bytes: Span<UInt8>) -> Int? {
    do throws(UTF8.ValidationError) {
      _ = try UTF8Span(validating: bytes)
      return nil
    } catch {
      return error.byteOffsets.lowerBound
    }
  }
}
