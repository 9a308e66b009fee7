import Foundation

/// One connection to a server. It blocks in threads of its own, never in those that the server's tasks need.
final class Client: Sendable {
  private let raw: CInt

  init(_ raw: CInt) { self.raw = raw }

  deinit { close(raw) }

  /// Sends a request or a part of one; false when the server has gone or takes no more for a second.
  @discardableResult
  func send(_ text: String) async -> Bool {
    await blocking { [raw] in
      Self.setTimeout(raw, SO_SNDTIMEO, .seconds(1))
      let bytes = Array(text.utf8)
      // Sound: the bytes are only read, during the call.
      return unsafe Glibc.send(raw, bytes, bytes.count, Int32(MSG_NOSIGNAL)) == bytes.count
    }
  }

  /// Says that nothing more will be sent.
  func closeOutput() { shutdown(raw, Int32(SHUT_WR)) }

  /// What comes until `isEnough`, until the server closes the connection, or until nothing comes for `patience`.
  ///
  /// - Returns: what has come, and whether the server has closed the connection.
  func receive(
    patience: Duration = .seconds(20), until isEnough: @escaping @Sendable (String) -> Bool = { _ in false }
  ) async -> (text: String, isClosed: Bool) {
    await blocking { [raw] in
      Self.setTimeout(raw, SO_RCVTIMEO, patience)
      var text: [UInt8] = []
      var buffer = [UInt8](repeating: 0, count: 65_536)
      while !isEnough(String(decoding: text, as: UTF8.self)) {
        // Sound: the buffer is as long as the call is told, and outlives it.
        let count = unsafe recv(raw, &buffer, buffer.count, 0)
        guard count > 0 else {
          return (String(decoding: text, as: UTF8.self), count == 0 || errno == ECONNRESET)
        }
        text += buffer.prefix(count)
      }
      return (String(decoding: text, as: UTF8.self), false)
    }
  }

  /// Sends `text` and takes as many answers as were asked for.
  func exchange(
    _ text: String, answers count: Int = 1, toHead isHead: Bool = false
  ) async -> [ServerAnswer] {
    await send(text)
    let (answer, _) = await receive { ServerAnswer.all(in: $0, toHead: isHead).count >= count }
    return ServerAnswer.all(in: answer, toHead: isHead)
  }

  private static func setTimeout(_ raw: CInt, _ option: CInt, _ patience: Duration) {
    let microseconds = Int(patience / .microseconds(1))
    var time = timeval(tv_sec: microseconds / 1_000_000, tv_usec: microseconds % 1_000_000)
    // Sound: the record is only read, during the call.
    unsafe setsockopt(raw, SOL_SOCKET, option, &time, socklen_t(MemoryLayout<timeval>.size))
  }

  private func blocking<Result: Sendable>(_ body: @escaping @Sendable () -> Result) async -> Result {
    await withCheckedContinuation { continuation in
      Thread.detachNewThread { continuation.resume(returning: body()) }
    }
  }
}
