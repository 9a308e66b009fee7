/// Lower case for words with a capital sigma: `ΟΔΟΣ` becomes `οδος`, with `ς` at the end of a word.
///
/// Source: The Unicode Standard, section 3.13, table 3-17 (Final_Sigma): a `Σ` is final after a cased letter
/// and not before one, passing over what is case-ignorable, such as an apostrophe. Rare, so it may allocate.
enum FinalSigma {
  /// The lower-case form of the word `text[range]`.
  static func lowercase(_ text: Span<UInt8>, in range: Range<Int>) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.append(text, in: range)
    let scalars = Array(String(decoding: bytes, as: UTF8.self).unicodeScalars)
    let ignorable = scalars.map(\.properties.isCaseIgnorable)
    let casedBefore = Self.nearestIsCased(scalars, ignorable)
    let casedAfter = Array(Self.nearestIsCased(scalars.reversed(), ignorable.reversed()).reversed())
    var result = String.UnicodeScalarView()
    for (position, scalar) in scalars.enumerated() {
      if scalar == "Σ" {
        result.append(casedBefore[position] && !casedAfter[position] ? "ς" : "σ")
      } else {
        result.append(contentsOf: scalar.properties.lowercaseMapping.unicodeScalars)
      }
    }
    return Array(String(result).utf8)
  }

  /// For each position whether the nearest scalar before it that is not ignorable is cased.
  private static func nearestIsCased(_ scalars: [Unicode.Scalar], _ ignorable: [Bool]) -> [Bool] {
    var isCased = false
    return zip(scalars, ignorable).map { scalar, isIgnorable in
      defer { if !isIgnorable { isCased = scalar.properties.isCased } }
      return isCased
    }
  }
}
