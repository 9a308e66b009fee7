import Explaining
import Sentiment

/// The explanation of a text for people: what was read, the answer, and what each word contributes.
struct ExplanationText {
  private let attribution: Attribution
  private let label: Int
  private let colour: TerminalColour
  private let ngramCount: Int

  /// - Parameters:
  ///   - label: the label that colours are for.
  ///   - ngrams: how many n-grams to show.
  init(_ attribution: Attribution, label: Int, colour: TerminalColour, ngrams: Int) {
    (self.attribution, self.label, self.colour, ngramCount) = (attribution, label, colour, ngrams)
  }

  /// All lines.
  var text: String {
    let explanation = attribution.explanation
    let tokens = explanation.tokens.map { $0.isUnknown ? "\($0.text)?" : $0.text }
    return "cleaned   \(coloured)\ntokens    \(tokens.joined(separator: " "))\n" + answer
      + notes(explanation).map { "          (\($0))\n" }.joined() + contributions + ngrams
  }

  /// The cleaned text; on a terminal in colours, with its marks.
  private var coloured: String {
    guard colour != .none, !attribution.isUnjudged else { return attribution.explanation.cleaned.onOneLine }
    return Coloured(attribution, label: label).parts.map {
      colour.paint($0.text.onOneLine, strength: $0.strength)
    }.joined()
  }

  /// The probability of each label.
  private var answer: String {
    zip(attribution.labels, attribution.explanation.probabilities).map { name, probability in
      let padding = String(repeating: " ", count: max(1, 10 - name.count))
      let bar = String(repeating: "█", count: Int(probability) * 40 / 1_000_000)
      return "\(name)\(padding)\(NumberText.fixed(Double(probability) / 1e6, decimals: 6))  \(bar)".trimmed
        + "\n"
    }.joined()
  }

  private func notes(_ explanation: Explanation) -> [String] {
    var notes: [String] = []
    if explanation.tokens.contains(where: \.isUnknown) { notes.append("? = not in the vocabulary") }
    if attribution.isUnjudged {
      notes.append("nothing to judge: no letter, and no emoticon or emoji that the model knows")
    }
    if explanation.flags.contains(.truncated) {
      notes.append("too long: the model read only these \(explanation.tokens.count) tokens")
    }
    return notes
  }

  /// The table of what adds up to the log-odds.
  private var contributions: String {
    guard !attribution.isUnjudged else { return "" }
    let table = TextTable(columns: [.left] + attribution.labels.map { _ in .right } + [.right])
    let rows = AttributionTable(attribution).rows.map { row in
      [row.name] + row.worth.map(Self.signed) + [
        row.attention.map { NumberText.fixed($0, decimals: 2) } ?? ""
      ]
    }
    let error = NumberText.fixed(100 * attribution.relativeError, decimals: 2)
    return "\n" + table.text([[""] + attribution.labels + ["attention"]] + rows)
      + "(the words' part misses the network's by \(error) %; \(attribution.points) points)\n"
  }

  /// The n-grams with the greatest worth.
  private var ngrams: String {
    let weightiest = attribution.weightiestNGrams(for: label, count: ngramCount)
    guard !weightiest.isEmpty else { return "" }
    let table = TextTable(columns: [.left] + attribution.labels.map { _ in .right })
    return "\n"
      + table.text(
        [["n-gram"] + attribution.labels] + weightiest.map { [$0.text] + $0.worth.map(Self.signed) })
      + "\n"
  }

  private static func signed(_ value: Double) -> String {
    let text = NumberText.fixed(abs(value), decimals: 2)
    return (value < 0 && text != "0.00" ? "−" : "+") + text
  }
}

extension String {
  /// With spaces in place of control characters, which the profile `notebook` leaves in.
  var onOneLine: String {
    var line = String.UnicodeScalarView()
    for scalar in unicodeScalars { line.append(scalar.properties.generalCategory == .control ? " " : scalar) }
    return String(line)
  }

  /// Without spaces at the end.
  fileprivate var trimmed: String {
    var text = self
    while text.last == " " { text.removeLast() }
    return text
  }
}
