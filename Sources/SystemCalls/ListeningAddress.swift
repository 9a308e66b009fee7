internal import Glibc
package import SystemPackage

/// An address to listen on: `127.0.0.1:8437`, `[::1]:8437`, `localhost:8437` or `unix:/run/animo.sock`.
package enum ListeningAddress: Equatable, Sendable {
  /// A TCP port of an IPv4 or IPv6 address.
  case tcp(host: String, port: UInt16)
  /// A socket in the file system.
  case unix(path: String)

  /// The address that `text` names; nil if it names none.
  package init?(_ text: String) {
    if text.hasPrefix("unix:") {
      let path = String(text.dropFirst("unix:".count))
      guard path.hasPrefix("/"), path.utf8.count < Self.longestPath, !path.utf8.contains(0) else {
        return nil
      }
      self = .unix(path: path)
      return
    }
    guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]), port > 0
    else { return nil }
    var host = String(text[..<colon])
    if host == "localhost" { host = "127.0.0.1" }
    let isBracketed = host.hasPrefix("[") && host.hasSuffix("]")
    if isBracketed { host = String(host.dropFirst().dropLast()) }
    guard isBracketed ? Self.isIPv6(host) : Self.isIPv4(host) else { return nil }
    self = .tcp(host: host, port: port)
  }

  /// Whether only this machine reaches it.
  package var isLocal: Bool {
    switch self {
    case .unix: true
    case .tcp(let host, _): host.hasPrefix("127.") || host == "::1"
    }
  }

  /// Opens a socket that listens on it; close-on-exec.
  ///
  /// A socket file that nothing listens on is replaced; one that is created may be used by the owner and the group.
  /// - Throws: `SystemCallError`, with `.addressInUse` if something listens on it.
  package func listen() throws(SystemCallError) -> FileDescriptor {
    if case .unix(let path) = self { removeStale(path) }
    let family = if case .unix = self { AF_UNIX } else { isSixth ? AF_INET6 : AF_INET }
    let raw = Glibc.socket(family, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    guard raw >= 0 else { throw failure("socket") }
    var yes: Int32 = 1
    // Sound: the record is only read, during the call.
    unsafe setsockopt(raw, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
    let isBound = unsafe withSocketAddress { unsafe bind(raw, $0, $1) } == 0
    if isBound, case .unix(let path) = self { _ = unsafe chmod(path, 0o660) }
    guard isBound, Glibc.listen(raw, Self.backlog) == 0 else {
      let error = failure("bind")
      close(raw)
      throw error
    }
    return FileDescriptor(rawValue: raw)
  }

  /// Removes the file of a socket; call it when no more is to be accepted.
  package func remove() {
    if case .unix(let path) = self { _ = unsafe unlink(path) }
  }

  private static let backlog: Int32 = 128
  private static let longestPath = 108

  private var isSixth: Bool { if case .tcp(let host, _) = self { host.contains(":") } else { false } }

  private func failure(_ call: String) -> SystemCallError {
    SystemCallError(call, on: description, Errno(rawValue: errno))
  }

  private func removeStale(_ path: String) {
    // Without waiting: a listener with too many waiting connections would hold up the caller.
    let kind = SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue
    let raw = Glibc.socket(AF_UNIX, Int32(kind), 0)
    guard raw >= 0 else { return }
    defer { close(raw) }
    let refused = unsafe withSocketAddress { unsafe connect(raw, $0, $1) } != 0 && errno == ECONNREFUSED
    // Whatever is no socket refuses too, such as /dev/null, and must stay.
    guard refused, let status = try? FileStatus(of: FilePath(path)), status.type == .socket else { return }
    // Sound: the path ends in NUL and is only read during the call.
    _ = unsafe unlink(path)
  }

  private static func isIPv4(_ text: String) -> Bool {
    var address = in_addr()
    // Sound: the text ends in NUL, and the record is as large as the family's.
    return unsafe inet_pton(AF_INET, text, &address) == 1
  }

  private static func isIPv6(_ text: String) -> Bool {
    var address = in6_addr()
    // Sound: as above.
    return unsafe inet_pton(AF_INET6, text, &address) == 1
  }
}

extension ListeningAddress: CustomStringConvertible {
  package var description: String {
    switch self {
    case .unix(let path): "unix:\(path)"
    case .tcp(let host, let port): isSixth ? "[\(host)]:\(port)" : "\(host):\(port)"
    }
  }

  /// Calls `body` with the address as the kernel takes it.
  private func withSocketAddress(_ body: (UnsafePointer<sockaddr>, socklen_t) -> CInt) -> CInt {
    switch self {
    case .unix(let path):
      var address = sockaddr_un()
      address.sun_family = sa_family_t(AF_UNIX)
      // Sound: paths are shorter than the field, which is filled with zeros.
      unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: path.utf8) }
      return unsafe Self.withBytes(of: &address, body)
    case .tcp(let host, let port) where isSixth:
      var address = sockaddr_in6()
      (address.sin6_family, address.sin6_port) = (sa_family_t(AF_INET6), port.bigEndian)
      unsafe inet_pton(AF_INET6, host, &address.sin6_addr)
      return unsafe Self.withBytes(of: &address, body)
    case .tcp(let host, let port):
      var address = sockaddr_in()
      (address.sin_family, address.sin_port) = (sa_family_t(AF_INET), port.bigEndian)
      unsafe inet_pton(AF_INET, host, &address.sin_addr)
      return unsafe Self.withBytes(of: &address, body)
    }
  }

  private static func withBytes<Address>(
    of address: inout Address, _ body: (UnsafePointer<sockaddr>, socklen_t) -> CInt
  ) -> CInt {
    // Sound: every family's record begins as `sockaddr` does, and outlives the call.
    unsafe withUnsafePointer(to: &address) { address in
      unsafe address.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        unsafe body($0, socklen_t(MemoryLayout<Address>.size))
      }
    }
  }
}
