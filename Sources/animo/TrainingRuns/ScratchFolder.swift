import SystemCalls
import SystemPackage

/// A temporary folder, used by one process at a time.
struct ScratchFolder {
  let path: String

  /// Creates and locks it, and removes what an interrupted run left there.
  ///
  /// - Returns: the folder, locked as long as this is in use.
  /// - Throws: `CommandFailure` when that is not possible, or another process uses the folder.
  func make() throws -> Directory {
    let folder = FilePath(path)
    do {
      while true {
        try Directory.make(at: folder, mode: [.ownerReadWriteExecute])
        let directory = try Directory(folder)
        try lock(directory)
        // A run that ended in between has removed the folder that was opened here.
        let isThere = try FileStatus(of: folder)?.identity == directory.descriptor.status(path).identity
        guard isThere else { continue }
        Self.empty(folder, depth: 2)
        return directory
      }
    } catch let error as SystemCallError {
      throw CommandFailure(.cannotCreate, "\(error)")
    }
  }

  /// Two runs would remove each other's files.
  ///
  /// - Throws: `CommandFailure` that names the process using the folder.
  private func lock(_ directory: Directory) throws(CommandFailure) {
    // As for the working folder of a training: some network file systems lock no directories.
    guard let isFree = try? directory.lock(), !isFree else { return }
    let holder = LockHolder.process(locking: directory.path).map { "process \($0)" } ?? "another process"
    throw CommandFailure(.temporaryFailure, "\(path): \(holder) is using this folder; wait for it to end")
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
