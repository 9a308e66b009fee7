package import Tweets

/// What was read of a corpus, file by file: the case study's `shape`.
package struct CorpusCounts: Equatable, Sendable {
  /// What was read of one file.
  package struct File: Equatable, Sendable {
    /// The file's path.
    package let name: String
    /// Texts handed on.
    package internal(set) var texts = 0
    /// Lines, and texts of records, that hold nothing but white space.
    package internal(set) var blank = 0
    /// Lines left out because they hold no usable text.
    package internal(set) var rejected = 0
    /// The first of these and what is wrong with it; nil when there is none.
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

/// How far the reading of a corpus has come.
package struct CorpusProgress: Equatable, Sendable {
  /// Texts so far.
  package let texts: Int
  /// The share of all files' bytes on disk that has been read, 0…1; nil when a file is a pipe.
  package let share: Double?
}
