/// What can be done about input that cannot be read.
///
/// Whoever talks to the user knows what the settings are called there, and says it in those words; see `Phrasing`.
package enum Remedy: Equatable, Sendable {
  /// Another name can be given for the member or column that holds the text.
  case nameAnotherText
  /// The member or column that holds the text can be named.
  case nameTheText
  /// What stands between a table's fields, whether it has a header, and the number of the text's column can be said.
  case describeTheTable
  /// Which of several delimiters stands between a table's fields can be said.
  case chooseTheDelimiter
  /// What can be said of a table, for an input that may also be plain text.
  case nameTheTable
  /// What the input is can be said.
  case nameTheFormat
  /// Another encoding can be named.
  case nameTheEncoding
  /// The same, for inputs whose lines are hardly ever UTF-8.
  case nameAnEncoding
  /// It can be read as plain text.
  case readAsText
  /// The bytes look like those of windows-1252.
  case readAsWindows1252
  /// What is not UTF-8 can be replaced.
  case replaceInvalid
  /// Longer lines can be allowed: of one line, and of an input's lines.
  case allowMore, allowLongerLines

  /// How remedies are put into words, as half a sentence that follows a semicolon.
  package typealias Phrasing = @Sendable (Remedy) -> String

  /// The remedy without the names of any settings.
  package static let plainly: Phrasing = { remedy in
    switch remedy {
    case .nameAnotherText: "another name can be given for the text"
    case .nameTheText: "name the member or column that holds the text"
    case .describeTheTable:
      "name the delimiter, or the number of the text's column in a table without a header"
    case .chooseTheDelimiter: "name the delimiter"
    case .nameTheTable: "say that it is CSV and which column holds the text, or that it is plain text"
    case .nameTheFormat: "is it JSON Lines? The file's ending or the input format says what it is"
    case .nameTheEncoding: "name another encoding"
    case .nameAnEncoding: "name another encoding, such as windows-1252"
    case .readAsText: "read it as plain text if it is"
    case .readAsWindows1252: "looks like windows-1252: try that encoding"
    case .replaceInvalid: "what is not UTF-8 can be replaced"
    case .allowMore: "allow longer lines"
    case .allowLongerLines: "allow longer lines"
    }
  }

  /// The words that follow a fact: a semicolon and the remedy, or nothing.
  package static func clause(_ remedy: Remedy?, _ phrasing: Phrasing) -> String {
    remedy.map { "; " + phrasing($0) } ?? ""
  }
}

/// An error that may know what can be done about it, to be said in the words of whoever reports it.
package protocol RemediableError: Error, CustomStringConvertible {
  /// What is wrong and what to do about it.
  func description(_ phrasing: Remedy.Phrasing) -> String
}

extension RemediableError {
  package var description: String { description(Remedy.plainly) }
}
