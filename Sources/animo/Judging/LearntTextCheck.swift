import AWDLSTM
import Datasets
import TweetText

/// Finds texts that a model has learnt from among those that it is to be judged by.
struct LearntTextCheck {
  private let learnt: LearntTexts
  private var hasher: TextHasher

  /// - Parameters:
  ///   - directory: the model's folder; nil for the built-in model, which does not know its texts.
  ///   - cleaning: the profile that the model was trained on.
  /// - Returns: nil if the model does not know which texts it has learnt from.
  init?(_ directory: String?, _ cleaning: CleaningProfile) throws {
    guard let directory, let file = try? ModelFile(path: "\(directory)/\(Model.StandardFile.learnt)") else {
      return nil
    }
    guard let learnt = LearntTexts(bytes: file.bytes(in: 0..<file.byteCount)) else {
      throw ModelError(
        file: file.name, expected: "a list of learnt texts", found: "other bytes",
        remedy: "remove it to do without")
    }
    self.learnt = learnt
    hasher = TextHasher(cleaning)
  }

  /// Warns if the model has learnt from more of these texts than it would seem to have by chance.
  mutating func warn(of texts: LabelledTexts) {
    let met = texts.texts.count { text in
      hasher.hash(Array(text.utf8).span).map(learnt.contains) ?? false
    }
    let expected = Double(texts.texts.count) * learnt.errorRate
    guard Double(met) > expected + 3 * expected.squareRoot() else { return }
    StandardError.write(
      "animo: \(texts.name): the model has learnt from \(NumberText.grouped(met)) of these "
        + "\(NumberText.counted(texts.texts.count, "text")) "
        + "(\(NumberText.fixed(expected, decimals: 2)) expected by mistake), so the figures flatter it\n")
  }
}
