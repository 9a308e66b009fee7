/// The nine tokens that begin every vocabulary; the raw value is the id.
///
/// Source: fastai v1, `fastai/text/transform.py` (`TK_UNK`, `TK_PAD`, … in its order).
package enum SpecialToken: Int32, CaseIterable, Sendable {
  /// A word that the vocabulary does not have.
  case unknown = 0
  /// Fills a batch up.
  case padding
  /// Begins a tweet.
  case beginning
  /// Ends a tweet; fastai has it and never writes it.
  case end
  /// Begins a field of a text of several fields.
  case field
  /// The next word had a capital first letter.
  case capitalised
  /// The next word was written in capitals.
  case uppercase
  /// The next two tokens are a count and the character that stood there so often.
  case repeatedCharacter
  /// The next two tokens are a count and the word that stood there so often.
  case repeatedWord

  /// How the token is written in a vocabulary.
  package var text: String {
    switch self {
    case .unknown: "xxunk"
    case .padding: "xxpad"
    case .beginning: "xxbos"
    case .end: "xxeos"
    case .field: "xxfld"
    case .capitalised: "xxmaj"
    case .uppercase: "xxup"
    case .repeatedCharacter: "xxrep"
    case .repeatedWord: "xxwrep"
    }
  }
}
