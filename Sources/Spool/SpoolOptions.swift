internal import Synchronization
package import SystemPackage
package import Tweets

/// How a spool is worked.
package struct SpoolOptions: Sendable {
  /// The ledger's folder; nil for `state` in the spool's root.
  package var state: FilePath?
  /// How lines are to be understood.
  package var reading = ReadingOptions()
  /// What outputs' names end in.
  package var outputEnding = ".jsonl"
  /// Whether to end as soon as the inbox holds nothing more that will be taken.
  package var endsWhenEmpty = false
  /// How far apart the two equal looks are after which a file counts as complete.
  package var settleTime = Duration.milliseconds(500)
  /// The same on network file systems and FUSE, which tell sizes and times late, and for files of which the kernel does
  /// not tell whether they are still open for writing.
  package var remoteSettleTime = Duration.seconds(5)
  /// How long a file may still be written to after it was taken, and how long one without read permission may stay
  /// in the inbox, before it goes to `rejected/`; after so long it is told that a file cannot be taken.
  package var patience = Duration.seconds(60)
  /// How often to look into the inbox though nothing was heard of it.
  package var rescanInterval = Duration.seconds(5)
  /// The same where nothing can be heard: on network file systems and FUSE, and without inotify.
  package var pollInterval = Duration.seconds(1)
  /// How many names of the inbox are kept in memory, the oldest ones.
  package var namesInMemory = 16_384
  /// For how long `done/` keeps inputs.
  package var retentionTime = Duration.seconds(7 * 24 * 3600)
  /// How many bytes `done/` keeps at most.
  package var retentionSize = 1 << 30

  /// The defaults.
  package init() {}
}

/// A value that one thread replaces and others read: as it is now.
final class Current<Value: Sendable>: Sendable {
  private let value: Mutex<Value>

  init(_ value: Value) { self.value = Mutex(value) }

  var now: Value {
    get { value.withLock { $0 } }
    set { value.withLock { $0 = newValue } }
  }
}
