internal import SystemCalls
internal import SystemPackage

/// Why a file that has come to rest cannot be taken yet.
struct Obstacle {
  enum Kind: Equatable {
    /// It cannot be opened for reading; after a while it is handed over all the same, to be refused with why.
    case unreadable
    /// Somebody has it open for writing: it is not complete, however long it rests.
    case openForWriting
    /// The kernel does not tell whether somebody has it open for writing; after a longer rest it is taken.
    case perhapsOpenForWriting
    /// It cannot be moved to `work/`.
    case immovable(Errno)

    /// Whether a file is taken all the same when it has rested for long enough.
    var passes: Bool { self == .unreadable || self == .perhapsOpenForWriting }

    /// What the log says of it.
    var explanation: String {
      switch self {
      case .unreadable: "it cannot be read"
      case .openForWriting: "a process still has it open for writing"
      case .perhapsOpenForWriting: "the kernel does not tell whether a process has it open for writing"
      case .immovable(let reason): "it cannot be moved to work/: \(reason)"
      }
    }
  }

  let kind: Kind
  /// How the file was when it was found so.
  let status: FileStatus
  /// Since when.
  let since: SuspendingClock.Instant
  /// Whether it was told that the file stays where it is: after our patience, once.
  var isTold = false
}
