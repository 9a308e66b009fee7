import Evaluation
import Explaining
import Pages
import Sentiment

/// The texts with the highest loss.
struct TopLosses: Sendable {
  /// One of the texts, with its prediction.
  struct Entry: Sendable {
    /// On one line.
    let text: String
    let original: String
    /// The tokens that the network read; unknown words are followed by a question mark.
    let tokens: [String]
    let judgement: Judgement
    /// The words and marks in order, with what they contribute to the log-odds of the label given; empty unless
    /// explained.
    var words: [Word] = []
    /// The cleaned text with its words in colours, for a page; nil unless explained.
    var coloured: HTML?
  }

  /// A word or mark, and what it contributes.
  struct Word: Sendable {
    let text: String
    let worth: Double
  }

  /// In order of decreasing loss.
  private(set) var entries: [Entry]

  init(of set: JudgedTexts, count: Int, _ scorer: SentimentScorer) {
    entries = set.judgements.indicesOfTopLosses(count).map { index in
      let text = set.texts.texts[index]
      return Entry(
        text: text.onOneLine, original: text,
        tokens: scorer.explain(text).tokens.map { $0.isUnknown ? "\($0.text)?" : $0.text },
        judgement: set.judgements[index])
    }
  }

  /// Finds out which words spoke for and against the labels given. Cost: see `Explainer.attribution`.
  ///
  /// - Parameters:
  ///   - labels: the names of the judgements' labels.
  ///   - onProgress: called after each text.
  mutating func explain(by explainer: Explainer, labels: [String], onProgress: () -> Void) {
    for index in entries.indices {
      let attribution = explainer.attribution(of: entries[index].original)
      let given = labels[entries[index].judgement.answer]
      if !attribution.isUnjudged, let label = attribution.labels.firstIndex(of: given) {
        let parts = Coloured(attribution, label: label).parts
        entries[index].words = parts.compactMap { part in
          part.worth.map { Word(text: part.text, worth: $0) }
        }
        entries[index].coloured = ExplanationPage.coloured(attribution, label: label)
      }
      onProgress()
    }
  }
}
