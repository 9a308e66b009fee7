internal import SystemPackage
package import Tweets

/// Texts in files, read as a stream in memory bounded by the longest line.
///
/// Formats are those of the filter: a text a line, JSON Lines, CSV and TSV with a header, each also
/// compressed with gzip or xz. Texts are well-formed UTF-8 and never blank.
///
/// ```swift
/// let counts = try TextCorpus(paths: ["blogs.txt.xz", "tweets.jsonl"]).forEachText { text in … }
/// ```
package struct TextCorpus: Sendable {
  /// How a line without a usable text is handled.
  package enum BadLines: Sendable {
    /// Reading ends with `DatasetError.badLine`.
    case fail
    /// It is left out and counted.
    case leaveOut
  }

  /// Thrown by the body of a reading to end it before the last line; the counts are then those so far.
  package struct Enough: Error {
    package init() {}
  }

  /// What is read, in order.
  package var files: [FileSource.File]
  /// How files are read.
  package var reading = ReadingOptions()
  /// How lines without a usable text are handled.
  package var badLines = BadLines.fail

  /// A corpus of some files.
  package init(_ files: [FileSource.File]) {
    self.files = files
  }

  /// A corpus of the files at some paths.
  package init(paths: [String]) {
    self.init(paths.map { .path(FilePath($0)) })
  }

  /// Calls `body` with each text.
  ///
  /// - Parameter onProgress: called from time to time with the progress.
  /// - Throws: `InputError` for a file that cannot be read, `DatasetError` for a bad line, and what `body`
  ///   throws.
  @discardableResult
  package func forEachText(
    onProgress: (CorpusProgress) -> Void = { _ in }, _ body: (Span<UInt8>) throws -> Void
  ) throws -> CorpusCounts {
    var walk = CorpusWalk(self, fields: nil)
    return try walk.run(onProgress: onProgress) { record in try body(record.text.span) }
  }

  /// Calls `body` with each text and what its line says about it.
  ///
  /// - Parameter others: further fields to read into `CorpusRecord.others`, each by the names that it may have, the
  ///   likeliest first.
  /// - Throws: as `forEachText`.
  @discardableResult
  package func forEachRecord(
    others: [[String]] = [], onProgress: (CorpusProgress) -> Void = { _ in },
    _ body: (CorpusRecord) throws -> Void
  ) throws -> CorpusCounts {
    var walk = CorpusWalk(self, fields: RecordFields(others: others))
    return try walk.run(onProgress: onProgress, body)
  }
}

/// What was read of a corpus, file by file: the case study's `shape`.
package struct CorpusCounts: Equatable, Sendable {
  /// What was read of one file.
  package struct File: Equatable, Sendable {
    /// The file's path.
    package let name: String
    /// Texts handed on.
    package internal(set) var texts = 0
    /// Lines, and texts of records, that contain only white space.
    package internal(set) var blank = 0
    /// Lines skipped because they have no usable text.
    package internal(set) var rejected = 0
    /// The first of these, with the reason; nil if there is none.
    package internal(set) var firstRejection: RejectedLine?

    init(name: String) {
      self.name = name
    }
  }

  /// The files in the order in which they were read.
  package internal(set) var files: [File] = []

  /// The texts of all files.
  package var texts: Int { files.reduce(0) { $0 + $1.texts } }
  /// The blank lines of all files.
  package var blank: Int { files.reduce(0) { $0 + $1.blank } }
  /// The lines left out of all files.
  package var rejected: Int { files.reduce(0) { $0 + $1.rejected } }
}

/// The progress of reading a corpus.
package struct CorpusProgress: Equatable, Sendable {
  /// Texts so far.
  package let texts: Int
  /// The share of all files' bytes on disk that has been read, 0…1; nil when a file is a pipe.
  package let share: Double?
}

/// Why a readable corpus is invalid: the place, the problem and the remedy.
package enum DatasetError: Error, Equatable {
  /// A line has no usable text.
  case badLine(file: String, line: Int, Rejection)
  /// A line has invalid probabilities.
  case badProbabilities(file: String, line: Int, reason: String)
  /// None of the files has a text.
  case noTexts(files: [String])
  /// No line of the file has a label.
  case noLabels(file: String)
}

extension DatasetError: RemediableError {
  package func description(_ phrasing: Remedy.Phrasing) -> String {
    switch self {
    case .badLine(let file, let line, let rejection):
      "\(file), line \(line): \(rejection.detail(phrasing))"
    case .badProbabilities(let file, let line, let reason):
      "\(file), line \(line), \"p\": \(reason)"
    case .noTexts(let files): "no texts in \(files.joined(separator: ", "))"
    case .noLabels(let file):
      "\(file): no line has a label; each needs \"label\": \"positive\" or another one, or probabilities \"p\""
    }
  }
}
