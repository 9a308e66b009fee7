internal import CLinux
internal import Glibc
package import SystemPackage

/// Signals as a descriptor to poll, instead of handlers: signalfd(2).
///
/// The signals are blocked in the calling thread and in every thread that it starts later, so it must be created
/// before any other thread.
package struct SignalDescriptor: Sendable {
  /// Readable when one of the signals has arrived.
  package let descriptor: FileDescriptor

  /// Blocks `signals` and watches for them.
  ///
  /// - Throws: `SystemCallError` if the process has no descriptor left.
  package init(_ signals: [Int32]) throws(SystemCallError) {
    var set = Self.set(of: signals)
    // Sound: both calls only read the set, which outlives them.
    unsafe pthread_sigmask(SIG_BLOCK, &set, nil)
    let raw = unsafe signalfd(-1, &set, Int32(SFD_CLOEXEC | SFD_NONBLOCK))
    guard raw >= 0 else { throw SystemCallError("signalfd", on: "signals", Errno(rawValue: errno)) }
    descriptor = FileDescriptor(rawValue: raw)
  }

  /// The next pending signal; nil if there is none.
  package func next() -> Int32? {
    var record = signalfd_siginfo()
    let size = MemoryLayout<signalfd_siginfo>.size
    // Sound: the kernel writes at most `size` bytes, which is the size of the record.
    guard unsafe Glibc.read(descriptor.rawValue, &record, size) == size else { return nil }
    return Int32(record.ssi_signo)
  }

  /// Whether the process ignores `signal`, as SIGHUP under nohup(1). A descriptor would receive it anyway.
  package static func isIgnored(_ signal: Int32) -> Bool { linux_ignores(signal) != 0 }

  /// Ends the process by the default action of `signal`, so that the parent process sees the signal.
  package static func end(by signal: Int32) -> Never {
    var set = set(of: [signal])
    Glibc.signal(signal, SIG_DFL)
    unsafe pthread_sigmask(SIG_UNBLOCK, &set, nil)
    kill(getpid(), signal)
    exit(128 + signal)
  }

  private static func set(of signals: [Int32]) -> sigset_t {
    var set = sigset_t()
    unsafe sigemptyset(&set)
    for signal in signals { unsafe sigaddset(&set, signal) }
    return set
  }
}
