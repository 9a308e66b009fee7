package import TweetText
internal import Tweets

/// A preview of a corpus as input of a network: the case study's `data_lm` and `show_batch`.
package struct CorpusPreview {
  /// What is shown, and how.
  package struct Options: Sendable {
    /// Examples of each label on each side, and rows of the minibatch.
    package var shown = 5
    /// Rows of a minibatch; fewer when the corpus has not enough tokens for `length` in each.
    package var batch = 128
    /// Tokens shown of each row: the case study's bptt.
    package var length = 70
    /// How the corpus is divided.
    package var split = SplitOptions()
    /// How texts are cleaned.
    package var cleaning = CleaningProfile.standard

    /// The case study's sizes.
    package init() {}
  }

  /// One text: what it is labelled with, and its tokens.
  package struct Example: Equatable, Sendable {
    package let label: String?
    package let tokens: [String]
  }

  /// What was read.
  package let counts: CorpusCounts
  /// The sides of the split.
  package let split: SplitReport
  /// Tokens of all texts to learn from. Without a vocabulary of their own hashtags count undivided.
  package let tokens: Int
  /// The vocabulary's size.
  package let vocabularySize: Int
  /// The first texts of each label to learn from and to judge by; those of one label together.
  package private(set) var training: [Example] = []
  package private(set) var validation: [Example] = []
  /// How many rows the minibatch has.
  package let batch: Int
  /// The tokens of the first of them.
  package private(set) var rows: [[String]] = []

  /// Reads the corpus twice: to divide and count it, then for the texts that are shown.
  ///
  /// - Parameters:
  ///   - labels: the class of all texts of each file; nil where lines name their own or have none.
  ///   - vocabulary: whose words are shown; nil to make one from the corpus.
  /// - Throws: as `TextCorpus.forEachRecord`; `DatasetError.noTexts` for an empty corpus.
  package init(
    of corpus: TextCorpus, labels: [TextClass?], vocabulary: Vocabulary? = nil,
    _ options: Options = Options(),
    onProgress: (CorpusProgress) -> Void = { _ in }
  ) throws {
    var survey = Survey(options, vocabulary)
    counts = try corpus.forEachRecord(onProgress: onProgress) { survey.add($0) }
    guard counts.texts > 0 else { throw DatasetError.noTexts(files: corpus.files.map(\.name)) }
    let split = survey.splitter.split()
    self.split = split.report
    tokens = split.training.reduce(0) { $0 + Int(survey.tokenCounts[$1]) }
    batch = max(1, min(options.batch, tokens / options.length))
    let vocabulary = try vocabulary ?? Vocabulary(lines: survey.words.wordList().lines.span)
    vocabularySize = vocabulary.count
    let rows = MinibatchRows(tokens: tokens, batch: batch, shown: options.shown, length: options.length)
    var show = Show(options, split, survey.tokenCounts, rows, vocabulary)
    try corpus.forEachRecord { record in
      show.add(record, label: labels[record.file]?.rawValue ?? record.label)
    }
    (training, validation) = (show.training.inOrder, show.validation.inOrder)
    self.rows = show.rows.rows
  }
}

/// What the first reading finds out.
private struct Survey {
  var splitter: SplitBuilder
  var words: VocabularyBuilder
  var tokenCounts: [Int32] = []

  init(_ options: CorpusPreview.Options, _ vocabulary: Vocabulary?) {
    splitter = SplitBuilder(options.split)
    words = VocabularyBuilder(cleaning: options.cleaning, dividingHashtagsBy: vocabulary)
  }

  mutating func add(_ record: CorpusRecord) {
    splitter.add(record.text.span, author: record.author)
    tokenCounts.append(Int32(words.add(record.text.span)))
  }
}

/// What the second reading gathers.
private struct Show {
  var training = LabelledExamples()
  var validation = LabelledExamples()
  var rows: MinibatchRows

  private let options: CorpusPreview.Options
  private let tokenCounts: [Int32]
  private var validationTexts: ArraySlice<Int>
  private var tokens: TextTokens
  private var text = 0

  init(
    _ options: CorpusPreview.Options, _ split: Split, _ tokenCounts: [Int32], _ rows: MinibatchRows,
    _ vocabulary: Vocabulary
  ) {
    self.options = options
    self.tokenCounts = tokenCounts
    validationTexts = split.validation[...]
    tokens = TextTokens(cleaning: options.cleaning, vocabulary: vocabulary)
    self.rows = rows
  }

