import Foundation
import Server
import SystemPackage
import TestSupport

/// A socket that listens, as a service manager would hand it over.
final class ListeningSocket: Sendable {
  enum Family: CaseIterable {
    case loopback, unix
  }

  let descriptor: FileDescriptor
  private let family: Family
  private let port: UInt16
  private let scratch: TemporaryDirectory

  init(_ family: Family) throws {
    (self.family, scratch) = (family, try TemporaryDirectory())
    let (path, raw) = (scratch.path("socket"), Self.socket(family))
    descriptor = FileDescriptor(rawValue: raw)
    let isBound = unsafe Self.withAddress(of: family, path: path, port: 0) { unsafe bind(raw, $0, $1) } == 0
    guard isBound, listen(raw, 128) == 0 else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
    port = family == .loopback ? Self.port(of: raw) : 0
  }

  /// A new connection to it.
  func connect() throws -> Client {
    let raw = Self.socket(family)
    let result = unsafe Self.withAddress(of: family, path: scratch.path("socket"), port: port) {
      unsafe Glibc.connect(raw, $0, $1)
    }
    guard result == 0 else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
    return Client(raw)
  }

  private static func socket(_ family: Family) -> CInt {
    Glibc.socket(family == .unix ? AF_UNIX : AF_INET, Int32(SOCK_STREAM.rawValue), 0)
  }

  private static func port(of raw: CInt) -> UInt16 {
    var address = sockaddr_in()
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    // Sound: the record is as large as the size says, and outlives the call.
    _ = unsafe withUnsafeMutablePointer(to: &address) { address in
      unsafe address.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        unsafe getsockname(raw, $0, &size)
      }
    }
    return UInt16(bigEndian: address.sin_port)
  }

  private static func withAddress(
    of family: Family, path: String, port: UInt16, _ body: (UnsafePointer<sockaddr>, socklen_t) -> CInt
  ) -> CInt {
    // Sound: the addresses outlive the calls, and the path is shorter than its field.
    if family == .unix {
      var address = sockaddr_un()
      address.sun_family = sa_family_t(AF_UNIX)
      unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: path.utf8) }
      return unsafe withUnsafePointer(to: &address) { address in
        unsafe address.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          unsafe body($0, socklen_t(MemoryLayout<sockaddr_un>.size))
        }
      }
    }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    (address.sin_port, address.sin_addr.s_addr) = (port.bigEndian, UInt32(0x7F00_0001).bigEndian)
    return unsafe withUnsafePointer(to: &address) { address in
      unsafe address.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        unsafe body($0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
  }
}
