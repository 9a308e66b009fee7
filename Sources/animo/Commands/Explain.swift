import ArgumentParser
import JSON
import Kernels
import Scoring
import Sentiment
import SystemCalls
import SystemPackage
import TweetText

/// `animo explain`: how the model reads and scores one text.
struct Explain: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract:
      "Show how the model reads and scores one text: the cleaned text, its tokens, its probabilities.",
    discussion: """
      EXAMPLE
        $ animo explain "@ana ¡Qué GRAN día! https://t.co/x"
      """)

  @OptionGroup var model: ModelOptions

  @Flag(help: "Also print the model, its cleaning profile and the kernels.")
  var verbose = false

  @Flag(
    help: """
      Print what the model reads of each text, for computing with its weights elsewhere: ids of tokens, buckets of \
      the wide term, marks; an object per line. Without a text, standard input has one JSON string per line.
      """)
  var features = false

  @Argument(help: "Text; several arguments are joined with spaces. It may begin with a dash.")
  var text: [String] = []

  func validate() throws {
    if text.isEmpty && !features { throw ValidationError("Missing expected argument '<text> ...'") }
  }

  func run() throws {
    let scorer = try model.makeScorer()
    if features && text.isEmpty { return try printFeatures(ofInputTo: scorer) }
    let text = text.map(ProgramArguments.unmarked).joined(separator: " ")
    if features { return try StandardOutput.write(scorer.reading(of: text).json.line + "\n") }
    let answers = Scorer(ScoringEngine(scorer: scorer)).answers(to: [text])
    try StandardOutput.write(report(scorer.explain(text), answers[0], by: scorer))
  }

  /// Answers each line of standard input, a JSON string, with a line.
  private func printFeatures(ofInputTo scorer: SentimentScorer) throws {
    let input = try FileDescriptor.standardInput.readToEnd(of: "standard input")
    for (index, line) in input.split(separator: UInt8(ascii: "\n")).enumerated() {
      guard let text = (try? JSONReader.read(Array(line)))?.string else {
        throw CommandFailure(.dataError, "line \(index + 1) is not a JSON string, such as \"hola\"")
      }
      try StandardOutput.write(scorer.reading(of: text).json.line + "\n")
    }
  }

  /// The explanation as text, one fact per line.
  private func report(_ explanation: Explanation, _ answer: Scorer.Answer, by scorer: SentimentScorer)
    -> String
  {
    var lines = [
      "cleaned   \(explanation.cleaned)",
      "tokens    " + explanation.tokens.map { $0.isUnknown ? "\($0.text)?" : $0.text }.joined(separator: " "),
    ]
    lines += explanation.marks.map { mark in
      let worth = zip(scorer.labels, mark.worth).map { label, worth in
        "\(label) \(worth < 0 ? "−" : "+")\(NumberText.fixed(Double(abs(worth)), decimals: 2))"
      }
      let times = mark.count > 1 ? " × \(mark.count)" : ""
      return "mark      \(mark.text)\(times)  \(worth.joined(separator: ", "))"
    }
    for (label, probability) in zip(scorer.labels, answer.probabilities) {
      let padding = String(repeating: " ", count: max(1, 10 - label.count))
      let bar = String(repeating: "█", count: Int(probability) * 40 / 1_000_000)
      lines.append("\(label)\(padding)\(NumberText.fixed(Double(probability) / 1e6, decimals: 6))  \(bar)")
    }
    if explanation.tokens.contains(where: \.isUnknown) {
      lines.append("          (? = not in the vocabulary)")
    }
    if answer.flags.contains(.nothingToJudge) {
      lines.append("          (nothing to judge: no letter, and no emoticon or emoji that the model knows)")
    }
    if answer.flags.contains(.truncated) {
      lines.append("          (too long: the model read only these \(explanation.tokens.count) tokens)")
    }
    if verbose {
      lines.append("model     \(scorer.modelName), cleaning \(scorer.cleaning.rawValue)")
      lines.append("kernels   \(scorer.kernels.name)")
    }
    return lines.joined(separator: "\n") + "\n"
  }
}

extension TextReading {
  fileprivate var json: JSONValue {
    .object([
      ("ids", .integers(ids.map(Int.init))), ("words", .integers(words.map(Int.init))),
      ("characters", .integers(characters.map(Int.init))),
      ("marks", .array(marks.map { .integers([Int($0.number), Int($0.count)]) })),
      ("nothing_to_judge", .bool(holdsNothingToJudge)),
    ])
  }
}
