package import Tweets

/// What is wrong with a corpus that can be read: where, and what to do about it.
package enum DatasetError: Error, Equatable {
  /// A line holds no text that can be used.
  case badLine(file: String, line: Int, Rejection)
  /// A line's probabilities of the labels are none.
  case badProbabilities(file: String, line: Int, reason: String)
  /// None of the files holds a text.
  case noTexts(files: [String])
  /// No line of the file says which class its text belongs to.
  case noLabels(file: String)
}

extension DatasetError: RemediableError {
  package func description(_ phrasing: Remedy.Phrasing) -> String {
    switch self {
    case .badLine(let file, let line, let rejection):
      "\(file), line \(line): \(rejection.detail(phrasing))"
    case .badProbabilities(let file, let line, let reason):
      "\(file), line \(line), \"p\": \(reason)"
    case .noTexts(let files): "there is no text in \(files.joined(separator: ", "))"
    case .noLabels(let file):
      "\(file): no line has a label; each needs \"label\": \"positive\" or another one, or probabilities \"p\""
    }
  }
}
