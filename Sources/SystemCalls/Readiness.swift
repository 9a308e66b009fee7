internal import CLinux
internal import Glibc
package import SystemPackage

/// Waiting for descriptors: poll(2).
package enum Readiness {
  /// Waits until `first` or `second` is readable (data, end of file or an error).
  ///
  /// - Parameter milliseconds: the maximum time to wait; 0 to return immediately, -1 to wait indefinitely.
  /// - Returns: which of the two are ready; both `false` after a timeout or a signal.
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

  /// Waits until one of `descriptors` is readable, or writable where that is asked for.
  ///
  /// - Parameter milliseconds: the maximum time to wait.
  /// - Returns: which of them are ready; all `false` after a timeout or a signal.
  package static func wait(
    for descriptors: [(descriptor: FileDescriptor, toWrite: Bool)], milliseconds: Int32
  ) -> [Bool] {
    var requests = descriptors.map {
      pollfd(fd: $0.descriptor.rawValue, events: Int16($0.toWrite ? POLLOUT : POLLIN), revents: 0)
    }
    // Sound: the array is as long as the count says, and outlives the call.
    let ready = unsafe poll(&requests, nfds_t(requests.count), milliseconds)
    return requests.map { ready > 0 && $0.revents != 0 }
  }

  /// Waits for the given time, or until a signal arrives.
  package static func pause(milliseconds: Int32) {
    _ = poll(nil, 0, milliseconds)
  }

  /// Waits until `descriptor` is writable, or has an error.
  package static func wait(toWriteTo descriptor: FileDescriptor) {
    var request = pollfd(fd: descriptor.rawValue, events: Int16(POLLOUT), revents: 0)
    // Sound: there is one record, and it outlives the call.
    _ = unsafe poll(&request, 1, -1)
  }
}

/// A bell for waking a thread that waits in poll(2): once rung, its descriptor stays readable. An eventfd(2).
package final class WakeUp: Sendable {
  /// Readable from the first `ring` on.
  package let descriptor: FileDescriptor

  /// - Throws: `SystemCallError` if the process has no descriptor left.
  package init() throws(SystemCallError) {
    let raw = eventfd(0, Int32(EFD_CLOEXEC | EFD_NONBLOCK))
    guard raw >= 0 else { throw SystemCallError("eventfd", on: "wake-up", Errno(rawValue: errno)) }
    descriptor = FileDescriptor(rawValue: raw)
  }

  deinit { try? descriptor.close() }

  /// Makes the descriptor readable; may be called from any thread, repeatedly.
  package func ring() {
    _ = eventfd_write(descriptor.rawValue, 1)
  }
}
