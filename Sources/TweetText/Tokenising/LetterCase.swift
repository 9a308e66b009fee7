/// The case of a word's letters, collected while it is read.
///
/// fastai's rules `replace_all_caps` and `deal_caps`, as the goldens have them: a word of two or more
/// characters in capitals is marked `xxup`; else one with a capital first and small letters (at least one,
/// and no capital) after it `xxmaj`. So `A` and `iPhone` have no mark, `PSG2` has `xxup`, `Madrid` and
/// `Covid19` have `xxmaj`.
struct LetterCase {
  private var count = 0
  /// The class of the first character.
  private var first: ScalarClass = []
  /// The classes of all characters after it together.
  private var rest: ScalarClass = []

  /// Adds the next character.
  @inline(__always)
  mutating func add(_ letter: ScalarClass) {
    if count == 0 { first = letter } else { rest.formUnion(letter) }
    count += 1
  }

  /// The mark for the word so far.
  var mark: SpecialToken? {
    let all = first.union(rest)
    if count > 1, all.contains(.uppercase), all.isDisjoint(with: [.lowercase, .titlecase]) {
      return .uppercase
    }
    let isCapitalised =
      first.contains(.uppercase) && rest.contains(.lowercase)
      && rest.isDisjoint(with: [.uppercase, .titlecase])
    return isCapitalised ? .capitalised : nil
  }
}

/// Lower case for words with a capital sigma: `ΟΔΟΣ` becomes `οδος`, with `ς` at the end of a word.
///
/// Source: The Unicode Standard, section 3.13, table 3-17 (Final_Sigma): a `Σ` is final after a cased letter and not
/// before one, ignoring case-ignorable characters such as an apostrophe. Rare, so it may allocate.
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
