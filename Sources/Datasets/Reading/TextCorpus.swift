internal import SystemPackage
package import Tweets

/// Texts in files, read as a stream: one after another, in memory bounded by the longest line.
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
  /// - Parameter onProgress: is told from time to time how far it has come.
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
  /// - Throws: as `forEachText`.
  @discardableResult
  package func forEachRecord(
    onProgress: (CorpusProgress) -> Void = { _ in }, _ body: (CorpusRecord) throws -> Void
  ) throws -> CorpusCounts {
    var walk = CorpusWalk(self, fields: RecordFields())
    return try walk.run(onProgress: onProgress, body)
  }
}
