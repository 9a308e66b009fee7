internal import NIOCore
internal import NIOHTTP1

/// Checks which server a request asks for: RFC 9112, 3.2.
///
/// The owner of a web page can let the page's name resolve to 127.0.0.1 (DNS rebinding); the browsers of its visitors
/// then take this server for that page and let it read the answers. Such a request names the page's host, never an address or
/// a name of this machine.
struct HostCheck: Sendable {
  /// In lower case.
  private let names: Set<String>

  /// - Parameter names: names of this server, other than `localhost`.
  init(names: [String]) { self.names = Set(names.map { $0.lowercased() } + ["localhost"]) }

  /// The answer to a request that must not be served; nil for others.
  func refusal(of request: HTTPRequestHead) -> Answer? {
    let fields = request.headers["host"]
    guard fields.count == 1 || (fields.isEmpty && request.version != .http1_1) else {
      return .problem(.badRequest, "a request must have one Host field")
    }
    // The host of a whole address takes precedence over the field.
    guard let authority = Self.authority(of: request.uri) ?? fields.first.map({ $0[...] }) else { return nil }
    let host = Self.host(of: authority)
    guard !names.contains(host.lowercased()), !Self.isAddress(host) else { return nil }
    return .problem(
      .misdirectedRequest,
      "this server is not known by the name in the Host field; http_names in animo.toml adds names")
  }

  /// `localhost:8437` of `http://localhost:8437/metrics`; nil for `/metrics`.
  private static func authority(of target: String) -> Substring? {
    guard target.lowercased().hasPrefix("http://") else { return nil }
    return target.dropFirst("http://".count).prefix { $0 != "/" && $0 != "?" }
  }

  /// The host without its port, and without the brackets of an IPv6 address.
  private static func host(of authority: Substring) -> Substring {
    authority.first == "["
      ? authority.dropFirst().prefix { $0 != "]" } : authority.prefix { $0 != ":" }
  }

  private static func isAddress(_ host: Substring) -> Bool {
    (try? SocketAddress(ipAddress: String(host), port: 0)) != nil
  }
}
