import Glibc
import Testing

/// Runs a test in a directory of its own, which is removed afterwards.
func withTemporaryDirectory(_ body: (String) throws -> Void) throws {
  var template = Array("/tmp/animo-model-XXXXXX\0".utf8CString)
  // Sound: the template ends in a zero, as mkdtemp wants, and is written in place.
  let made = unsafe template.withUnsafeMutableBufferPointer { buffer -> String? in
    guard let start = buffer.baseAddress, let name = unsafe mkdtemp(start) else { return nil }
    return unsafe String(cString: name)
  }
  let directory = try #require(made)
  defer { remove(tree: directory) }
  try body(directory)
}

/// What a path can be other than a file with something in it.
enum Kind {
  case directory
  case fifo
  case emptyFile
}

/// Makes something that is there by name only.
func make(_ kind: Kind, _ path: String) throws {
  // Sound: Swift lends the calls their strings as C strings.
  let result =
    switch kind {
    case .directory: unsafe mkdir(path, 0o755)
    case .fifo: unsafe mkfifo(path, 0o644)
    case .emptyFile: unsafe mknod(path, S_IFREG | 0o644, 0)
    }
  try #require(result == 0)
}

/// Removes a directory two levels deep and what it holds.
private func remove(tree: String) {
  // Sound: the stream is open until closedir, and d_name ends in a zero within its 256 bytes.
  guard let stream = unsafe opendir(tree) else { return }
  while let entry = unsafe readdir(stream) {
    let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { tuple in
      unsafe tuple.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe String(cString: $0) }
    }
    guard name != ".", name != ".." else { continue }
    let path = "\(tree)/\(name)"
    if unsafe unlink(path) != 0 { remove(tree: path) }
  }
  unsafe closedir(stream)
  unsafe rmdir(tree)
}