  mutating func add(_ record: CorpusRecord, label: String?) {
    // A file may have grown since it was divided.
    guard text < tokenCounts.count else { return }
    defer { text += 1 }
    if validationTexts.first == text {
      _ = validationTexts.popFirst()
      guard validation.needs(label, of: options.shown) else { return }
      validation.add(example(record, label))
    } else {
      if training.needs(label, of: options.shown) { training.add(example(record, label)) }
      rows.add(count: Int(tokenCounts[text])) { tokens.tokens(of: record.text.span) }
    }
  }

  private mutating func example(_ record: CorpusRecord, _ label: String?) -> CorpusPreview.Example {
    CorpusPreview.Example(label: label, tokens: tokens.tokens(of: record.text.span))
  }
}

/// The first examples of each label.
private struct LabelledExamples {
  /// The maximum number of labels shown; a corpus of more has something else in their place.
  private static let mostLabels = 12

  private var labels: [String?] = []
  private var examples: [[CorpusPreview.Example]] = []

  /// Those of one label together, in the order in which labels first came.
  var inOrder: [CorpusPreview.Example] { examples.flatMap(\.self) }

  /// Whether fewer than `count` examples of the label have come.
  func needs(_ label: String?, of count: Int) -> Bool {
    guard let place = labels.firstIndex(of: label) else { return labels.count < Self.mostLabels }
    return examples[place].count < count
  }

  mutating func add(_ example: CorpusPreview.Example) {
    guard let place = labels.firstIndex(of: example.label) else {
      labels.append(example.label)
      return examples.append([example])
    }
    examples[place].append(example)
  }
}

/// The beginnings of the first rows of a language model's minibatch: fastai's `show_batch`.
///
/// The texts are concatenated and cut into as many equal rows as the minibatch has; a minibatch is the next `length`
/// tokens of each.
package struct MinibatchRows {
  /// The tokens of each row shown.
  package private(set) var rows: [[String]]

  private let starts: [Int]
  private let length: Int
  /// The number of tokens added so far.
  private var position = 0

  /// - Parameters:
  ///   - tokens: the total number of tokens.
  ///   - batch: the number of rows of the minibatch.
  ///   - shown: the number of rows to keep.
  ///   - length: the number of tokens to keep of each, the case study's bptt.
  package init(tokens: Int, batch: Int, shown: Int, length: Int) {
    starts = (0..<min(shown, batch)).map { tokens / batch * $0 }
    rows = Array(repeating: [], count: starts.count)
    self.length = length
  }

  /// Adds the next text, of `count` tokens, which are requested only if a row shows them.
  ///
  /// There may be others than were counted: by a vocabulary that was not known then, hashtags are divided.
  package mutating func add(count: Int, _ tokens: () -> [String]) {
    let end = position + count
    let shown = starts.indices.filter { starts[$0] < end && rows[$0].count < length }
    if !shown.isEmpty {
      let tokens = tokens()
      for row in shown {
        rows[row] += tokens.dropFirst(max(0, starts[row] - position)).prefix(length - rows[row].count)
      }
    }
    position = end
  }
}

/// Shows texts as the tokens that the network reads: `xxbos xxmaj tengo un xxunk`.
package struct TextTokens {
  private let cleaner: Cleaner
  private let tokenizer: Tokenizer
  private var workspace = TokenizerWorkspace()
  private var cleaned: [UInt8] = []
  private var ids: [Int32] = []

  /// For texts cleaned by `profile`, with the words of `vocabulary`.
  package init(cleaning profile: CleaningProfile, vocabulary: Vocabulary) {
    cleaner = Cleaner(profile, vocabulary: vocabulary)
    tokenizer = Tokenizer(vocabulary: vocabulary)
  }

  /// The tokens of a raw text; unknown words are `xxunk`.
  package mutating func tokens(of text: Span<UInt8>) -> [String] {
    cleaned.removeAll(keepingCapacity: true)
    ids.removeAll(keepingCapacity: true)
    cleaner.clean(text, appendingTo: &cleaned)
    let cleaned = cleaned
    _ = tokenizer.tokenize(cleaned.span, limit: .max / 2, using: &workspace, appendingTo: &ids)
    return ids.map(tokenizer.vocabulary.token)
  }
}
