internal import CSystemd
internal import Glibc
package import SystemPackage

/// A socket opened by the service manager and passed to the service at the start: sd_listen_fds(3).
///
/// It stays open in the service manager while the service is down, and the next start serves pending connections. It
/// is subject to the limits of the socket unit, not those of the service (systemd.resource-control(5)).
package struct InheritedSocket: Equatable, Sendable {
  /// A listening socket; close-on-exec.
  package let descriptor: FileDescriptor
  /// `FileDescriptorName=` of the socket unit; by default the name of the unit.
  package let name: String

  /// All sockets passed to this process; a second call returns none.
  ///
  /// Must be called before other threads exist, as it changes the environment.
  ///
  /// - Throws: `InheritedSocketError` if one of them is not a listening stream socket (TCP or Unix).
  package static func takeAll() throws(InheritedSocketError) -> [InheritedSocket] {
    var names: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
    // Sound: the list is only written, during the call; it and its texts are owned by the caller afterwards.
    let count = unsafe sd_listen_fds_with_names(1, &names)
    guard count >= 0 else { throw InheritedSocketError(name: "LISTEN_FDS", reason: .unreadable(-count)) }
    defer { unsafe free(names) }
    var sockets: [InheritedSocket] = []
    for index in 0..<Int(count) {
      let name = unsafe names?[index]
      let descriptor = FileDescriptor(rawValue: SD_LISTEN_FDS_START + CInt(index))
      sockets.append(
        InheritedSocket(descriptor: descriptor, name: unsafe name.map { unsafe String(cString: $0) } ?? ""))
      unsafe free(name)
    }
    for socket in sockets where !socket.isListeningStream {
      throw InheritedSocketError(name: socket.name, reason: .otherKind)
    }
    return sockets
  }

  private var isListeningStream: Bool {
    [AF_INET, AF_INET6, AF_UNIX].contains { family in
      sd_is_socket(descriptor.rawValue, family, Int32(SOCK_STREAM.rawValue), 1) > 0
    }
  }
}

/// A passed socket is unsuitable.
package struct InheritedSocketError: Error, Equatable, CustomStringConvertible {
  /// What is wrong.
  package enum Reason: Equatable, Sendable {
    /// It is not a listening stream socket.
    case otherKind
    /// The environment variables are invalid; an errno.
    case unreadable(Int32)
  }

  /// The name of the socket, or of its unit.
  package let name: String
  package let reason: Reason

  package var description: String {
    switch reason {
    case .otherKind:
      "\(name): expected a listening stream socket (TCP or Unix), from a socket unit with ListenStream= and Accept=no"
    case .unreadable(let errno): "\(name): \(Errno(rawValue: errno).description) (sd_listen_fds)"
    }
  }
}
