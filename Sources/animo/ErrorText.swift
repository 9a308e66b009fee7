import Datasets
import Spool
import SystemCalls
import Training
import Tweets

/// The message for an error: its own description and the option that helps.
///
/// The modules below know facts and remedies; only the program knows the names of its options.
enum ErrorText {
  static func of(_ error: any Error) -> String {
    let text = (error as? any RemediableError)?.description(Remedy.byFlag) ?? String(describing: error)
    return [text, remedy(of: error)].compactMap { $0 }.joined()
  }

  /// The same for what is wrong with a file of a recipe, which has keys in place of options.
  static func inRecipe(_ error: any RemediableError) -> String {
    let text = error.description(Remedy.byKey)
    return isBadLine(error) ? text + "; skip_bad_lines = true in [reading] leaves such lines out" : text
  }

  private static func isBadLine(_ error: any Error) -> Bool {
    switch error {
    case DatasetError.badLine, DatasetError.badProbabilities: true
    default: false
    }
  }

  private static func remedy(of error: any Error) -> String? {
    switch error {
    case _ where isBadLine(error): "; --skip-bad-lines leaves such lines out"
    case is TrainingStopped: "; --resume continues from here"
    case let error as SystemCallError where error.call == "pthread_create":
      "; raise the limit of processes (ulimit -u, or TasksMax= of a unit)"
    case let error as SpoolError:
      switch error.remedy {
      case .otherRoot: "; name one with --spool, or create it with animo serve"
      case .otherState: ", or name another folder with --state"
      case .otherRootAndState: ", or use another --spool and --state"
      case nil: nil
      }
    default: nil
    }
  }
}

extension Remedy {
  /// Remedies in the words of the command line.
  static let byFlag: Phrasing = { remedy in
    switch remedy {
    case .nameAnotherText: "--text-key names another"
    case .nameTheText: "--text-key names the member or column that holds the text"
    case .describeTheTable:
      "--delimiter names another; --no-header --text-column N reads a table without a header"
    case .chooseTheDelimiter: "--delimiter says which it is"
    case .nameTheTable:
      "--input csv --no-header --text-column N reads it as CSV without a header, --input text as lines of text"
    case .nameTheFormat: "is it JSON Lines? The file's ending or --input says what it is"
    case .nameTheEncoding: "--encoding names another encoding"
    case .nameAnEncoding: "--encoding names another encoding, such as windows-1252"
    case .readAsText: "if it is plain text, --input text reads it"
    case .readAsWindows1252: "looks like windows-1252: try --encoding windows-1252"
    case .replaceInvalid: "--invalid-utf8 replace labels the rest of the line"
    case .allowMore: "--max-line-length allows more"
    case .allowLongerLines: "--max-line-length allows longer ones"
    }
  }

  /// Remedies in the words of a recipe.
  static let byKey: Phrasing = { remedy in
    switch remedy {
    case .nameAnotherText: "text_keys in [reading] names another"
    case .nameTheText: "text_keys in [reading] names the member or column that holds the text"
    case .describeTheTable:
      "delimiter in [reading] names another; header = false and text_column = N read a table without a header"
    case .chooseTheDelimiter: "delimiter in [reading] says which it is"
    case .nameTheTable:
      "format = \"csv\", header = false and text_column = N in [reading] read it as CSV without a header, "
        + "format = \"text\" as lines of text"
    case .nameTheFormat: "is it JSON Lines? The file's ending or format in [reading] says what it is"
    case .nameTheEncoding: "encoding in [reading] names another encoding"
    case .nameAnEncoding: "encoding in [reading] names another encoding, such as windows-1252"
    case .readAsText: "if it is plain text, format = \"text\" in [reading] reads it"
    case .readAsWindows1252: "looks like windows-1252: try encoding = \"windows-1252\" in [reading]"
    case .replaceInvalid: "invalid_utf8 = \"replace\" in [reading] labels the rest of the line"
    case .allowMore: "max_line_length in [reading] allows more"
    case .allowLongerLines: "max_line_length in [reading] allows longer ones"
    }
  }
}
