import Evaluation
import Sentiment

/// The texts with the highest loss.
struct TopLosses: Sendable {
  /// One of the texts, with its prediction.
  struct Entry: Sendable {
    /// On one line.
    let text: String
    /// The tokens that the network read; unknown words are followed by a question mark.
    let tokens: [String]
    let judgement: Judgement
  }

  /// In order of decreasing loss.
  let entries: [Entry]

  init(of set: JudgedTexts, count: Int, _ scorer: SentimentScorer) {
    entries = set.judgements.indicesOfTopLosses(count).map { index in
      let text = set.texts.texts[index]
      return Entry(
        text: Self.onOneLine(text),
        tokens: scorer.explain(text).tokens.map { $0.isUnknown ? "\($0.text)?" : $0.text },
        judgement: set.judgements[index])
    }
  }

  /// The text with control characters replaced by spaces, so that it is safe for terminals.
  private static func onOneLine(_ text: String) -> String {
    var line = ""
    for scalar in text.unicodeScalars {
      line.unicodeScalars.append(scalar.properties.generalCategory == .control ? " " : scalar)
    }
    return line
  }
}
