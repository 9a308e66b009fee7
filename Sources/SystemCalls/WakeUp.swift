internal import CLinux
internal import Glibc
package import SystemPackage

/// A door bell between threads: once rung, its descriptor stays readable, so that a thread that waits in
/// poll(2) wakes. An eventfd(2).
package final class WakeUp: Sendable {
  /// What to poll for; readable from the first `ring` on.
  package let descriptor: FileDescriptor

  /// - Throws: `SystemCallError` when the process has no descriptor left.
  package init() throws(SystemCallError) {
    let raw = eventfd(0, Int32(EFD_CLOEXEC | EFD_NONBLOCK))
    guard raw >= 0 else { throw SystemCallError("eventfd", on: "wake-up", Errno(rawValue: errno)) }
    descriptor = FileDescriptor(rawValue: raw)
  }

  deinit { try? descriptor.close() }

  /// Makes the descriptor readable; may be called from any thread, any number of times.
  package func ring() {
    _ = eventfd_write(descriptor.rawValue, 1)
  }
}
