import ArgumentParser

/// `animo explain`: which words of a text decided.
struct Explain: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain",
    abstract: "Show how the model reads and scores a text, and which words decided.",
    discussion: """
      EXAMPLES
        $ animo explain "@ana ¡Qué GRAN día! https://t.co/x"
        $ animo explain --html --file tweets.jsonl >page.html
        $ head -3 tweets.txt | animo explain --json | jq '.words[] | [.word, .worth.positive]'

      The columns of the table are labels: what each word and mark adds to the log-odds of the label, the mean \
      of ln(p(label) / p(other)) over the others; the rows add up. The last column is the attention of the \
      network, from 0 to 1. On a terminal, words for the answer are blue and words against it red. A word \
      followed by ? is not in the vocabulary.
      """)

  @OptionGroup var model: ModelOptions

  @Option(
    help: ArgumentHelp(
      "File of texts to explain, or - for standard input; may be repeated. Without texts and files, standard input.",
      valueName: "file"), completion: .file())
  var file: [String] = []

  @OptionGroup var corpus: CorpusArguments

  @Option(help: ArgumentHelp("Label that the colours are for; by default the answer.", valueName: "label"))
  var label: String?

  @Flag(help: "Print a JSON object for each text.")
  var json = false

  @Flag(help: "Print an HTML page.")
  var html = false

  @Flag(
    help: """
      Print what the model reads of each text, for computing with its weights elsewhere: ids of tokens, buckets of \
      the wide term, marks; an object per line. Without a text, standard input has one JSON string per line.
      """)
  var features = false

  @Option(name: .customLong("color"), help: "When to use colours: auto, always or never.")
  var colour = ColourChoice.auto

  @Flag(help: "Also print the weightiest n-grams, the model, its cleaning profile and the kernels.")
  var verbose = false

  @Argument(help: "Text; several arguments are joined with spaces. Put -- before a text such as -x.")
  var text: [String] = []

  func validate() throws {
    guard [json, html, features].count(where: { $0 }) <= 1 else {
      throw ValidationError("--json, --html and --features exclude each other")
    }
    guard !features || file.isEmpty else {
      throw ValidationError("--features reads standard input, not --file")
    }
    guard text.isEmpty || file.isEmpty else {
      throw ValidationError("a text and --file exclude each other")
    }
  }

  func run() throws {
    guard features else { return try ExplainRun(self).run() }
    let listing = FeatureListing(scorer: try model.makeScorer())
    if text.isEmpty { return try listing.printInput() }
    try listing.print(text.map(ProgramArguments.unmarked).joined(separator: " "))
  }
}
