package import AWDLSTM
internal import Glibc
internal import TweetText

/// Properties of a text's answer besides its label.
package struct TextFlags: OptionSet, Sendable {
  package let rawValue: UInt8

  package init(rawValue: UInt8) { self.rawValue = rawValue }

  /// It had more tokens than the model reads; the rest was left out.
  package static let truncated = TextFlags(rawValue: 1)
  /// Nothing was left after cleaning; the answer is that of the marks, if the model knows any of them, else
  /// there is nothing to judge.
  package static let emptyAfterCleaning = TextFlags(rawValue: 2)
  /// No letter was left and no mark that the model knows: links, handles, numbers, punctuation at most. The answer
  /// is the label `neutral` by rule, if the model has it, else the model's for so little.
  package static let nothingToJudge = TextFlags(rawValue: 4)

  /// The names in outputs, in order.
  package static let names: [(flag: TextFlags, name: StaticString)] = [
    (.truncated, "truncated"), (.emptyAfterCleaning, "empty_after_clean"),
    (.nothingToJudge, "nothing_to_judge"),
  ]

  /// The names of those that are set.
  package var names: [String] { Self.names.filter { contains($0.flag) }.map { "\($0.name)" } }
}

/// Texts on their way through the model, and the answers: the memory of one worker.
///
/// Add texts, score them all, read the answers by the texts' numbers, and empty the batch for the next ones.
/// All memory is kept, so that a steady stream allocates nothing.
package struct ScoringBatch {
  /// What is worth knowing of each text.
  package private(set) var flags: [TextFlags] = []
  /// For each text the probability of each label, in millionths; they add up to 1,000,000.
  package private(set) var probabilities: [Int32] = []
  /// Whether the cleaned texts are kept.
  package var keepsTexts = false
  /// The cleaned texts one behind the other, if they are kept.
  package private(set) var texts: [UInt8] = []

  private var textEnds: [Int] = []
  private var ids: [Int32] = []
  private var offsets: [Int] = [0]
  private var order: [Int] = []
  private var workStarts: [Int] = []
  /// For each text the number of tokens that the network has to compute; 0 if it need not answer the text.
  private var work: [Int] = []
  private var rowIDs: [Int32] = []
  private var rowOffsets: [Int] = []
  private var logits: [Float] = []
  private var cleaned: [UInt8] = []
  private var tokenizerWorkspace = TokenizerWorkspace()
  private var cleaningWorkspace = CleaningWorkspace()
  /// The scores of the wide term and the marks for each text, [texts][labels]; empty for a model without them.
  private var addedLogits: [Float] = []
  private var features = TextFeatures()
  /// Of the last text.
  private var knownMarks = KnownMarks()
  private let networkWorkspace: Workspace
  /// The number of tweets of similar length per batch of the network.
  private let rows: Int
  private let labels: Int
  private let longest: Int
  /// The cache knows no text that is longer than this.
  private let longestKey: Int
  private let temperature: Double
  /// For each text, the number of the text whose answer it shares: its own, or that of an earlier equal text; -1 when
  /// the cache has answered.
  private var representatives: [Int32] = []
  private var cache: AnswerCache?
  /// What a text is remembered by, where its tokens do not say everything.
  private var key = TextKey()

  /// A cache takes no more, however long the model's texts are.
  private static let cacheBytes = 8 << 20

  /// - Parameter cachedAnswers: how many answers are kept for texts that come again; 0 for none.
  /// - Parameter companion: what helps with a few texts.
  init(for network: Network, cachedAnswers: Int, companion: Companion?) {
    rows = network.preferredRows
    networkWorkspace = network.makeWorkspace(rows: rows, companion: companion)
    labels = network.architecture.labels.count
    longest = network.architecture.maximumTokens
    longestKey = network.wide == nil && network.marks == nil ? longest : TextKey.longest
    temperature = network.architecture.temperature
    let affordable = min(cachedAnswers, Self.cacheBytes / (longestKey * MemoryLayout<Int32>.stride))
    cache = affordable > 0 ? AnswerCache(entries: affordable, longest: longestKey, labels: labels) : nil
  }

  /// How many texts have been added.
  package var count: Int { flags.count }

  /// Where a text is in `texts`.
  package func range(ofText text: Int) -> Range<Int> { (text == 0 ? 0 : textEnds[text - 1])..<textEnds[text] }

  /// Forgets the texts and the answers.
  package mutating func removeAll() {
    flags.removeAll(keepingCapacity: true)
    probabilities.removeAll(keepingCapacity: true)
    texts.removeAll(keepingCapacity: true)
    textEnds.removeAll(keepingCapacity: true)
    ids.removeAll(keepingCapacity: true)
    offsets.removeAll(keepingCapacity: true)
    offsets.append(0)
    addedLogits.removeAll(keepingCapacity: true)
    representatives.removeAll(keepingCapacity: true)
    cache?.abandon()
  }

  /// Cleans a text, cuts it into tokens and adds these.
  mutating func add(_ text: Span<UInt8>, using scorer: SentimentScorer) {
    cleaned.removeAll(keepingCapacity: true)
    scorer.cleaner.clean(text, using: &cleaningWorkspace, appendingTo: &cleaned)
    scorer.marks?.find(cleaningWorkspace.marks, into: &knownMarks)
    var flags: TextFlags = cleaned.isEmpty ? .emptyAfterCleaning : []
    if knownMarks.numbers.isEmpty, !Cleaner.holdsLetters(cleaned.span) { flags.insert(.nothingToJudge) }
    if keepsTexts {
      texts.append(contentsOf: cleaned)
      textEnds.append(texts.count)
    }
    let text = cleaned
    let isTruncated = scorer.tokenizer.tokenize(
      text.span, limit: longest, using: &tokenizerWorkspace,
      appendingTo: &ids)
    if isTruncated { flags.insert(.truncated) }
    self.flags.append(flags)
    offsets.append(ids.count)
    probabilities.append(contentsOf: repeatElement(0, count: labels))
    if flags.contains(.nothingToJudge), let neutral = scorer.neutral {
      representatives.append(-1)
      probabilities[(count - 1) * labels + neutral] = 1_000_000
    } else {
      let isByText = scorer.ngrams != nil || scorer.marks != nil
      representatives.append(representative(of: count - 1, isByText: isByText))
    }
    addLogits(using: scorer)
  }

  /// Looks for an answer to the text, in the cache and among the texts before it.
  private mutating func representative(of text: Int, isByText: Bool) -> Int32 {
    switch isByText ? findByText(text) : findByTokens(text) {
    case nil, .new: return Int32(text)
    case .pending(let earlier): return Int32(earlier)
    case .answered(let record):
      for label in 0..<labels {
        probabilities[text * labels + label] = cache?.probability(label, of: record) ?? 0
      }
      return -1
    }
  }

  private mutating func findByTokens(_ text: Int) -> AnswerCache.Lookup? {
    let (ids, range) = (ids, offsets[text]..<offsets[text + 1])
    return cache?.find(text, ids: ids.span.extracting(range))
  }

  /// Wide term and marks see more of a text than its tokens: the cleaned text itself and the marks have to be the
  /// same.
  private mutating func findByText(_ text: Int) -> AnswerCache.Lookup? {
    let cleaned = cleaned
    guard key.set(cleaned.span, marks: knownMarks) else { return nil }
    let key = key
    return cache?.find(text, ids: key.numbers.span)
  }

  /// Adds the logits of wide term and marks for the last text, unless its answer is known.
  private mutating func addLogits(using scorer: SentimentScorer) {
    guard scorer.ngrams != nil || scorer.marks != nil else { return }
    addedLogits.append(contentsOf: repeatElement(0, count: labels))
    let text = count - 1
    guard needsNetwork(text) else { return }
    if let ngrams = scorer.ngrams, let wide = scorer.network.wide {
      let cleaned = cleaned
      ngrams.find(in: cleaned.span, into: &features)
      let features = features
      var logits = addedLogits.mutableSpan
      wide.add(words: features.words.span, characters: features.characters.span, to: &logits, row: text)
    }
    if let marks = scorer.network.marks {
      let knownMarks = knownMarks
      var logits = addedLogits.mutableSpan
      marks.add(numbers: knownMarks.numbers.span, counts: knownMarks.counts.span, to: &logits, row: text)
    }
  }

  /// Runs the network over the texts that need it, those of about the same work together.
  mutating func score(using network: Network) {
    sortByWork()
    for start in stride(from: 0, to: order.count, by: self.rows) {
      let rows = start..<min(start + self.rows, order.count)
      gather(rows)
      logits.removeAll(keepingCapacity: true)
      logits.append(contentsOf: repeatElement(0, count: rows.count * labels))
      let (ids, offsets, workspace) = (rowIDs, rowOffsets, networkWorkspace)
      var answers = logits.mutableSpan
      network.classify(ids: ids.span, offsets: offsets.span, using: workspace, logits: &answers)
      for (row, text) in order[rows].enumerated() { storeProbabilities(ofRow: row, forText: text) }
    }
    shareAnswers()
  }

  /// Gives equal texts the same answer, and keeps the new answers for later.
  private mutating func shareAnswers() {
    for text in 0..<count {
      let source = Int(representatives[text])
      guard source >= 0, source != text else { continue }
      for label in 0..<labels {
        probabilities[text * labels + label] = probabilities[source * labels + label]
      }
    }
    cache?.store(probabilities)
  }
}

