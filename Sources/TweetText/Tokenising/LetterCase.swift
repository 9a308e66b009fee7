/// How the letters of a word are written, gathered while it is read.
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

  /// The mark for the word as it is so far.
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
