/// Makes a tweet ready for the tokenizer: removes what is not text, and what gave the tweet its label.
///
/// A total function: any bytes in, valid UTF-8 out, in time proportional to the length. Nothing is allocated
/// once `output` has room.
///
/// ```swift
/// var cleaned: [UInt8] = []
/// Cleaner(.standard).clean("@ana ¡qué día! :) http://t.co/x".utf8.span, appendingTo: &cleaned)   // ¡qué
/// día!
/// ```
package struct Cleaner: Sendable {
  package let profile: CleaningProfile
  private let findsMarks: Bool
  private let splitter: HashtagSplitter?
  private let table = ScalarTable.shared
  private let normaliser = Normaliser.shared

  /// - Parameters:
  ///   - vocabulary: the model's, by which `standard2` divides hashtags: without one, as when a vocabulary is still
  ///     to be made, they stay whole.
  ///   - findsMarks: whether each text's marks are left in the workspace; `notebook` finds none.
  package init(_ profile: CleaningProfile, vocabulary: Vocabulary? = nil, findsMarks: Bool = false) {
    self.profile = profile
    self.findsMarks = findsMarks
    splitter = profile == .standard2 ? vocabulary.map(HashtagSplitter.init) : nil
  }

  /// Appends the cleaned form of `text` to `output`.
  ///
  /// Ill-formed UTF-8 is read as U+FFFD, which both profiles then remove (it lies in the case study's emoji
  /// range). Cost: 1 to 2 µs for an ordinary tweet.
  package func clean(
    _ text: Span<UInt8>, using workspace: inout CleaningWorkspace, appendingTo output: inout [UInt8]
  ) {
    workspace.marks.removeAll()
    switch profile {
    case .standard, .standard2: cleanAsStandard(text, using: &workspace, appendingTo: &output)
    case .notebook: NotebookCleaning.clean(text, table: table, appendingTo: &output)
    }
  }

  /// The same for one text alone.
  package func clean(_ text: Span<UInt8>, appendingTo output: inout [UInt8]) {
    var workspace = CleaningWorkspace()
    clean(text, using: &workspace, appendingTo: &output)
  }

  /// Whether a cleaned text holds a letter: links, handles, numbers and punctuation say nothing of a mood.
  package static func holdsLetters(_ cleaned: Span<UInt8>) -> Bool {
    var offset = 0
    while offset < cleaned.count {
      let scalar = cleaned.scalar(at: offset)
      offset += scalar.length
      guard ScalarTable.shared.class(of: scalar.value).contains(.word) else { continue }
      switch scalar.value {
      case 0x30...0x39, 0x5F: continue
      case 0x80...:
        if Unicode.Scalar(scalar.value)?.properties.numericType != nil { continue }
        return true
      default: return true
      }
    }
    return false
  }

  private func cleanAsStandard(
    _ text: Span<UInt8>, using workspace: inout CleaningWorkspace, appendingTo output: inout [UInt8]
  ) {
    let start = output.count
    let hasReferences: Bool
    if normaliser.normalise(text, using: &workspace.normalising) {
      hasReferences = StandardCleaning.appendSpaced(
        workspace.normalising.text.span, table: table, to: &output)
    } else {
      hasReferences = StandardCleaning.appendSpaced(text, table: table, to: &output)
    }
    var cleaning = StandardCleaning(text: InPlaceText(taking: &output, from: start), table: table)
    if hasReferences { cleaning.text.decodeReferences(normaliser, using: &workspace.normalising) }
    if findsMarks { MarkScanner(table: table).scan(cleaning.text, into: &workspace.marks) }
    if let splitter { cleaning.text.divideHashtags(splitter, using: &workspace.splitting) }
    cleaning.removeTraces()
    if profile == .standard2 { Laughter.shorten(&cleaning.text, table: table) }
    cleaning.text.giveBack(to: &output)
  }
}

extension InPlaceText {
  /// Decodes all character references, and normalises what they make: `e&#x301;` is `é`.
  fileprivate mutating func decodeReferences(
    _ normaliser: Normaliser, using workspace: inout NormalisingWorkspace
  ) {
    decodeCharacterReferences(.untilNoneIsLeft)
    guard normaliser.normalise(bytes.span.extracting(start..<bytes.count), using: &workspace) else { return }
    replace(with: workspace.text)
    // A full-width ampersand may have come out of a reference.
    separateReferences()
  }
}

extension InPlaceText {
  fileprivate mutating func divideHashtags(
    _ splitter: HashtagSplitter, using workspace: inout SplittingWorkspace
  ) {
    if splitter.split(bytes.span.extracting(start..<bytes.count), using: &workspace) {
      replace(with: workspace.text)
    }
  }
}

extension MarkScanner {
  fileprivate func scan(_ text: borrowing InPlaceText, into marks: inout TextMarks) {
    scan(text.bytes.span.extracting(text.start..<text.bytes.count), into: &marks)
  }
}

/// How tweets are cleaned before they are tokenised.
package enum CleaningProfile: String, CaseIterable, Sendable {
  /// Keeps words and punctuation, and removes all traces of what labelled the tweet: see `StandardCleaning`.
  case standard
  /// The same, and spelling variants are unified: laughter becomes one word of four letters (see `Laughter`), and
  /// hashtags in small letters are divided into the words of the vocabulary (see `HashtagSplitter`).
  case standard2 = "standard-2"
  /// The result of the case study's `cleanup()`, byte for byte, including its faults: see `NotebookCleaning`.
  case notebook
}

/// Memory of a cleaner. Reused from tweet to tweet, it avoids allocations.
///
/// Each task needs its own.
package struct CleaningWorkspace: Sendable {
  var normalising = NormalisingWorkspace()
  var splitting = SplittingWorkspace()
  /// The marks of the last text, if the cleaner finds them.
  package internal(set) var marks = TextMarks()

  package init() {}
}
