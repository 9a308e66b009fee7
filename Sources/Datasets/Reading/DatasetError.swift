package import Streaming

/// What is wrong with a corpus that can be read: where, and what to do about it.
package enum DatasetError: Error, Equatable {
  /// A line holds no text that can be used.
  case badLine(file: String, line: Int, Rejection)
  /// None of the files holds a text.
  case noTexts(files: [String])
  /// No line of the file says which class its text belongs to.
  case noLabels(file: String)
}

extension DatasetError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .badLine(let file, let line, let rejection):
      "\(file), line \(line): \(rejection.detail); --skip-bad-lines leaves such lines out"
    case .noTexts(let files): "there is no text in \(files.joined(separator: ", "))"
    case .noLabels(let file):
      "\(file): no line has a label; each needs \"label\": \"positive\" or \"negative\" beside its text"
    }
  }
}
