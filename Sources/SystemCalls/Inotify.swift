internal import CLinux
internal import Glibc
package import SystemPackage

/// Tells what happens in a directory: inotify(7).
///
/// Good for waking up; what really lies there only a look can tell, as events get lost (`overflow`).
package final class Inotify: Sendable {
  /// Something that happened.
  package enum Change: Equatable, Sendable {
    /// A file was made here, or an existing one was given one more name.
    case created(FileName)
    /// A file that had been open for writing was closed.
    case closedAfterWriting(FileName)
    /// A file was given this name in here.
    case movedIn(FileName)
    /// More happened than the kernel could keep.
    case overflow
    /// The directory itself was removed or moved; nothing more will be told.
    case gone
  }

  /// Readable while there are events.
  package let descriptor: FileDescriptor

  /// Watches nothing yet.
  ///
  /// - Throws: `SystemCallError` with `.tooManyOpenFiles` when the user has no instance left
  ///   (fs.inotify.max_user_instances).
  package init() throws(SystemCallError) {
    let raw = inotify_init1(Int32(IN_NONBLOCK) | Int32(IN_CLOEXEC))
    guard raw >= 0 else { throw SystemCallError("inotify_init1", on: "inotify", Errno(rawValue: errno)) }
    descriptor = FileDescriptor(rawValue: raw)
  }

  deinit { try? descriptor.close() }

  /// Watches the directory at `path`; harmless when it is watched already.
  ///
  /// - Returns: the watch's number: the same for the same directory, another one for another directory.
  /// - Throws: `SystemCallError` with `.noSpace` when the user has no watch left (fs.inotify.max_user_watches).
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

  /// The events that have come, in order; empty when there are none now.
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

  /// Takes apart what the kernel wrote: records of a fixed head and a name padded with NUL.
  private static func events(in records: [UInt8]) -> [Change] {
    let head = MemoryLayout<inotify_event>.size
    var events: [Change] = []
    var rest = records[...]
    while rest.count >= head {
      // The head's four 32-bit integers: watch, mask, cookie, length of the name.
      let mask = integer(in: rest.dropFirst(4))
      let name = rest.dropFirst(head).prefix(Int(integer(in: rest.dropFirst(12))))
      if let event = event(mask, FileName(bytes: Array(name.prefix { $0 != 0 }))) { events.append(event) }
      rest = rest.dropFirst(head + name.count)
    }
    return events
  }

  /// The integer that `bytes` begin with, in the machine's byte order.
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