extension ScoringBatch {
  /// Puts the numbers of the texts that the network has to answer into `order`, the most work first.
  ///
  /// A counting sort, which keeps equals in order.
  private mutating func sortByWork() {
    let (ids, offsets, workspace) = (ids, offsets, networkWorkspace)
    work.removeAll(keepingCapacity: true)
    workStarts.removeAll(keepingCapacity: true)
    workStarts.append(contentsOf: repeatElement(0, count: longest + 2))
    for text in 0..<count {
      let tokens = ids.span.extracting(offsets[text]..<offsets[text + 1])
      work.append(needsNetwork(text) ? workspace.work(of: tokens) : 0)
      if work[text] > 0 { workStarts[longest - work[text] + 1] += 1 }
    }
    for index in 1..<workStarts.count { workStarts[index] += workStarts[index - 1] }
    order.removeAll(keepingCapacity: true)
    order.append(contentsOf: repeatElement(0, count: workStarts[longest + 1]))
    for text in 0..<count where work[text] > 0 {
      let bucket = longest - work[text]
      order[workStarts[bucket]] = text
      workStarts[bucket] += 1
    }
  }

  private func needsNetwork(_ text: Int) -> Bool {
    representatives[text] == Int32(text)
  }

  /// Copies the ids of some texts, in sorted order.
  private mutating func gather(_ rows: Range<Int>) {
    rowIDs.removeAll(keepingCapacity: true)
    rowOffsets.removeAll(keepingCapacity: true)
    rowOffsets.append(0)
    for text in order[rows] {
      for index in offsets[text]..<offsets[text + 1] { rowIDs.append(ids[index]) }
      rowOffsets.append(rowIDs.count)
    }
  }

