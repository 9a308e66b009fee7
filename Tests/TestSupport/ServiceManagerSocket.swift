internal import Foundation
internal import Glibc

/// The service manager's end of sd_notify(3): a datagram socket whose path goes into `$NOTIFY_SOCKET`.
package final class ServiceManagerSocket: Sendable {
  package let path: String
  private let descriptor: Int32

  package init() throws {
    path = "/tmp/animo-notify-\(UUID().uuidString.prefix(8))"
    descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    // Sound: the path is shorter than the field, and the address outlives the calls.
    unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: path.utf8) }
    let result = unsafe withUnsafePointer(to: &address) { address in
      unsafe address.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
        unsafe bind(descriptor, address, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
    guard result == 0 else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
  }

  deinit {
    unsafe unlink(path)
    close(descriptor)
  }

  /// The next message, or nil when none comes within `patience`; without patience, none that has not been sent before.
  ///
  /// A descriptor that comes along (sd_notify_barrier) is closed, which is the answer that its sender waits for.
  package func receive(patience: Duration = .zero) -> String? {
    var request = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    var buffer = [UInt8](repeating: 0, count: 4096)
    // Sound: the record and the buffer outlive the calls that fill them.
    guard unsafe poll(&request, 1, Int32(patience / .milliseconds(1))) > 0 else { return nil }
    let count = unsafe recv(descriptor, &buffer, buffer.count, Int32(MSG_DONTWAIT))
    return count < 0 ? nil : String(decoding: buffer.prefix(count), as: UTF8.self)
  }

  /// The next message, waited for on a thread of its own.
  private func next(patience: Duration) async -> String? {
    await onOwnThread { self.receive(patience: patience) }
  }

  /// All messages up to the first that `isLast`, which comes last; fewer when none comes for `patience`.
  package func messages(
    patience: Duration = .seconds(60), until isLast: (String) -> Bool
  ) async -> [String] {
    var messages: [String] = []
    while let message = await next(patience: patience) {
      messages.append(message)
      if isLast(message) { break }
    }
    return messages
  }

  /// All messages that come within `time`, up to the first that `isLast`.
  package func messages(for time: Duration, until isLast: (String) -> Bool) async -> [String] {
    var messages: [String] = []
    let end = ContinuousClock.now.advanced(by: time)
    while case let rest = ContinuousClock.now.duration(to: end), rest > .zero {
      guard let message = await next(patience: rest) else { continue }
      messages.append(message)
      if isLast(message) { break }
    }
    return messages
  }
}

/// Makes a call that blocks on a thread of its own: the tests share a few threads, as many as there are cores, and one
/// that waits is lost to all others.
package func onOwnThread<Value: Sendable>(_ call: @escaping @Sendable () -> Value) async -> Value {
  await withCheckedContinuation { continuation in
    Thread.detachNewThread { continuation.resume(returning: call()) }
  }
}
