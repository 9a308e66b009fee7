import Glibc

/// The set-up of the process, before anything else happens.
enum ProcessSetup {
  /// Runs first, while there is only one thread.
  ///
  /// - Parameter isDaemon: whether the command is `animo serve`.
  static func run(isDaemon: Bool) {
    if isDaemon { prepareDaemon() }
    // Swift's crash reporter catches SIGABRT, and who started us may have it blocked: either way the process would
    // survive systemd's watchdog.
    signal(SIGABRT, SIG_DFL)
    mask(SIGABRT, SIG_UNBLOCK)
    // A closed log must not end a daemon; a closed standard output is detected by EPIPE.
    signal(SIGPIPE, SIG_IGN)
    // A file that may not grow any more is reported by EFBIG.
    signal(SIGXFSZ, SIG_IGN)
    holdStandardDescriptors()
    raiseDescriptorLimit()
  }

  /// SIGHUP makes a daemon read its configuration; it must not end the process at any time or in any thread. Files that
  /// the daemon creates must not be writable by others, whatever the inherited umask allows.
  private static func prepareDaemon() {
    mask(SIGHUP, SIG_BLOCK)
    umask(umask(0o022) | 0o022)
  }

  /// Blocks or unblocks one signal.
  private static func mask(_ signal: Int32, _ how: Int32) {
    var signals = sigset_t()
    // Sound: the set is made before it is read, and the calls use it only while they run.
    unsafe sigemptyset(&signals)
    unsafe sigaddset(&signals, signal)
    unsafe pthread_sigmask(how, &signals, nil)
  }

  /// Checks that the limit of open files is high enough for a daemon.
  ///
  /// Below it, the threading library ends the process without a message when it cannot open its own descriptors.
  static func checkDescriptorLimit() throws(CommandFailure) {
    let (least, most) = (64, descriptorLimit().map { Int(clamping: $0.rlim_cur) } ?? .max)
    guard most < least else { return }
    throw CommandFailure(
      .osError,
      "only \(most) files may be open at a time, and a daemon needs \(least): raise it with ulimit -n")
  }

  /// Checks that the process can read about itself in /proc, where libdispatch counts its running threads: without it,
  /// it ends the process after a second, without a message.
  static func checkProcessFolder() throws(CommandFailure) {
    // Sound: the path is a text that lives during the call.
    guard unsafe access("/proc/self/task", R_OK | X_OK) != 0 else { return }
    throw CommandFailure(
      .osError,
      "cannot read /proc/self/task, which this command needs: mount it with mount -t proc proc /proc")
  }

  /// Raises the limit of open files: publishing many small files together takes some hundred descriptors.
  private static func raiseDescriptorLimit() {
    guard var limit = descriptorLimit() else { return }
    limit.rlim_cur = limit.rlim_max
    // Sound: the call uses the record only while it runs.
    _ = unsafe setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
  }

  /// The limit of open files; nil if the system does not report it.
  private static func descriptorLimit() -> rlimit? {
    var limit = rlimit()
    // Sound: the call uses the record only while it runs.
    return unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 ? limit : nil
  }

  /// Opens standard descriptors that were closed, so that no file opened later takes their place.
  ///
  /// They get the opposite mode: reading from a closed input and writing to a closed output must fail.
  private static func holdStandardDescriptors() {
    for (descriptor, mode) in [(STDIN_FILENO, O_WRONLY), (STDOUT_FILENO, O_RDONLY), (STDERR_FILENO, O_RDWR)]
    where fcntl(descriptor, F_GETFD) == -1 {
      // The lowest free number is this one, as those below it are taken.
      _ = unsafe open("/dev/null", mode)
    }
  }
}
