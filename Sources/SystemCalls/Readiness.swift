internal import CLinux
internal import Glibc
package import SystemPackage

/// Waits until one of some descriptors can be read: poll(2).
package enum Readiness {
  /// Waits until `first` or `second` has something to read (data, end of file or an error).
  ///
  /// - Parameter milliseconds: how long to wait at most; 0 looks without waiting, -1 waits for ever.
  /// - Returns: which of the two are ready; both `false` when the time has passed or a signal came.
  package static func wait(
    for first: FileDescriptor, or second: FileDescriptor? = nil, milliseconds: Int32
  ) -> (first: Bool, second: Bool) {
    var requests = [pollfd(fd: first.rawValue, events: Int16(POLLIN), revents: 0)]
    if let second { requests.append(pollfd(fd: second.rawValue, events: Int16(POLLIN), revents: 0)) }
    // Sound: the array is as long as the count says, and outlives the call.
    let ready = unsafe poll(&requests, nfds_t(requests.count), milliseconds)
    guard ready > 0 else { return (false, false) }
    return (requests[0].revents != 0, second != nil && requests[1].revents != 0)
  }

  /// Waits for so long, or until a signal comes.
  package static func pause(milliseconds: Int32) {
    _ = poll(nil, 0, milliseconds)
  }

  /// Waits until `descriptor` takes more, or has an error to tell.
  package static func wait(toWriteTo descriptor: FileDescriptor) {
    var request = pollfd(fd: descriptor.rawValue, events: Int16(POLLOUT), revents: 0)
    // Sound: there is one record, and it outlives the call.
    _ = unsafe poll(&request, 1, -1)
  }
}

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
