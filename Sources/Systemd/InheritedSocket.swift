internal import CSystemd
internal import Glibc
package import SystemPackage

/// A socket that the service manager has opened and handed over at the start: sd_listen_fds(3).
///
/// It stays open in the service manager while the service is away, so that whoever connects then is answered by the next
/// start; and it is subject to the limits of the socket unit, not to those of the service (systemd.resource-control(5)).
package struct InheritedSocket: Equatable, Sendable {
  /// Listens for connections; closed in programs that this one starts.
  package let descriptor: FileDescriptor
  /// `FileDescriptorName=` of the socket unit; the unit's own name where it sets none.
  package let name: String

  /// All that were handed over to this process, which keeps them: a second call finds none.
  ///
  /// To be called before there is another thread, as it changes the environment.
  ///
  /// - Throws: `InheritedSocketError` when one of them is not a stream socket, TCP or Unix, that listens.
  package static func takeAll() throws(InheritedSocketError) -> [InheritedSocket] {
    var names: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
    // Sound: the list is only written, during the call; it is ours from then on, as are the texts in it.
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

/// What a socket unit hands over cannot be served on.
package struct InheritedSocketError: Error, Equatable, CustomStringConvertible {
  /// What is wrong.
  package enum Reason: Equatable, Sendable {
    /// It is no stream socket that listens.
    case otherKind
    /// The environment's variables make no sense; an errno.
    case unreadable(Int32)
  }

  /// The socket unit, or what it calls the socket.
  package let name: String
  package let reason: Reason

  package var description: String {
    switch reason {
    case .otherKind:
      "\(name): expected a stream socket, TCP or Unix, that listens: a socket unit with ListenStream= and Accept=no"
    case .unreadable(let errno): "\(name): \(Errno(rawValue: errno).description) (sd_listen_fds)"
    }
  }
}
