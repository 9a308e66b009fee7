import Datasets
import Explaining
import JSON
import Kernels
import Sentiment
import TweetText

/// One run of `animo explain`.
struct ExplainRun {
  private let command: Explain
  private let scorer: SentimentScorer
  private let explainer: Explainer
  /// The label that colours are for; nil for each text's answer.
  private let label: Int?

  /// - Throws: when the model cannot be used, or has no such label.
  init(_ command: Explain) throws {
    self.command = command
    scorer = try command.model.makeScorer()
    try Capacity.explaining(scorer.model).check()
    explainer = try Explainer(scorer)
    let labels = scorer.labels
    label = try command.label.map { name in
      guard let label = labels.firstIndex(of: name) else {
        throw CommandFailure(
          .usage, "--label \(name): this model has \(labels.joined(separator: ", "))")
      }
      return label
    }
  }

  /// Explains all texts; text and JSON are written one by one, a page at the end.
  ///
  /// - Throws: when a text cannot be read or the output not be written.
  func run() throws {
    var page = ExplanationPage(model: scorer.modelName)
    let colour = TerminalColour.ofStandardOutput(command.colour)
    let bar = StandardError.isTerminal ? ProgressBar() : nil
    defer { bar?.clear() }
    var done = 0
    try forEachText { text in
      let attribution = explainer.attribution(of: text) { points, most in
        if command.text.isEmpty {
          bar?.update(done, "explained text", share: nil)
        } else {
          bar?.update(points, "point", share: Double(points) / Double(most))
        }
      }
      bar?.clear()
      let label = label ?? attribution.label
      if command.html {
        page.add(attribution, label: label)
      } else if command.json {
        try attribution.writeJSON(text: text, model: scorer.modelName, to: StandardOutput.write)
        try StandardOutput.write("\n")
      } else {
        let report = ExplanationText(
          attribution, label: label, colour: colour, ngrams: command.verbose ? 10 : 0)
        try StandardOutput.write((done == 0 ? "" : "\n") + report.text)
      }
      done += 1
    }
    if command.html { return try StandardOutput.write(page.document) }
    guard command.verbose, !command.json else { return }
    try StandardOutput.write(
      "model     \(scorer.modelName), cleaning \(scorer.cleaning.rawValue)\nkernels   \(scorer.kernels.name)\n"
    )
  }

  private func forEachText(_ body: (String) throws -> Void) throws {
    guard command.text.isEmpty else {
      return try body(command.text.map(ProgramArguments.unmarked).joined(separator: " "))
    }
    if command.file.isEmpty, TerminalInput.isTerminal {
      StandardError.write("animo: reading texts from the keyboard, one per line; end with Ctrl-D\n")
    }
    let reading = command.corpus.reading
    let corpus = try reading.corpus(command.file.isEmpty ? ["-"] : command.file)
    let counts = try corpus.forEachText { try body(String(decoding: Array($0), as: UTF8.self)) }
    CorpusReading.tellOfRejected(counts)
  }
}

extension Array where Element == UInt8 {
  /// The bytes of a span.
  fileprivate init(_ span: Span<UInt8>) {
    self.init(capacity: span.count) { output in
      for index in span.indices { output.append(span[index]) }
    }
  }
}