  /// Turns the logits of one row into the probabilities of its text.
  private mutating func storeProbabilities(ofRow row: Int, forText text: Int) {
    let source = row * labels
    if !addedLogits.isEmpty {
      for label in 0..<labels { logits[source + label] += addedLogits[text * labels + label] }
    }
    Softmax.store(
      logits[source..<(source + labels)], temperature: temperature, to: &probabilities, at: text * labels)
  }
}

extension SentimentScorer {
  /// An empty batch for one thread's use.
  ///
  /// - Parameter companion: what helps with a few texts; nil for no help.
  package func makeBatch(companion: Companion? = nil) -> ScoringBatch {
    ScoringBatch(for: network, cachedAnswers: cachedAnswers, companion: companion)
  }

  /// Adds a text to a batch; its number is the batch's count before.
  ///
  /// - Parameter text: UTF-8; what is ill-formed is treated as U+FFFD.
  package func add(_ text: Span<UInt8>, to batch: inout ScoringBatch) {
    batch.add(text, using: self)
  }

  /// Fills in the answers for all texts of a batch.
  package func score(_ batch: inout ScoringBatch) {
    batch.score(using: network)
  }
}

/// Logits to probabilities.
enum Softmax {
  /// Writes the probabilities of one text, in millionths that add up to 1,000,000.
  ///
  /// The rounding error is added to the most probable label, so that the order does not change.
  /// - Parameters:
  ///   - logits: one per label.
  ///   - temperature: the divisor of logits.
  ///   - start: the index in `target` of the first label's probability.
  static func store(
    _ logits: ArraySlice<Float>, temperature: Double, to target: inout [Int32], at start: Int
  ) {
    guard let greatest = logits.max() else { return }
    func power(_ logit: Float) -> Double { exp(Double(logit - greatest) / temperature) }
    let sum = logits.reduce(0.0) { $0 + power($1) }
    var rest: Int32 = 1_000_000
    for (index, logit) in zip(start..., logits) {
      target[index] = Int32((power(logit) / sum * 1e6).rounded())
      rest -= target[index]
    }
    if let likeliest = logits.firstIndex(of: greatest) {
      target[start + likeliest - logits.startIndex] += rest
    }
  }
}
