import Datasets
import Dates
import Kernels
import Scoring
import Sentiment
import Statistics
import Synchronization
import SystemPackage
import TweetText
import Tweets
import WordClouds

/// The words of all texts, counted by the cloud that the texts belong to.
struct WordSurvey {
  /// What the texts of a cloud have in common.
  private(set) var grouping: CloudGrouping
  /// Of the clouds, in order of appearance.
  private(set) var names: [String] = []

  private var numbers: [String: Int] = [:]
  private var texts: [Int] = []
  private var cleaned: CleanedWords
  private var written: WrittenWords?
  private let isLabelling: Bool
  /// How many texts are in no cloud.
  private var apart = 0
  /// How many of them have no answer, rather than one that there is nothing to judge.
  private var unanswered = 0

  /// More are no pictures to be compared.
  private static let most = 60
  /// Texts that are labelled at a time.
  private static let batch = 1024

  /// Reads all texts.
  ///
  /// - Throws: when one cannot be read, or no text is in a cloud, or too many clouds would be needed.
  init(_ command: ReportWords) throws {
    let choice = command.model.choice
    if command.classify { try (choice.capacity + .pipeline(workers: command.workers)).check() }
    let answers = command.classify ? try AnswerFinder(choice.makeScorer(), workers: command.workers) : nil
    let extras: WordScanner.Extras = command.stopWords ? .stopWords : []
    cleaned = CleanedWords(cleaner: try choice.makeCleaner(), scanner: WordScanner(extras))
    written = command.before ? WrittenWords(scanner: WordScanner([extras, .traces])) : nil
    isLabelling = command.classify
    grouping = command.by ?? (command.classify ? .answer : .none)
    var reading = command.corpus.reading
    if command.by?.window != nil { reading.options.timeKeys = ReadingOptions.usualTimeKeys }
    let corpus = try reading.corpus(command.files.isEmpty ? ["-"] : command.files)
    let files = Self.names(of: corpus.files)
    var (isFirst, waiting) = (command.by == nil && !command.classify, [[UInt8]]())
    try reading.forEachRecord(of: corpus) { record in
      if isFirst {
        isFirst = false
        grouping = Self.grouping(of: record, files: files.count)
      }
      guard let answers else {
        return try add(record.text, to: Self.name(of: record, by: grouping, files: files))
      }
      waiting.append(record.text)
      if waiting.count == Self.batch { try add(&waiting, by: answers) }
    }
    if let answers { try add(&waiting, by: answers) }
    tellOfTextsApart()
    guard !names.isEmpty else { throw CommandFailure(.dataError, "no text has \(missing)") }
    if grouping == .file { arrange(by: files) } else { arrange(by: names.sorted()) }
  }

  /// The counts before cleaning, if wanted, and after it; of each cloud in order.
  var stages: [(isBefore: Bool, sets: [CountedTexts])] {
    var stages: [(isBefore: Bool, sets: [CountedTexts])] = []
    if let written { stages.append((true, sets(of: written.words))) }
    stages.append((false, sets(of: cleaned.words)))
    return stages
  }

  private func sets(of words: WordBatch) -> [CountedTexts] {
    var counts = [[String: Int]](repeating: [:], count: names.count)
    words.forEach { place, word, count in counts[place.label][word, default: 0] += count }
    return names.map { name in
      let number = numbers[name] ?? 0
      return CountedTexts(name: name, texts: texts[number], counts: counts[number])
    }
  }

  private mutating func arrange(by order: [String]) {
    names = order.filter { numbers[$0] != nil }
  }

  /// Counts the words of a text; none if it belongs to no cloud.
  private mutating func add(_ text: [UInt8], to name: String?) throws(CommandFailure) {
    if name == nil { unanswered += 1 }
    guard let name, !name.isEmpty else {
      apart += 1
      return
    }
    let number = numbers[name] ?? texts.count
    if number == texts.count {
      guard texts.count < Self.most else { throw tooMany }
      numbers[name] = number
      names.append(name)
      texts.append(0)
    }
    texts[number] += 1
    cleaned.count(text, of: number)
    written?.count(text, of: number)
  }

  private mutating func add(_ waiting: inout [[UInt8]], by answers: AnswerFinder) throws(CommandFailure) {
    for (text, answer) in zip(waiting, answers.answers(to: waiting)) { try add(text, to: answer) }
    waiting.removeAll(keepingCapacity: true)
  }

  private var tooMany: CommandFailure {
    guard let window = grouping.window else {
      return CommandFailure(
        .dataError,
        "more than \(Self.most) different values of \(grouping.rawValue), too many clouds to compare")
    }
    return CommandFailure(
      .dataError,
      "more than \(Self.most) \(window.noun), too many clouds to compare; choose longer windows, such as "
        + "--by \(grouping == .month || grouping == .year ? "year" : grouping == .day ? "month" : "day")")
  }

