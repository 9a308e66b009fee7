internal import SystemCalls

/// How often to look into the inbox and how long to let files rest, by what the system lets us know.
struct InboxPace {
  var options: SpoolOptions
  /// What the inbox is on.
  var fileSystem = FileSystem(magic: 0)
  /// Whether inotify tells what happens in it.
  var isHearing = true

  /// How far apart two equal looks at a file must be.
  var settleTime: Duration { fileSystem.isRemote ? options.remoteSettleTime : options.settleTime }

  /// The same where the kernel does not tell whether a file is still open for writing: for those of other users, without
  /// CAP_LEASE.
  var doubtfulSettleTime: Duration { max(settleTime, options.remoteSettleTime) }

  /// How far apart looks at the same file are that nothing is heard of, however short the settle time is.
  var timeBetweenLooks: Duration { max(settleTime, .milliseconds(100)) }

  /// How often to look though nothing was heard.
  var lookInterval: Duration {
    isHearing && !fileSystem.isRemote
      ? options.rescanInterval : min(options.rescanInterval, options.pollInterval)
  }
}
