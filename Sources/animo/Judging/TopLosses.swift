import Evaluation
import Sentiment

/// The texts that the model was most wrong about.
struct TopLosses: Sendable {
  /// One of the texts, with what the model said of it.
  struct Entry: Sendable {
    /// On one line.
    let text: String
    /// What the network read: unknown words as they are, with a question mark behind them.
    let tokens: [String]
    let judgement: Judgement
  }

  /// By falling loss.
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

  /// The text with a space for each control character, so that it can do no harm to a terminal.
  private static func onOneLine(_ text: String) -> String {
    var line = ""
    for scalar in text.unicodeScalars {
      line.unicodeScalars.append(scalar.properties.generalCategory == .control ? " " : scalar)
    }
    return line
  }
}
