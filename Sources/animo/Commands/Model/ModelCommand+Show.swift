import AWDLSTM
import ArgumentParser
import Kernels
import Sentiment

extension ModelCommand {
  /// `animo model show`: the properties of a model.
  struct Show: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "show",
      abstract: "Show the properties of a model: sizes, labels, cleaning profile, arithmetic, fingerprint.",
      discussion: """
        EXAMPLES
          $ animo model show
          $ animo model show es-tweets-int8
        """)

    @Argument(
      help: ArgumentHelp("Model folder; by default the built-in model.", valueName: "dir"),
      completion: .directory)
    var directory: String?

    func run() throws {
      try StandardOutput.write(ModelPage(NamedModel(directory: directory)).text)
    }
  }
}

/// The properties of a model as text, one per line.
struct ModelPage {
  let text: String

  init(_ named: NamedModel) {
    let (model, architecture) = (named.model, named.model.architecture)
    let lines =
      [
        ("model", "\(named.name)@\(Fingerprint(of: model))"),
        ("architecture", architecture.kind.rawValue),
        ("labels", architecture.labels.isEmpty ? "none" : architecture.labels.joined(separator: ", ")),
        ("cleaning", architecture.cleaning),
        ("reads", "\(NumberText.grouped(architecture.maximumTokens)) tokens of a text"),
        ("vocabulary", "\(NumberText.grouped(architecture.vocabularySize)) tokens"),
        ("encoder", Self.encoder(architecture)),
      ] + Self.head(architecture) + [
        ("parameters", Self.parameters(architecture)),
        ("weights", Self.weights(model)),
        ("size", Self.size(model)),
      ] + model.judged.map { ("judged by", Self.judged($0)) }
    text = lines.map { name, value in
      name + String(repeating: " ", count: 14 - name.count) + value + "\n"
    }.joined()
  }

  /// The embedding, then the units of each LSTM layer.
  private static func encoder(_ architecture: Architecture) -> String {
    let units = (0..<architecture.layerCount).map { architecture.layerShape($0).units }
    return "embedding \(architecture.embeddingSize) → LSTM \(units.map(String.init).joined(separator: " → "))"
  }

  private static func head(_ architecture: Architecture) -> [(String, String)] {
    guard architecture.kind == .classifier else { return [] }
    let calibration =
      architecture.temperature == 1
      ? "none" : "temperature \(NumberText.fixed(architecture.temperature, decimals: 4))"
    return [
      ("head", architecture.headSizes.map(String.init).joined(separator: " → ")),
      ("calibration", calibration),
    ] + wide(architecture)
      + (architecture.marks.map { [("marks", "\(NumberText.grouped($0)) emoticons and emoji")] } ?? [])
  }

  private static func wide(_ architecture: Architecture) -> [(String, String)] {
    guard let wide = architecture.wide else { return [] }
    func text(_ range: ClosedRange<Int>, _ what: String) -> String {
      range.count == 1 ? "\(range.lowerBound) \(what)" : "\(range.lowerBound) to \(range.upperBound) \(what)"
    }
    let negation = wide.negation ? ", negation" : ""
    let pieces = "\(text(wide.words, "words")), \(text(wide.characters, "characters"))\(negation)"
    return [("wide term", "\(pieces) → \(NumberText.grouped(wide.buckets)) buckets")]
  }

  /// The number of parameters, in total and by part.
  private static func parameters(_ architecture: Architecture) -> String {
    let parts = [
      ("embedding", "encoder."), ("LSTM", "rnns."), ("head", "head."), ("wide", "wide."), ("marks", "marks."),
      ("decoder", "decoder."),
    ]
    let counts = parts.map { name, prefix in
      (name, architecture.tensors.filter { $0.name.hasPrefix(prefix) }.reduce(0) { $0 + $1.count })
    }
    let shown = counts.filter { $0.1 > 0 }.map { "\($0.0) \(NumberText.grouped($0.1))" }
    return "\(NumberText.grouped(counts.reduce(0) { $0 + $1.1 })): \(shown.joined(separator: ", "))"
  }

  private static func weights(_ model: Model) -> String {
    switch model.arithmetic {
    case .fp32: "fp32"
    case .bf16: "bf16"
    case .int8:
      switch model.bitsOfLayers {
      case let bits? where bits < 8: "int8, a scale a row; LSTM layers in \(bits) bits"
      default: "int8, a scale a row"
      }
    }
  }

  /// A corpus that the model was judged by.
  private static func judged(_ corpus: JudgedCorpus) -> String {
    let texts = corpus.rows.reduce(0) { $0 + $1.texts }
    let right = corpus.rows.enumerated().reduce(0) { $0 + $1.element.answers[$1.offset] }
    let share = NumberText.fixed(Double(right) / Double(texts), decimals: 3)
    return "\(corpus.name): \(NumberText.counted(texts, "text")), \(share) of them labelled correctly"
  }

  private static func size(_ model: Model) -> String {
    let files = [model.configuration, model.vocabulary, model.weights, model.marks].compactMap(\.self)
    return "\(NumberText.grouped(files.reduce(0) { $0 + $1.byteCount })) bytes"
  }
}
