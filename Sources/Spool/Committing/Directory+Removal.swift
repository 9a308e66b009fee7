internal import Dispatch
internal import SystemCalls
internal import SystemPackage

extension Directory {
  /// From this size on, in bytes, it takes too long to give back what a file has on the disk.
  private static let largeSize = 64 << 20

  /// Removes the file `name`; nobody waits until a large one is given back to the disk.
  ///
  /// For gigabytes that takes seconds. A file without a name lives until it is closed (unlink(2)), so a large one is
  /// kept open meanwhile, and another thread closes it.
  func removeAtLeisure(_ name: FileName) throws(SystemCallError) {
    let size = (try? status(of: name))?.size ?? 0
    let file = size >= Self.largeSize ? try? open(name) : nil
    defer {
      if let file { DispatchQueue.global(qos: .utility).async { try? file.close() } }
    }
    try remove(name)
  }
}
