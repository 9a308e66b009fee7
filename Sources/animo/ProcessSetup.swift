import Glibc

/// What has to be so before anything else happens in the process.
enum ProcessSetup {
  /// Called first thing, while there is only one thread.
  static func run() {
    if CommandLine.arguments.dropFirst().first == "serve" { prepareDaemon() }
    // Swift's crash reporter catches SIGABRT, and who started us may have it blocked: either way the process would
    // survive systemd's watchdog.
    signal(SIGABRT, SIG_DFL)
    mask(SIGABRT, SIG_UNBLOCK)
    // A log that nobody reads any more must not end a daemon; a reader of answers that leaves is told by EPIPE.
    signal(SIGPIPE, SIG_IGN)
    holdStandardDescriptors()
    raiseDescriptorLimit()
  }

  /// SIGHUP asks a daemon to read its configuration: from the first instant on, and in every thread, it must not end it.
  /// Nothing that the daemon makes may be written by others, whatever the umask that it came with allows.
  private static func prepareDaemon() {
    mask(SIGHUP, SIG_BLOCK)
    umask(umask(0o022) | 0o022)
  }

  /// Blocks one signal, or lets it through.
  private static func mask(_ signal: Int32, _ how: Int32) {
    var signals = sigset_t()
    // Sound: the set is made before it is read, and the calls use it only while they run.
    unsafe sigemptyset(&signals)
    unsafe sigaddset(&signals, signal)
    unsafe pthread_sigmask(how, &signals, nil)
  }

  /// Makes sure that all arguments are UTF-8: others would be mended silently, and name another file.
  static func checkArguments() throws(CommandFailure) {
    for number in 1..<max(1, Int(CommandLine.argc)) {
      // Sound: there are argc arguments, which end in NUL and live as long as the process.
      guard let bytes = unsafe CommandLine.unsafeArgv[number], unsafe String(validatingCString: bytes) == nil
      else { continue }
      throw CommandFailure(
        .usage,
        "argument \(number), \(CommandLine.arguments[number]): not UTF-8; pass such a file through standard input, "
          + "or put it into a spool's inbox with mv")
    }
  }

  /// Makes sure that a daemon may have enough descriptors open.
  ///
  /// With fewer, the threads' library ends the process without a word where it cannot make its own.
  static func checkDescriptorLimit() throws(CommandFailure) {
    let (least, most) = (64, descriptorLimit().map { Int(clamping: $0.rlim_cur) } ?? .max)
    guard most < least else { return }
    throw CommandFailure(
      .osError,
      "only \(most) files may be open at a time, and a daemon needs \(least): raise it with ulimit -n")
  }

  /// Many small files are published together, which takes some hundred descriptors.
  private static func raiseDescriptorLimit() {
    guard var limit = descriptorLimit() else { return }
    limit.rlim_cur = limit.rlim_max
    // Sound: the call uses the record only while it runs.
    _ = unsafe setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
  }

  /// How many descriptors may be open, from 0 on; nil where that is not told.
  private static func descriptorLimit() -> rlimit? {
    var limit = rlimit()
    // Sound: the call uses the record only while it runs.
    return unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 ? limit : nil
  }

  /// Fills standard descriptors that came closed, so that no file opened later is mistaken for one of them.
  ///
  /// They are opened the wrong way round: reading from a closed input and writing to a closed output must fail.
  private static func holdStandardDescriptors() {
    for (descriptor, mode) in [(STDIN_FILENO, O_WRONLY), (STDOUT_FILENO, O_RDONLY), (STDERR_FILENO, O_RDWR)]
    where fcntl(descriptor, F_GETFD) == -1 {
      // The lowest free number is this one, as those below it are taken.
      _ = unsafe open("/dev/null", mode)
    }
  }
}
