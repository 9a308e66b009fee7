internal import Logging
internal import Streaming
internal import SystemCalls
internal import SystemPackage

/// A claimed file while it is read.
struct OpenJob {
  typealias Instant = SuspendingClock.Instant

  /// The file has been read to its end; is that really its end?
  struct LastLook {
    /// How it was then.
    var status: FileStatus
    /// When it was first seen so.
    var since: Instant
    /// How long we wait for it to come to rest.
    let deadline: Instant
  }

  let job: Job
  /// Its number in chunks; another one each time that it is read from the beginning.
  var input: Int
  var reader: RecordReader
  let descriptor: FileDescriptor
  /// What labels it, to its end; nil for the pipeline's own.
  let engine: ScoringEngine?
  /// How it was when reading began.
  var start: FileStatus
  /// Set between the end of the file and the certainty that it is the end.
  var lastLook: LastLook?
  /// How often it was read from the beginning.
  var attempts = 1

  /// How often a file may change while it is read.
  static let mostAttempts = 4

  /// Whether the content may have changed between two looks; renames and links alter ctime only.
  static func differ(_ first: FileStatus, _ second: FileStatus) -> Bool {
    first.size != second.size || first.modified != second.modified
  }
}
