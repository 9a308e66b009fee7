import SystemCalls
import SystemPackage

/// A temporary folder.
struct ScratchFolder {
  let path: String

  /// Creates it, and removes what an interrupted run left there.
  ///
  /// - Throws: `CommandFailure` when that is not possible.
  func make() throws(CommandFailure) {
    remove()
    do {
      try Directory.make(at: FilePath(path), mode: [.ownerReadWriteExecute])
    } catch {
      throw CommandFailure(.cannotCreate, "\(error)")
    }
  }

  /// Removes it with its contents, as far as possible.
  func remove() {
    let folder = FilePath(path)
    Self.empty(folder, depth: 2)
    Self.removeFolder(folder)
  }

  private static func empty(_ folder: FilePath, depth: Int) {
    guard depth > 0, let directory = try? Directory(folder), var entries = try? directory.entries() else {
      return
    }
    while let entry = try? entries.next() {
      if (try? directory.remove(entry.name)) != nil { continue }
      let inner = folder.appending(entry.name.description)
      empty(inner, depth: depth - 1)
      try? directory.removeDirectory(entry.name)
    }
  }

  private static func removeFolder(_ folder: FilePath) {
    let parent = folder.removingLastComponent()
    guard let last = folder.lastComponent, let name = FileName(bytes: Array(last.string.utf8)) else { return }
    try? Directory(parent.isEmpty ? "." : parent).removeDirectory(name)
  }
}
