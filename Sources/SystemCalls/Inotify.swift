internal import CLinux
internal import Glibc
package import SystemPackage

/// Watches a directory for changes: inotify(7).
///
/// Useful for waking up only: as events can be lost (`overflow`), the content must be read from the directory.
package final class Inotify: Sendable {
  /// A change in a directory.
  package enum Change: Equatable, Sendable {
    /// A file was created, or a hard link to one.
    case created(FileName)
    /// A file that was open for writing was closed.
    case closedAfterWriting(FileName)
    /// A file was renamed to this name.
    case movedIn(FileName)
    /// The kernel dropped events.
    case overflow
    /// The directory itself was removed or moved; there will be no more events.
    case gone
  }

  /// Readable while there are events.
  package let descriptor: FileDescriptor

  /// Watches nothing yet.
  ///
  /// - Throws: `SystemCallError` with `.tooManyOpenFiles` if the user has no instance left
  ///   (fs.inotify.max_user_instances).
  package init() throws(SystemCallError) {
    let raw = inotify_init1(Int32(IN_NONBLOCK) | Int32(IN_CLOEXEC))
    guard raw >= 0 else { throw SystemCallError("inotify_init1", on: "inotify", Errno(rawValue: errno)) }
    descriptor = FileDescriptor(rawValue: raw)
  }

  deinit { try? descriptor.close() }

  /// Watches the directory at `path`; harmless if it is watched already.
  ///
  /// - Returns: the number of the watch, which is unique for the directory.
  /// - Throws: `SystemCallError` with `.noSpace` if the user has no watch left (fs.inotify.max_user_watches).
  package func watch(_ path: FilePath) throws(SystemCallError) -> Int32 {
    let mask = IN_CREATE | IN_CLOSE_WRITE | IN_MOVED_TO | IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR
    // Sound: the path ends in NUL and is only read during the call.
    let watch = unsafe path.withPlatformString { path in
      unsafe inotify_add_watch(descriptor.rawValue, path, UInt32(mask))
    }
    guard watch >= 0 else {
      throw SystemCallError("inotify_add_watch", on: path.string, Errno(rawValue: errno))
    }
    return watch
  }

  /// The pending events, in order.
  package func events() throws(SystemCallError) -> [Change] {
    var buffer: [UInt8] = []
    do {
      _ = try descriptor.read(atMost: 4 << 10, appendingTo: &buffer, of: "inotify")
    } catch {
      guard error.reason == .wouldBlock || error.reason == .resourceTemporarilyUnavailable else {
        throw error
      }
    }
    return Self.events(in: buffer)
  }

  /// Parses the kernel's records: a fixed header and a name padded with NUL.
  private static func events(in records: [UInt8]) -> [Change] {
    let head = MemoryLayout<inotify_event>.size
    var events: [Change] = []
    var rest = records[...]
    while rest.count >= head {
      // The four 32-bit integers of the header: watch, mask, cookie, length of the name.
      let mask = integer(in: rest.dropFirst(4))
      let name = rest.dropFirst(head).prefix(Int(integer(in: rest.dropFirst(12))))
      if let event = event(mask, FileName(bytes: Array(name.prefix { $0 != 0 }))) { events.append(event) }
      rest = rest.dropFirst(head + name.count)
    }
    return events
  }

  /// The integer at the start of `bytes`, in native byte order.
  private static func integer(in bytes: ArraySlice<UInt8>) -> UInt32 {
    UInt32(littleEndian: bytes.prefix(4).reversed().reduce(0) { $0 << 8 | UInt32($1) })
  }

  private static func event(_ mask: UInt32, _ name: FileName?) -> Change? {
    if mask & UInt32(IN_Q_OVERFLOW) != 0 { return .overflow }
    if mask & UInt32(IN_DELETE_SELF | IN_MOVE_SELF) != 0 { return .gone }
    guard let name else { return nil }
    if mask & UInt32(IN_MOVED_TO) != 0 { return .movedIn(name) }
    if mask & UInt32(IN_CREATE) != 0 { return .created(name) }
    return mask & UInt32(IN_CLOSE_WRITE) != 0 ? .closedAfterWriting(name) : nil
  }
}
