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

  /// How often to look though nothing was heard.
  var lookInterval: Duration {
    isHearing && !fileSystem.isRemote
      ? options.rescanInterval : min(options.rescanInterval, options.pollInterval)
  }
}
