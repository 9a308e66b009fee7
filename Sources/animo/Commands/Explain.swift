import ArgumentParser
import Kernels
import Sentiment
import TweetText

/// `animo explain`: how the model comes to an answer.
struct Explain: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show what the model makes of one text: what is left after cleaning, its tokens, its answer.",
    discussion: """
      EXAMPLE
        $ animo explain "@ana ¡Qué GRAN día! https://t.co/x"
      """)

  @OptionGroup var model: ModelOptions

  @Flag(help: "Also say which model and which instruction set answered.")
  var verbose = false

  @Argument(help: "The text; several words are joined with spaces.")
  var text: [String]

  func run() throws {
    let scorer = try model.makeScorer()
    try StandardOutput.write(report(scorer.explain(text.joined(separator: " ")), by: scorer))
  }

  /// The explanation as text, one fact a line.
  private func report(_ explanation: Explanation, by scorer: SentimentScorer) -> String {
    var lines = [
      "cleaned   \(explanation.cleaned)",
      "tokens    " + explanation.tokens.map { $0.isUnknown ? "\($0.text)?" : $0.text }.joined(separator: " "),
    ]
    for (label, probability) in zip(scorer.labels, explanation.probabilities) {
      let padding = String(repeating: " ", count: max(1, 10 - label.count))
      let bar = String(repeating: "█", count: Int(probability) * 40 / 1_000_000)
      lines.append("\(label)\(padding)\(NumberText.fixed(Double(probability) / 1e6, decimals: 6))  \(bar)")
    }
    if explanation.tokens.contains(where: \.isUnknown) {
      lines.append("          (? = not in the vocabulary)")
    }
    if explanation.flags.contains(.truncated) {
      lines.append("          (too long: the model read only these \(explanation.tokens.count) tokens)")
    }
    if verbose {
      lines.append("model     \(scorer.modelName), cleaning \(scorer.cleaning.rawValue)")
      lines.append("kernels   \(scorer.kernels.name)")
    }
    return lines.joined(separator: "\n") + "\n"
  }
}