  private func tellOfTextsApart() {
    guard apart > 0, !names.isEmpty else { return }
    StandardError.write("animo: \(NumberText.counted(apart, "text")) in no cloud, without \(missing)\n")
  }

  /// What a text lacks that is in no cloud.
  private var missing: String {
    switch grouping {
    case .label: "a label (a member or column \"label\")"
    case .answer where isLabelling || unanswered == 0: "anything to judge"
    case .answer:
      "an answer (a member \"sentiment\", as animo classify writes it); --classify has the model answer"
    default:
      "a time (a member or column \(ReadingOptions.usualTimeKeys.joined(separator: ", ")), or an id of Twitter's)"
    }
  }
}

// Which cloud a text belongs to.
extension WordSurvey {
  /// What texts like the first one can be told apart by.
  private static func grouping(of first: CorpusRecord, files: Int) -> CloudGrouping {
    if first.label?.isEmpty == false { return .label }
    if first.answer != nil { return .answer }
    return files > 1 ? .file : .none
  }

  private static func name(of record: CorpusRecord, by grouping: CloudGrouping, files: [String]) -> String? {
    switch grouping {
    case .label: record.label
    case .answer: record.answer
    case .file: files[record.file]
    case .none: files.count == 1 ? files[0] : "all texts"
    case .minute, .hour, .day, .month, .year:
      record.time.flatMap { time in
        let text = CalendarTime(secondsSince1970: Int((Double(time) / 1000).rounded(.down))).rfc3339
        return grouping.window.map { String(text.prefix($0.characters)).replacing("T", with: " ") }
      }
    }
  }

  /// The names of files; their paths, where names are equal.
  private static func names(of files: [FileSource.File]) -> [String] {
    let names = files.map { FilePath($0.name).lastComponent?.string ?? $0.name }
    return Set(names).count == names.count ? names : files.map(\.name)
  }
}

/// The words that cleaning leaves of texts.
private struct CleanedWords {
  let cleaner: Cleaner
  var scanner: WordScanner
  private(set) var words = WordBatch()
  private var workspace = CleaningWorkspace()
  private var text: [UInt8] = []

  init(cleaner: Cleaner, scanner: WordScanner) {
    (self.cleaner, self.scanner) = (cleaner, scanner)
  }

  mutating func count(_ text: [UInt8], of cloud: Int) {
    self.text.removeAll(keepingCapacity: true)
    cleaner.clean(text.span, using: &workspace, appendingTo: &self.text)
    let (place, cleaned) = (words.number(ofHour: 0, label: cloud), self.text)
    scanner.forEachWord(in: cleaned.span) { words.add($0, at: place) }
  }
}

/// The words of texts as they were written, with what cleaning removes.
private struct WrittenWords {
  var scanner: WordScanner
  private(set) var words = WordBatch()
  private let marks = Cleaner(.standard, findsMarks: true)
  private var workspace = CleaningWorkspace()
  private var text: [UInt8] = []

  init(scanner: WordScanner) { self.scanner = scanner }

  mutating func count(_ text: [UInt8], of cloud: Int) {
    let place = words.number(ofHour: 0, label: cloud)
    scanner.forEachWord(in: text.span) { words.add($0, at: place) }
    self.text.removeAll(keepingCapacity: true)
    marks.clean(text.span, using: &workspace, appendingTo: &self.text)
    for mark in workspace.marks.texts {
      // Faces of letters alone, such as xD, are words.
      guard mark.contains(where: { !$0.isLetter && !$0.isNumber }) else { continue }
      words.add(Array(mark.utf8).span, at: place)
    }
  }
}

/// A model that labels texts.
private struct AnswerFinder: Sendable {
  private let labels: [String]
  private let scorers: [Scorer]

  init(_ scorer: SentimentScorer, workers: Int) {
    let engine = ScoringEngine(scorer: scorer)
    labels = engine.labels
    scorers = (0..<workers).map { _ in Scorer(engine) }
  }

  /// The label of each text; nil where there is nothing to judge.
  func answers(to texts: [[UInt8]]) -> [String?] {
    let each = (texts.count + scorers.count - 1) / scorers.count
    let parts = Mutex([[String?]](repeating: [], count: scorers.count))
    concurrently(scorers.count) { worker in
      let part = texts.dropFirst(worker * each).prefix(each)
      let answers = scorers[worker].answers(to: part.map { String(decoding: $0, as: UTF8.self) })
      let labels = answers.map { answer in
        answer.flags.contains(.nothingToJudge) ? nil : answer.label.map { self.labels[$0] }
      }
      parts.withLock { $0[worker] = labels }
    }
    return parts.withLock { $0.flatMap(\.self) }
  }
}
