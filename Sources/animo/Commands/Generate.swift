import AWDLSTM
import ArgumentParser
import Datasets
import DefaultModel
import Training
import TweetText

/// `animo generate`: a language model writes on.
struct Generate: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "generate",
    abstract: "Continue a text with a language model.",
    discussion: """
      EXAMPLES
        $ animo generate --model tweets-lm "Hola, muchachos, que piensan sobre" --words 30
        $ animo generate --model tweets-lm "hoy" --temperature 0.7 --top-p 0.9 --seed 7

      The model is one that animo train language-model has made. A classifier, such as the built-in model, has no \
      decoder and cannot write. Each line is a tweet. The same arguments give the same text.
      """)

  @Option(help: ArgumentHelp("Folder of the language model.", valueName: "dir"), completion: .directory)
  var model: String?

  @Option(help: "Number of words and punctuation marks to write.")
  var words = 30

  @Option(help: "Temperature: below 1 likely words come more often, at 0 always the likeliest.")
  var temperature = 1.0

  @Option(
    name: .customLong("top-p"),
    help: "Draw from the likeliest words that together have this probability, above 0 to 1.")
  var share = 1.0

  @Option(help: "Random seed.")
  var seed: UInt64 = 42

  @Argument(help: "Beginning of the text; several arguments are joined with spaces.")
  var text: [String] = []

  func validate() throws {
    guard (1...100_000).contains(words) else { throw ValidationError("--words must be between 1 and 100000") }
    guard temperature >= 0, temperature <= 100 else {
      throw ValidationError("--temperature must be between 0 and 100")
    }
    guard share > 0, share <= 1 else { throw ValidationError("--top-p must be above 0 and at most 1") }
  }

  func run() throws {
    let model = try model.map { try Model(named: $0) } ?? DefaultModel.load()
    let generator = try TextGenerator(model)
    guard let profile = CleaningProfile(rawValue: model.architecture.cleaning) else {
      throw ModelError(
        file: model.configuration.name, place: "cleaning", expected: "a cleaning profile",
        found: "\"\(model.architecture.cleaning)\"")
    }
    let vocabulary = try Vocabulary(of: model)
    let beginning = text.joined(separator: " ")
    generator.read(Self.ids(of: beginning, cleaning: profile, vocabulary))
    var writing = Writing(sampling: sampling, seed: seed, beginning: beginning)
    writing.goOn(words, generator, vocabulary)
    try StandardOutput.write(writing.text + "\n")
  }

  private var sampling: WordSampling {
    let excluded: [SpecialToken] = [.unknown, .padding, .end, .field]
    return WordSampling(temperature: temperature, share: share, excluded: Set(excluded.map(\.rawValue)))
  }

  private static func ids(of text: String, cleaning: CleaningProfile, _ vocabulary: Vocabulary) -> [Int32] {
    var (cleaned, ids) = ([UInt8](), [Int32]())
    var workspace = TokenizerWorkspace()
    Cleaner(cleaning, vocabulary: vocabulary).clean(Array(text.utf8).span, appendingTo: &cleaned)
    _ = Tokenizer(vocabulary: vocabulary).tokenize(
      cleaned.span, limit: .max / 2, using: &workspace, appendingTo: &ids)
    return ids
  }
}

/// A text that is being written.
private struct Writing {
  private let sampling: WordSampling
  private let beginning: String
  private var random: SplitMix64
  private var detokenizer: Detokenizer

  init(sampling: WordSampling, seed: UInt64, beginning: String) {
    (self.sampling, self.beginning) = (sampling, beginning)
    random = RandomStream(seed: seed).generator("generate", step: 0)
    detokenizer = Detokenizer(glued: beginning.isEmpty)
  }

  /// The beginning and what was written on.
  var text: String { beginning + detokenizer.text }

  /// Writes some words and punctuation marks; marks of case and repetition do not count.
  mutating func goOn(_ words: Int, _ generator: TextGenerator, _ vocabulary: Vocabulary) {
    let special = Int32(SpecialToken.allCases.count)
    var (written, drawn) = (0, 0)
    // A model may have learnt to write nothing but marks.
    while written < words, drawn < 8 * words + 64 {
      let place = Double(random.next() >> 11) * 0x1p-53
      guard let word = sampling.word(of: generator.logits, at: place) else { return }
      detokenizer.add(vocabulary.token(word))
      generator.read([word])
      drawn += 1
      if word >= special { written += 1 }
    }
  }
}
