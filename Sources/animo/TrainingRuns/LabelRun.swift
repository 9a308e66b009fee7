import Datasets
import SystemCalls
import SystemPackage
import Tweets

/// The files to label by their emoticons, and the options.
struct LabelRequest: Sendable {
  /// Files of raw tweets.
  var raw: [String]
  /// The output folder; created if it does not exist.
  var output: String
  var emoticons = DistantLabel.Emoticons.basic
  /// Whether to use emoji too.
  var usesEmoji = false
  var reading = CorpusReading()
}

/// Sorts raw tweets into the three files of the case study.
struct LabelRun {
  private let request: LabelRequest

  init(_ request: LabelRequest) {
    self.request = request
  }

  /// - Returns: the counts as text.
  /// - Throws: when a file cannot be read or written; the output is then unchanged.
  func run() throws -> String {
    let label = DistantLabel(emoticons: request.emoticons, usesEmoji: request.usesEmoji)
    let corpus = try request.reading.corpus(request.raw)
    var files = try LabelledFiles(in: request.output)
    var counts: [TextClass: Int] = [:]
    var leftOut = 0
    let read = try request.reading.forEachText(of: corpus) { tweet in
      guard let textClass = label.textClass(of: tweet) else {
        leftOut += 1
        return
      }
      counts[textClass, default: 0] += 1
      try files.append(tweet, to: textClass)
    }
    try files.commit()
    return report(counts, leftOut: leftOut, of: read.texts)
  }

  private func report(_ counts: [TextClass: Int], leftOut: Int, of total: Int) -> String {
    let classes = TextClass.allCases.map {
      (counts[$0] ?? 0, $0.rawValue, LabelledFiles.path(of: $0, in: request.output))
    }
    let table = TextTable(columns: [.left, .right, .right, .left])
    return table.text(
      (classes + [(leftOut, "left out", "both kinds in one tweet")]).map { count, name, remark in
        [name, NumberText.grouped(count), NumberText.percent(count, of: total), remark]
      })
  }
}

/// The three files of the case study while they are written, one tweet per line.
struct LabelledFiles {
  private var files: [TextClass: ReplacementFile] = [:]
  private var line: [UInt8] = []

  /// - Throws: `CommandFailure` when they cannot be created.
  init(in path: String) throws {
    do {
      try Directory.make(
        at: FilePath(path), mode: [.ownerReadWriteExecute, .groupReadExecute, .otherReadExecute])
      let directory = try Directory(FilePath(path))
      for textClass in TextClass.allCases {
        files[textClass] = try ReplacementFile(
          Self.name(of: textClass), in: directory, mode: [.ownerReadWrite, .groupRead, .otherRead])
      }
    } catch {
      throw CommandFailure(.cannotCreate, "\(error)")
    }
  }

  static func name(of textClass: TextClass) -> FileName { FileName(textClass.rawValue + ".txt") }

  /// The path of the file of a class.
  static func path(of textClass: TextClass, in folder: String) -> String {
    FilePath(folder).appending(textClass.rawValue + ".txt").string
  }

  /// The paths of all three.
  static func paths(in folder: String) -> [String] { TextClass.allCases.map { path(of: $0, in: folder) } }

  /// Adds a tweet; line ends inside it become spaces.
  mutating func append(_ tweet: Span<UInt8>, to textClass: TextClass) throws {
    line.removeAll(keepingCapacity: true)
    for index in tweet.indices {
      let byte = tweet[index]
      line.append(byte == 0x0A || byte == 0x0D ? 0x20 : byte)
    }
    line.append(0x0A)
    try files[textClass]?.append(line.span)
  }

  /// Renames all three to their final names.
  func commit() throws {
    for textClass in TextClass.allCases { try files[textClass]?.commit() }
  }
}
