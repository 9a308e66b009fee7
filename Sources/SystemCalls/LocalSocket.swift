internal import CLinux
internal import Glibc
package import SystemPackage

/// Stream sockets in the file system, between processes of one machine: unix(7).
package enum LocalSocket {
  /// Creates the socket `name` in `folder`, replacing one that nobody listens on any more, and listens on it.
  ///
  /// Any user may connect: the kernel tells who does.
  package static func listen(_ name: FileName, in folder: Directory) throws(SystemCallError) -> FileDescriptor
  {
    try? folder.remove(name)
    let subject = folder.subject(name)
    let socket = try make(subject)
    do throws(SystemCallError) {
      try unsafe use(name, in: folder, "bind") { unsafe bind(socket.rawValue, $0, $1) }
      try folder.setMode(of: name, to: [.ownerReadWrite, .groupReadWrite, .otherReadWrite])
      guard Glibc.listen(socket.rawValue, 64) == 0 else {
        throw SystemCallError("listen", on: subject, Errno(rawValue: errno))
      }
    } catch {
      try? socket.close()
      throw error
    }
    return socket
  }

  /// Connects to the socket `name` in `folder`.
  ///
  /// - Throws: `SystemCallError`, with `.noSuchFileOrDirectory` or `.connectionRefused` if nobody listens.
  package static func connect(to name: FileName, in folder: Directory) throws(SystemCallError)
    -> FileDescriptor
  {
    let socket = try make(folder.subject(name))
    do throws(SystemCallError) {
      try unsafe use(name, in: folder, "connect") { unsafe Glibc.connect(socket.rawValue, $0, $1) }
    } catch {
      try? socket.close()
      throw error
    }
    return socket
  }

  /// The next connection to `listener`, and the user who made it; nil if there is none.
  package static func accept(from listener: FileDescriptor) -> (connection: FileDescriptor, user: UInt32)? {
    let raw = accept4(listener.rawValue, nil, nil, flags)
    guard raw >= 0 else { return nil }
    let connection = FileDescriptor(rawValue: raw)
    var peer = linux_ucred()
    var length = socklen_t(MemoryLayout<linux_ucred>.size)
    // Sound: the kernel writes at most `length` bytes into the record, during the call.
    guard unsafe getsockopt(raw, SOL_SOCKET, SO_PEERCRED, &peer, &length) == 0 else {
      try? connection.close()
      return nil
    }
    return (connection, peer.uid)
  }

  /// Sends as many of `bytes` as fit, and returns their number: 0 if there is no room now.
  ///
  /// - Throws: `SystemCallError`, with `.brokenPipe` if the other end is closed; no signal is sent.
  package static func send(_ bytes: ArraySlice<UInt8>, to socket: FileDescriptor) throws(SystemCallError)
    -> Int
  {
    let sent = unsafe bytes.withUnsafeBytes { bytes in
      // Sound: the kernel only reads the bytes, during the call.
      unsafe Glibc.send(socket.rawValue, bytes.baseAddress, bytes.count, Int32(MSG_NOSIGNAL))
    }
    guard sent < 0 else { return sent }
    guard ![EAGAIN, EINTR].contains(errno) else { return 0 }
    throw SystemCallError("send", on: "socket", Errno(rawValue: errno))
  }

  private static let flags = Int32(SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue)

  private static func make(_ subject: String) throws(SystemCallError) -> FileDescriptor {
    let raw = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | flags, 0)
    guard raw >= 0 else { throw SystemCallError("socket", on: subject, Errno(rawValue: errno)) }
    return FileDescriptor(rawValue: raw)
  }

  /// Calls `body` with the address of the socket `name`. A path too long for an address goes by way of /proc.
  private static func use(
    _ name: FileName, in folder: Directory, _ call: String,
    _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32
  ) throws(SystemCallError) {
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    var path = Array(folder.subject(name).utf8)
    let capacity = MemoryLayout.size(ofValue: address.sun_path) - 1
    if path.count > capacity {
      path = Array("/proc/self/fd/\(folder.descriptor.rawValue)/\(name)".utf8)
    }
    // Sound: the path is no longer than its place, which is all zero before.
    unsafe withUnsafeMutableBytes(of: &address.sun_path) { place in
      for (index, byte) in path.prefix(capacity).enumerated() { unsafe place[index] = byte }
    }
    // Sound: every address begins as `sockaddr` does, and the kernel is told its size.
    let result = unsafe withUnsafePointer(to: &address) { address in
      unsafe address.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        unsafe body($0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
    guard result != 0 else { return }
    throw SystemCallError(call, on: folder.subject(name), Errno(rawValue: errno))
  }
}
