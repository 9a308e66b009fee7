internal import Synchronization
package import SystemPackage
package import Tweets

/// The options of a spool.
package struct SpoolOptions: Sendable {
  /// The ledger's folder; nil for `state` in the spool's root.
  package var state: FilePath?
  /// How lines are read.
  package var reading = ReadingOptions()
  /// The ending of the names of outputs.
  package var outputEnding = ".jsonl"
  /// Whether to end as soon as the inbox has no more files to claim.
  package var endsWhenEmpty = false
  /// The time a file must be unchanged to count as complete.
  package var settleTime = Duration.milliseconds(500)
  /// The same on network file systems and FUSE, which report sizes and times late, and for files that the kernel
  /// cannot report as open for writing.
  package var remoteSettleTime = Duration.seconds(5)
  /// How long a claimed file may still be written to, and how long an unreadable one may stay in the inbox, before it
  /// goes to `rejected/`; also the time after which a file that cannot be claimed is logged.
  package var patience = Duration.seconds(60)
  /// How often to scan the inbox without an inotify event.
  package var rescanInterval = Duration.seconds(5)
  /// The same on network file systems and FUSE, and without inotify.
  package var pollInterval = Duration.seconds(1)
  /// The number of inbox files kept in memory, the oldest ones.
  package var namesInMemory = 16_384
  /// The number of names after which a scan pauses; one whose status is asked for counts as eight. Some 20 ms.
  package var namesPerSlice = 16_384
  /// How much one file may take.
  package var limits = SpoolLimits()
  /// The age limit of inputs in `done/`.
  package var retentionTime = Duration.seconds(7 * 24 * 3600)
  /// The size limit of `done/`, in bytes.
  package var retentionSize = 1 << 30

  /// The defaults.
  package init() {}
}

/// A value that one thread replaces and others read.
final class Current<Value: Sendable>: Sendable {
  private let value: Mutex<Value>

  init(_ value: Value) { self.value = Mutex(value) }

  var now: Value {
    get { value.withLock { $0 } }
    set { value.withLock { $0 = newValue } }
  }
}
